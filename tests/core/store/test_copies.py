"""Copies of the database: whole, made where a run begins and ends, few, and without what was deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.outcome import State
from bindtool.core.store import Store, is_sound
from bindtool.core.store.copies import Copies
from tests.core.store.samples import CHANNEL, START, Clock, devices, row, sending, settled
from tests.core.store.spoilt import fill, root_of, spoil
from tests.core.store.telling_path import TellingPath
from tests.small_disk import needs_small_disk, small_disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the copies will be."""
    return tmp_path / "copies"


@pytest.fixture
def store(path: Path, folder: Path, clock: Clock) -> Iterator[Store]:
    """An open store that makes copies, with two runs of 60 devices."""
    fill(path, clock, 2, 60)
    with Store(path, clock, copies=folder) as store:
        yield store


def read(copy: Path, query: str) -> list[tuple[object, ...]]:
    """Return what a copy says."""
    with closing(sqlite3.connect(copy)) as database:
        return database.execute(query).fetchall()


def test_a_copy_is_the_whole_database(store: Store, folder: Path) -> None:
    """With what lies in the log still: each record of each table; it is sound, and its name has the time."""
    store.sheets.create(job="WO-9", put=[row(1)]).result(30)
    assert store.copies.make()
    (copy,) = store.copies.files
    assert (copy.number, copy.made_at, copy.path.parent) == (1, START.astimezone(UTC), folder)
    assert is_sound(copy.path)
    with closing(sqlite3.connect(store.path)) as database, closing(sqlite3.connect(copy.path)) as copied:
        dumps = [[line for line in each.iterdump() if "INSERT" in line] for each in (database, copied)]
    assert dumps[0] == dumps[1]
    assert copy.path.stat().st_mode & 0o777 == store.path.stat().st_mode & 0o777
    assert list(folder.iterdir()) == [copy.path]


def test_the_newest_come_first_and_few_stay(store: Store, clock: Clock, folder: Path) -> None:
    """By their numbers: a clock that was set back makes no copy an old one. Other files are none."""
    folder.mkdir()
    (folder / "bindtool.db").touch()
    (folder / "bindtool-000000-20261325T000000Z.db").touch()
    for hours in (0, 9, 5):
        clock.time = START + timedelta(hours=hours)
        assert store.copies.make()
    assert [copy.number for copy in store.copies.files] == [3, 2]
    assert store.copies.files[0].made_at == clock.time


def test_a_time_that_is_none(store: Store, folder: Path) -> None:
    """A copy with such a name is one of the first day."""
    folder.mkdir()
    (folder / "bindtool-000001-20261325T000000Z.db").touch()
    assert store.copies.files[0].made_at == datetime.min.replace(tzinfo=UTC)


def test_a_run_begins_once_a_copy_has_what_it_may_send(store: Store) -> None:
    """That has its rows alone, and goes once the run has ended and there is one with what came of it."""
    rows = [row(1, "SPK9", label="Speaker 0041")]
    sheet_id = store.sheets.create(put=[*rows, row(2)]).result(30).sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
    (of_run,) = store.copies.files
    assert (of_run.of_run, of_run.number) == (True, run_id)
    assert read(of_run.path, "SELECT label, ended_at FROM run JOIN run_device USING (run_id)") == [
        ("Speaker 0041", None)
    ]
    assert read(of_run.path, "SELECT number, last_number FROM sheet JOIN sheet_row USING (sheet_id)") == [(1, 2)]
    store.runs.begin_request(run_id, 1, sending(1)).result(30)
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result(30)
    store.runs.end(run_id, "finished").result(30)
    store.close()
    assert not store.path.with_name(f"{store.path.name}-wal").exists()
    (whole,) = store.copies.files
    assert not whole.of_run
    assert read(whole.path, "SELECT device_id FROM ledger ORDER BY entry_id DESC LIMIT 1") == [("SPK9",)]
    assert read(whole.path, "SELECT count(*) FROM run WHERE ended_at IS NULL") == [(0,)]


def test_runs_that_follow_each_other_at_once(store: Store, clock: Clock) -> None:
    """The whole is copied again when the disk has rested, or where the clock was set back; each run has its own."""
    store.copies.make()
    sheet_id = store.sheets.create(put=[row(1)]).result(30).sheet_id
    found = []
    for seconds in (0, 0, 60, -60):
        clock.time += timedelta(seconds=seconds)
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result(30)
        store.runs.end(run_id, "finished").result(30)
        store.copies.close()
        found.append([copy.number for copy in store.copies.files])
    assert found == [[3, 1], [4, 3, 1], [2, 1], [3, 2]]


