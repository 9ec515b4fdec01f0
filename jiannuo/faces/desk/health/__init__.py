"""The page that tells whether the house is in working order."""
