"""Parses scanned and pasted texts: the kind of code, its parts, and which part is the id."""
