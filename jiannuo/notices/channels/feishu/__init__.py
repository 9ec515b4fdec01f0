"""A robot in a Feishu group."""
