"""The log-in for a proxy."""
