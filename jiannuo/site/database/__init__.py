"""The database server: where it is, starting our own, whether it is fit, backup and restore.

No Django in here: the server must run before Django looks at it.
"""
