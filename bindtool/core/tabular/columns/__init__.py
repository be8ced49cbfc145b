"""Which columns of a table have the ids and the labels, and how sure that is."""
