"""What a session keeps, and how it survives a crash.

In:  people, sheets given out, scans, pages, corrections.
Out: the same, in one SQLite file and a folder of scans. All SQL stands here.
"""
