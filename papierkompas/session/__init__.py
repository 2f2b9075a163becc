"""What a session keeps, and how it survives a crash.

In:  people, sheets given out, scans, pages, corrections.
Out: the same, in one SQLite file and a folder of scans.

`Session` is what everybody holds; its parts keep their own tables. All SQL, and what the files in
the folder are called, stands here and nowhere else.
"""
