"""Profiles: their values and rules, their TOML files, and the folders that they lie in."""
