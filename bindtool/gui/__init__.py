"""The window: widgets and models that show the core's state and report the user's actions.

Uses the core's values and the texts, but not httpx, keyring, sqlite3 or qasync.
"""
