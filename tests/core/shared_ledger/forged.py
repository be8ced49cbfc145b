"""Ledgers of the first step, and rows that no bench has written: the owner can put them there, and anybody then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.shared_ledger.postgres.schema import STEPS

if TYPE_CHECKING:
    from tests.postgres import Cluster, Database

_COLUMNS = (
    "number, bench, entry, bound_at, written_at, machine, channel_id, device_id, label, log_id, operator, profile, "
    "job"
)

YEAR_ONE = "0001-01-01T00:00:00+08:00"


def first_step(cluster: Cluster) -> Database:
    """Return a ledger of the first step alone."""
    return cluster.ledger(STEPS[:1])


def forge(ledger: Database, entry: int, **values: str) -> None:
    """Put an entry beside the newest one: like that, but for its number, `entry`, and these columns, as SQL."""
    given = {"number": "number + 1", "entry": str(entry), **values}
    cells = ", ".join(given.get(column, column) for column in _COLUMNS.split(", "))
    newest = "ORDER BY number DESC LIMIT 1"
    ledger.sql(f"INSERT INTO bindtool.entry ({_COLUMNS}) SELECT {cells} FROM bindtool.entry {newest}")  # noqa: S608 - our own


def a_forged_series(ledger: Database, forged: str) -> None:
    """Have running numbers go on from anywhere."""
    ledger.sql(f"UPDATE bindtool.series SET next = {forged}")  # noqa: S608 - our own
