"""Saving and printing reports."""
