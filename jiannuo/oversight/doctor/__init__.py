"""Is the house in working order? Checks that say what was found and the one thing to do.

Here live the checks that need no more than the database and what `Machine` tells; the page and the
command line show the same ones. What starts servers or opens connections elsewhere stays in `site`.
"""
