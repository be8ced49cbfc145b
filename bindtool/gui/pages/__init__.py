"""Screens that take the whole window: the first run and the form for a profile."""
