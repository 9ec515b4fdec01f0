"""The stores: one scan box and what to do with what was scanned; shelves, loaners, repairs, counts.

A scanner is a keyboard with Enter. Whatever moves is a step of the journey; nothing moves here.
"""
