"""Help at a distance and in emergencies.

Owns: tiers, consents, plans with versions, approvals, remote sessions, the emergency record.
"""
