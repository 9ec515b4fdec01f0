"""The installed base: models, units, positions, placements, coverage, swaps.

Refuses: to say whether work is free (charges does) and to count repairs (the manual does).
"""
