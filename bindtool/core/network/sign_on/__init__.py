"""Logging in by a scheme: what the system signs in with, and a user and password by Basic."""
