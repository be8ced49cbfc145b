"""The sheet in memory: rows, edits that can be taken back, what is wrong with a row, and counts."""
