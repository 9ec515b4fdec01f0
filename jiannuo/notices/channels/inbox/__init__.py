"""The inbox on our own pages: the row is the delivery."""
