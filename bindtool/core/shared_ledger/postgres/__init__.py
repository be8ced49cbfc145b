"""The shared ledger on a PostgreSQL server."""
