"""The open profile's token: its fields, its texts, and its service."""
