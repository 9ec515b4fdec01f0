"""The emergency board: five duties, who was told, one tap to note a call; by day and at three in
the morning on a phone."""
