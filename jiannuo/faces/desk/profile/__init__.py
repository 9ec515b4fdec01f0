"""The versions of the service profile: written by clause, compared in words, tried on the cases of
a quarter, approved by somebody else."""
