"""Many pages at once: on this machine's cores or on a cluster.

In:  `Source` pages.
Out: a `ReadPage` for each, in any order, within bounds on memory and time.
"""
