"""Runs in the window, from Bind to the summary."""
