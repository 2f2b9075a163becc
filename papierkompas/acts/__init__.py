"""What is done to a session: print its sheets, read its scans, transcribe, count stickers.

In:  an open session and what somebody asks for.
Out: the session, one act further; command and page call the same functions.
"""
