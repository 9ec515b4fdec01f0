"""Spares and whole units in our hands: stock ledger, lots, loaners, replacement orders, repair orders.

Refuses: stock below zero, two loans of one unit at a time.
"""
