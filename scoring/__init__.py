"""Turn answers into places on the map, labels and posters.

In:  answers that a person may rely on: doubts are settled, blanks are `None`.
Out: positions, a comparison of the two rounds, labels, counts.

`scoring` never saw paper or a scan; it knows `forms` and nothing above it.
"""
