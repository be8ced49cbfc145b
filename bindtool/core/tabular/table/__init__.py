"""The cells of a list, whatever file they came from, and the values that are made of them."""
