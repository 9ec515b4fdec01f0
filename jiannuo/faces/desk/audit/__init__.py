"""The audit, for the audit administrator and for nobody else."""
