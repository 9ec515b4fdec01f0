"""How the house tells people: channels, words, ladders, and each one's own liking."""
