"""A robot in a DingTalk group."""
