"""What happened, and that it cannot be unsaid.

Owns: the append-only event store of every subject, call records, the audit rows and their hash chain;
the texts by which all of it is found again.
Refuses: updates, deletes, and any opinion on what an event means.
"""
