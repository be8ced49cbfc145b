"""Reports and the history as files: CSV, workbooks, JSON lines, and reading the history back."""
