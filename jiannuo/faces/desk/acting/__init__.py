"""Every step of a case as a form on the desk: its fields, whose word it is, what stands in its way.

A new step needs a line in acts.toml and nothing else.
"""
