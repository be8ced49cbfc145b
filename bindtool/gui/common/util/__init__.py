"""Helpers for Qt without widgets."""
