"""Shared by all features of the window: frame, widgets, theme, sounds, helpers."""
