"""Where the paper lies in the picture, and which sheet it is.

In:  a grey picture.
Out: a `SheetCode`, and a `Registration` that turns millimetres on the sheet into pixels.

`fiducials` and `identify` look for marks and code, `register` fits, `outlines` and `proof` find the
boxes again where the marks do not tell, `boxes` cuts them out.
"""
