"""What is done with a sheet: search, fill in labels, compare, import a list."""
