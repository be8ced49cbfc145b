"""Tools for a sheet: search, label filling, comparison, list import."""
