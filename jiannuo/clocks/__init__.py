"""Promises that run.

Owns: one row per running or finished promise, the triggers that fire from them, fired rows, the sweep.
Refuses: to know what its subjects are (kind + id), and to work out a due moment itself: the fold does.
"""
