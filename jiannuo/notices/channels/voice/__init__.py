"""Telephone calls that speak the message and hear a key."""
