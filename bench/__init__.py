"""Loads, peers and limits: how fast Punchlist is, beside what it could be and what is usual.

Run with ``make bench``. This is a measure, not a test: it prints whether each target is met
and always leaves the machine as it found it.
"""
