"""A database whose tables are those of the first step is opened and loses nothing; an earlier one is left alone."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.channel_check import CheckStep
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, NoteReason
from bindtool.core.store import Store, has_tables, is_of_today, is_sound, migrations, schema
from bindtool.core.store.connection import open_for_writing
from bindtool.core.store.damage.replace import replace_damaged
from tests.core.store.samples import CHANNEL, START, Clock

DUMP = Path(__file__).resolve().parents[2] / "fixtures" / "first_step" / "bindtool.sql"


def put_back(path: Path) -> None:
    """Make a database of the dump."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_bytes().decode())


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the records of each table, in order."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}  # noqa: S608 - our own


def schema_of(path: Path) -> dict[tuple[str, ...], str]:
    """Return the statement of each table, index, trigger and view, however it is laid out."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    return {tuple(names): re.sub(r"\s*([(),])\s*", r"\1", " ".join((sql or "").split())) for *names, sql in found}


def test_nothing_is_lost(path: Path) -> None:
    """Each record of each table is there as it was, but for what was under way: its answer is not known."""
    put_back(path)
    before = contents(path)
    with Store(path, Clock()):
        pass
    after = contents(path)
    assert is_of_today(path)
    assert is_sound(path)
    assert after.pop("gap") == after.pop("handoff") == []
    # Columns that came later, each empty.
    assert {record[-1] for record in after["sheet_row"]} == {0}
    after["sheet_row"] = [record[:-1] for record in after["sheet_row"]]
    for table in ("sheet_row", "request"):
        was, now = set(before.pop(table)), set(after.pop(table))
        changed = {record[:2] for record in was ^ now}
        assert (len(was), changed) == (len(now), {(2, 3), (2, 4)} if table == "sheet_row" else {(2, 2)})
    assert after == before


def test_it_is_gone_on_with(path: Path) -> None:
    """Rows, what was bound, what waits for other benches and what was found of the channel read as they were."""
    put_back(path)
    with Store(path, Clock()) as store:
        head = store.sheets.current("Line 2")
        assert head is not None
        rows = store.sheets.load(head.sheet_id)
        states = [row.outcome.state for row in rows]
        assert states == [State.BOUND] * 2 + [State.UNKNOWN] * 2 + [State.READY] * 3
        assert (rows[5].held and rows[5].held.reason) is HoldReason.OTHER_LENGTH
        assert (rows[6].note and rows[6].note.reason) is NoteReason.KEYBOARD
        assert [run.sheet_id for run in store.runs.unfinished()] == [head.sheet_id]
        bound = {each.device.device_id for each in store.bindings.bound_devices(CHANNEL)}
        assert bound == {f"SPK{n:04}" for n in (1, 2, 3, 1001, 1002, 9001, 9002)}
        assert [entry.key.entry for entry in store.benches.waiting([CHANNEL], "", 10)] == [2, 3, 4, 5]
        assert store.benches.blocks(CHANNEL, "Speaker ") == (range(501, 1001),)
        check = store.channels.check(CHANNEL)
        assert check is not None
        assert check.step is CheckStep.SECOND
        assert store.channels.list_columns(CHANNEL)["SN|Name"].label_column == 1


def test_the_first_step_makes_the_same_tables(path: Path) -> None:
    """A new file has what one has that was brought on, to the letter."""
    put_back(path)
    fresh = path.with_name("fresh.db")
    with closing(open_for_writing(fresh)) as connection:
        for statement in migrations.MIGRATIONS[0]:
            connection.execute(statement)
    assert schema_of(fresh) == schema_of(path)
    fresh.unlink()
    for file in (fresh, path):
        with Store(file, Clock()):
            pass
    assert schema_of(fresh) == schema_of(path)


@pytest.mark.parametrize("version", [0, 7, migrations.FIRST_VERSION - 1])
def test_one_from_before_is_left_alone(path: Path, version: int) -> None:
    """It is named as that, by each way in, and not a byte of it or a file beside it changes."""
    with closing(open_for_writing(path)) as connection:
        connection.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
        connection.execute("CREATE TABLE sheet (sheet_id INTEGER PRIMARY KEY)")
        connection.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    for way_in in (lambda: schema.check(path), lambda: Store(path, Clock()), lambda: replace_damaged(path, START)):
        with pytest.raises(StoreFailed, match=r"store\.unreleased") as caught:
            way_in()
        assert caught.value.hint.values["found"] == version
    assert not has_tables(path)
    assert [path.read_bytes(), *path.parent.iterdir()] == [before, path]
