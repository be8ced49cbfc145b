"""The login for a proxy."""
