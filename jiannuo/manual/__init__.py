"""The service manual as code and data. PURE: no Django, no database, no clock.

Owns: the vocabulary, the service profile (TOML), the fold from events to clocks, gates, marks,
warranty, repairs, prices, quarters, calendars, figures.
Refuses: anything that reads a table, a file beside its own profile, or the time of day.
"""
