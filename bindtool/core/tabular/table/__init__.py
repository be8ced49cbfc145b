"""The cells of a list, whatever file they came from: which columns they are, and the rows that come of them."""
