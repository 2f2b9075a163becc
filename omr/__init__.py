"""Turns scans of printed sheets into answers, and says when it does not know."""
