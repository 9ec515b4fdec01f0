"""Lists that people bring: the table in a file, what was found of each line, what came of it.

Refuses: to know what a line means. A kind of list is a word here, what a line made is a kind and
an id.
"""
