"""What a table shows of a sheet: filter, order, what needs a hand, and the next step."""
