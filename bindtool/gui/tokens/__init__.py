"""The token of the open profile: its fields, what is said of it, and its service."""
