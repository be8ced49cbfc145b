"""Profiles: the form, its fields, and the pages around it."""
