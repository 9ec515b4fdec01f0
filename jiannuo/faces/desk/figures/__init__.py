"""Figures: the promise register, what was not kept, the KPIs, other duties; as Excel too."""
