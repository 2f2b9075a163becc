"""The sheet that judges the copier: found among the pages, and judged.

In:  the scan of one printed trial sheet (`forms.trial_sheet`).
Out: what is wrong with the scan, each a note that says what to set.
"""
