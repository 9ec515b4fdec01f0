"""The hotline: one page from a half-known caller to a case that somebody holds.

What is typed is kept with every word; what it would come to stands beside it.
"""
