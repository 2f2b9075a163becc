"""Pages that were read become one pile: every sheet once.

In:  the pages of all scans.
Out: sheets with their answers; the same paper twice counts once, two papers of one number are a
     doubt, photocopies of a master are put together in the order in which they were scanned.
"""
