"""Reports: saved and printed."""
