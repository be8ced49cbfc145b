"""The sheet in memory: rows, edits with undo, problems of rows, and counts."""
