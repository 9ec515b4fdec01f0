"""THE STORY. One file per step of the manual, in order; read this room first.

Owns: the order in which rooms are asked, inside one transaction.
Refuses: rules (the manual's), tables (the rooms').
"""
