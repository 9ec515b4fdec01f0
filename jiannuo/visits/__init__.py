"""Field work: who was sent, who is on site, since when, and how he left.

Refuses: an engineer at two sites at once.
"""
