"""What must be told to somebody: the outbox.

Owns: one row per thing to tell, written in the transaction of the fact, unique by key.
Refuses: to know what a notice is about beyond a kind and an id, and to send inside a transaction.
"""
