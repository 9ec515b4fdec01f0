"""Field work: who could go and when he would be there, who was sent, who is on site, since when,
and how he left.

Refuses: an engineer at two sites at once.
"""
