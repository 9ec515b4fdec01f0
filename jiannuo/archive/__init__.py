"""What happened, and that it cannot be unsaid.

Owns: the append-only event store of every subject, call records, the audit rows and their hash chain.
Refuses: updates, deletes, and any opinion on what an event means.
"""
