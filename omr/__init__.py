"""Turns scans of printed sheets into answers, and says when it does not know."""

from omr.read import read_marks

__all__ = ["read_marks"]
