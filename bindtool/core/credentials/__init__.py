"""Tokens and passwords: how they are read, kept in the system's password store, and kept out of texts."""
