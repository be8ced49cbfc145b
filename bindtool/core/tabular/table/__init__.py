"""The cells of a list from any kind of file, and the values derived from them."""
