"""Figures over everything: open cases, promise register, KPIs. Reads only."""
