"""Many records go in by few statements, each with its own values and those that all have."""

from __future__ import annotations

import sqlite3

import pytest

from bindtool.core.store.tables import codec


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000, 2048, 10_000])
def test_every_record_goes_in_once(connection: sqlite3.Connection, count: int) -> None:
    """However many there are, a dozen statements are enough, and each record is as it was."""
    connection.execute("CREATE TABLE thing (owner TEXT, number INTEGER, name TEXT)")
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    records = [(number, f"thing\0{number}") for number in range(count)]

    codec.insert(connection, "INSERT INTO thing (owner, number, name)", ("Li",), records)

    connection.set_trace_callback(None)
    found = connection.execute("SELECT * FROM thing ORDER BY number").fetchall()
    assert [tuple(record) for record in found] == [("Li", *record) for record in records]
    assert len(statements) <= 12
