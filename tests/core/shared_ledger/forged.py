"""Rows of a ledger that no bench has written: its owner can insert them."""

from __future__ import annotations

from tests.postgres import Database

_COLUMNS = (
    "number, bench, entry, bound_at, written_at, machine, channel_id, device_id, label, log_id, operator, profile, "
    "job"
)

YEAR_ONE = "0001-01-01T00:00:00+08:00"


def forge(ledger: Database, entry: int, **values: str) -> None:
    """Insert a copy of the newest entry with the number `entry` and these columns changed, as SQL."""
    given = {"number": "number + 1", "entry": str(entry), **values}
    cells = ", ".join(given.get(column, column) for column in _COLUMNS.split(", "))
    newest = "ORDER BY number DESC LIMIT 1"
    ledger.sql(f"INSERT INTO bindtool.entry ({_COLUMNS}) SELECT {cells} FROM bindtool.entry {newest}")  # noqa: S608 - our own


def forge_number(ledger: Database, forged: str) -> None:
    """Make running numbers continue from anywhere, whatever the server's own function returns."""
    head = (
        "bindtool.reserve(_channel jsonb, _series text, _bench text, _count integer, _above bigint) RETURNS bigint"
    )
    ledger.sql(f"CREATE OR REPLACE FUNCTION {head} LANGUAGE sql AS 'SELECT {forged}::bigint'")
