"""What is known: the articles, one article with its versions, and which fit a case or a caller."""
