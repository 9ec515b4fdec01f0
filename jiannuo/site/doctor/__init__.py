"""`jiannuo doctor`: the checks that only the site can make, and the command that shows them all.

What needs the launcher of the database, the migrations or a connection elsewhere is here; the rest
is `oversight.doctor`, which a page may show as well.
"""
