"""Dots and crosses on a large sheet, from a photo.

In:  a photo in colour of the blank compass.
Out: a `CompassReading`: every dot with its place on the map, and a doubt where a person must look.
"""
