"""What is free and what is not: entitlement decisions, exclusion rulings, quotes, cost records, charge sheets."""
