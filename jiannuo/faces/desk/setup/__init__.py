"""A house sets itself up: step by step, each with what will not work while it is missing."""
