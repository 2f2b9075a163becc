"""A paper simulator: people with pens, copiers and phones, so that reading can be measured.

In:  the clean image of a printed page, and a `numpy.random.Generator`.
Out: the scan of that page after somebody filled it in, with where every point of the paper went.

`pen` fills in, `paper` damages, `copier` and `phone` take the picture, `files` writes what they
would have sent. Everything is a pure function of its inputs and the generator: same seed, same
scan. Lengths are millimetres from the top left of the upright page.
"""
