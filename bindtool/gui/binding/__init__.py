"""A run, from Bind to its summary."""
