"""Telling at the desk: the inbox, the link of a message, who was told of a case."""
