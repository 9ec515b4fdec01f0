"""Signing in: password, second factor, a password of one's own."""
