"""Reports and the history as files: CSV, workbooks, JSON lines, and the way back in."""
