"""The one box: what it finds while somebody types, and the page of everything it finds."""
