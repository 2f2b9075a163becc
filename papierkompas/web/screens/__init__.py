"""The screens of the page: each turns a `Visit` into an answer."""
