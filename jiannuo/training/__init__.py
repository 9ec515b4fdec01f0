"""Training plans, sessions, attendance, assessments."""
