"""A text that came in: what kind of code it is, its parts, and which part is the id."""
