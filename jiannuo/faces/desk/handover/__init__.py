"""Shifts handed over: written by the one going off duty, confirmed by the one coming on."""
