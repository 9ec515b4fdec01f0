"""Histories of another system as they are read: columns, rows, what happened to each incident."""