def test_a_run_that_can_not_be_written_has_no_copy(store: Store) -> None:
    """It fails as ever."""
    with pytest.raises(StoreFailed):
        store.runs.begin(77, CHANNEL, {}).result(30)
    assert store.copies.files == ()


def test_a_run_begins_where_the_whole_can_not_be_copied(path: Path, folder: Path, clock: Clock) -> None:
    """What can't be read is no copy; the one of before stays, and the run has its own."""
    fill(path, clock, 2, 60)
    with Store(path, clock, copies=folder) as store:
        assert store.copies.make()
        sheet_id = store.sheets.create(put=[row(1)]).result(30).sheet_id
    spoil(path, root_of(path, "ledger"))
    with Store(path, clock, copies=folder) as store:
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result(30)
        clock.time += timedelta(minutes=1)
        store.runs.end(run_id, "finished").result(30)
        store.copies.close()
        with pytest.raises(StoreFailed) as caught:
            store.copies.make()
    assert caught.value.id == "store.damaged"
    assert [(copy.of_run, copy.number) for copy in store.copies.files] == [(True, 3), (False, 1)]
    assert len(list(folder.iterdir())) == 2


def test_a_run_that_can_not_be_read_leaves_nothing(path: Path, folder: Path, clock: Clock) -> None:
    """Half a copy would have rows of a sheet that may be deleted later; none is made once they are stopped."""
    fill(path, clock, 1, 10)
    spoil(path, root_of(path, "run_device"))
    copies = Copies(path, folder, clock)
    with pytest.raises(StoreFailed) as caught:
        copies.copy_run(1)
    assert (caught.value.id, list(folder.iterdir())) == ("store.damaged", [])
    copies.stop()
    copies.copy_run(1)
    assert list(folder.iterdir()) == []


def test_a_store_without_copies(path: Path, clock: Clock) -> None:
    """It makes none, and has none."""
    with Store(path, clock) as store:
        assert not store.copies.make()
        store.copies.renew()
        store.copies.copy_run(1)
        assert store.copies.files == ()


def test_what_is_deleted_is_in_none(store: Store, clock: Clock) -> None:
    """A new one takes the place of all of them; where none can be made, there is none."""
    for _ in range(2):
        store.copies.make()
    clock.time += timedelta(days=1)
    assert store.sheets.delete(1, clock.time).result(30)
    store.copies.renew()
    (copy,) = store.copies.files
    assert b"WO-0" not in copy.path.read_bytes()
    store.copies.stop()
    store.copies.renew()
    assert store.copies.files == ()


@needs_small_disk
def test_little_space(tmp_path: Path, clock: Clock) -> None:
    """There none is made: the room is for scans."""
    with small_disk(tmp_path / "small", 8192) as disk:
        fill(disk.path / "bindtool.db", clock, 1, 10)
        with Store(disk.path / "bindtool.db", clock, copies=disk.path / "copies") as store:
            assert not store.copies.make()
        assert not (disk.path / "copies").exists()


def test_one_that_is_stopped_on_its_way(store: Store, folder: Path) -> None:
    """Nothing of it stays, the one of before does, and no other is made."""
    store.copies.make()
    before = store.copies.files
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute(
            "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n LIMIT 20000) INSERT INTO ledger"
            " SELECT NULL, '', '', '', '', 'SPK' || i, '', '2026-11-25T09:30:00+08:00', '', '', '' FROM n"
        )
    telling = TellingPath(store.path)
    copies = Copies(telling, folder, store.copies._clock)  # noqa: SLF001 - the same
    telling.opened = copies._stopped.set  # noqa: SLF001 - while it is made
    assert not copies.make()
    assert not copies.make()
    assert copies.files == before
    assert [*folder.iterdir()] == [before[0].path]


def test_one_that_is_stopped_before_it_begins(store: Store, folder: Path) -> None:
    """It touches nothing: whoever has stopped it may move the files."""
    store.copies.stop()
    assert not store.copies.make()
    assert not folder.exists()


def test_what_a_kill_has_left(store: Store, folder: Path) -> None:
    """Half a copy is written over."""
    folder.mkdir()
    (folder / "fresh.tmp").write_bytes(b"half")
    assert store.copies.make()
    assert [file.name for file in folder.iterdir()] == [store.copies.files[0].path.name]
