"""Turns scans into rows and shows each result."""
