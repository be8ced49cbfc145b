"""Profiles: their values and rules, their TOML files, and the folders of these."""
