"""The tables of the database: a module for each, or for a family of queries."""
