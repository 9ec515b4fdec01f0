"""The wall board: what falls due next, read from five metres."""
