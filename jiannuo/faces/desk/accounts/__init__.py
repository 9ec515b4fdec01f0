"""Accounts: the security administrator's pages, and each one's own."""
