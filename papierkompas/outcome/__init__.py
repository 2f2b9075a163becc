"""What comes of a session: results, and everything made of them.

In:  a session with its readings and corrections.
Out: `Results`; from those JSON, tables, posters and papers.
"""
