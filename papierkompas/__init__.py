"""The app: everything that a person sees or starts.

`command` and `web` are its two faces; `acts` is what is done to a session, `outcome` what comes of
one, `session` what it keeps. `lab` simulates and measures, and no user needs it.
"""
