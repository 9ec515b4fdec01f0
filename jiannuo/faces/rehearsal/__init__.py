"""Rehearsal: plays a written story through the journey and compares what came of it."""
