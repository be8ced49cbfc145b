"""Profiles: the form, its fields, and related pages."""
