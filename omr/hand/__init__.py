"""What people wrote by hand.

In:  a registered picture and the field in which somebody wrote.
Out: the crop, a transcription with a confidence, and for names the person of the list that it fits.
"""
