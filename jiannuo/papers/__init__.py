"""Every document: which a subject has, with the data it was made of frozen at the moment."""
