"""The console: what an administrator types."""
