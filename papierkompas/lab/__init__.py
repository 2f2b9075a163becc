"""The laboratory: simulated people and machines, training, measuring, samples, pictures, demo.

In:  a seed.
Out: figures, pictures and files for the docs. Only the command and tests come here.
"""
