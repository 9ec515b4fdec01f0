"""The desk: what the staff see in a browser."""
