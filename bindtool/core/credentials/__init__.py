"""Tokens and passwords: reading, storing in the system's password store, and redacting in texts."""
