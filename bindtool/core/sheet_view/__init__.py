"""A table's view of a sheet: filter, order, rows that need a hand, and the next step."""
