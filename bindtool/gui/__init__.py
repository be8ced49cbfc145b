"""The window: widgets and models that show what the core knows and say what a person did.

Knows the core's values and the texts; httpx, keyring, sqlite3 and qasync are for others.
"""
