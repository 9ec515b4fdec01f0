"""One service request from report to archive, with claims and complaints beside it.

Owns: the case row (a cache of its events), its devices, its deviations.
Refuses: to keep a history of its own: the archive has it.
"""
