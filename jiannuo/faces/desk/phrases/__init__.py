"""Canned phrases: the page that keeps them, and what a text area is offered."""
