"""The token of the open profile: its dialog and its service."""
