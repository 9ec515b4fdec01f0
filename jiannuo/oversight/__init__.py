"""Figures over everything: open cases, promise register, KPIs. Of the other rooms it only reads.

What it keeps for itself is counted from them, can be thrown away and is counted anew
(`tallying.py`); it refuses to be the truth of anything.
"""
