"""The quarterly inspections of a contract: plan, occurrences, results."""
