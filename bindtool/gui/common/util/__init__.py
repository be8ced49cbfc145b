"""Helpers for Qt that show nothing."""
