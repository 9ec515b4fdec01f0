"""One file for each kind of list."""
