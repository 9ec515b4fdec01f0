"""Outside systems, each an adapter to a port that a room declares."""
