"""Files and folders become pages, and pages become pictures.

In:  paths as somebody dropped them.
Out: `Source` pages (`load.open_file`), then one `Picture` each (`load.load`), or a reason.

`files` knows what a file is, `pictures` and `pdf` decode, `values` holds what flows and its bounds.
"""
