"""Planned work: quarterly inspections with their checklists, trainings, renewals."""
