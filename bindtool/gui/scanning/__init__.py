"""A scan becomes a row, and what is said of it."""
