"""What the ink in the boxes means.

In:  a registered picture.
Out: a `Reading` per question, with a confidence or a doubt; which fields hold writing.

`marks` measures, `model` gives probabilities, `decide` decides; `read_marks` is open to others.
"""
