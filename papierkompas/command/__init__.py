"""The command line: parse, call one function, print, return an exit code.

In:  arguments.
Out: results on stdout, everything else on stderr. Nobody imports this but `__main__`.
"""
