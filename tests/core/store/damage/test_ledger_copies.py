"""Daily copies: of what was bound and nothing else, small together, and what the way out is completed from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.history_records import SearchQuery
from bindtool.core.model.outcome import State
from bindtool.core.store import History, Store
from bindtool.core.store.damage.ledger_copies import LedgerCopies, day_of
from bindtool.core.store.damage.replace import replace_damaged
from tests.core.store.samples import CHANNEL, START, devices, row, settled, told
from tests.core.store.spoilt import fill, ledger_pages, root_of, spoil
from tests.core.store.telling_path import TellingPath
from tests.small_disk import needs_small_disk, small_disk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.core.store.samples import Clock

DAY = date(2026, 11, 25)


@pytest.fixture
def database(path: Path, clock: Clock) -> Iterator[Path]:
    """Give a database with 177 bound devices that a store has open."""
    fill(path, clock, 3, 60)
    with Store(path, clock):
        yield path


@pytest.fixture
def copies(database: Path) -> LedgerCopies:
    """Give its copies: none yet."""
    return LedgerCopies(database, database.parent / "copies")


def test_a_copy_of_each_day(copies: LedgerCopies, database: Path) -> None:
    """A second one of a day is not made; the newest comes first, and nothing else lies there."""
    assert not copies.files
    for day in (0, 0, 1):
        copies.make(DAY + timedelta(day), Event())
    names = ["ledger-2026-11-26.db", "ledger-2026-11-25.db"]
    assert [file.name for file in copies.files] == names
    assert {file.name for file in (database.parent / "copies").iterdir()} == {*names}


@pytest.mark.parametrize(
    ("name", "day"), [("ledger-2026-11-25.db", DAY), ("ledger-2026-13-25.db", None), ("bindtool.db", None)]
)
def test_the_day_of_a_copy(name: str, day: date | None) -> None:
    """Its name has it; another file is of no day."""
    assert day_of(Path(name)) == day


def test_bound_devices_only(copies: LedgerCopies, database: Path, clock: Clock) -> None:
    """A job, a row that was not bound and what a run would have sent are in none: no deleted sheet is."""
    with Store(database, clock) as store:
        rows = [row(1, "NOTBOUND1")]
        sheet_id = store.sheets.create(job="SECRETJOB", put=rows).result(30).sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
        store.runs.end(run_id, "stopped").result(30)
        copies.make(DAY, Event())
    content = copies.files[0].read_bytes()
    assert b"SPK0-000001" in content
    assert b"NOTBOUND1" not in content
    assert b"SECRETJOB" not in content
    with closing(sqlite3.connect(copies.files[0])) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_schema")}
        assert tables == {"bench", "ledger", "foreign_entry"}
        assert copy.execute("SELECT count(*) FROM ledger").fetchone() == (177,)


def test_a_database_of_today(path: Path, clock: Clock) -> None:
    """What lies in its log still is in the copy, and counts for how large that may be."""
    copies = LedgerCopies(path, path.parent / "copies")
    with Store(path, clock) as store:
        rows = [row(number) for number in range(1, 3000)]
        sheet_id = store.sheets.create(put=rows).result(30).sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
        store.runs.settle(run_id, settled(State.BOUND, *range(1, 3000))).result(30)
        copies.make(DAY, Event())
    with closing(sqlite3.connect(copies.files[0])) as copy:
        assert copy.execute("SELECT count(*) FROM ledger").fetchone() == (2999,)


def test_all_together_are_no_larger_than_the_database(copies: LedgerCopies, database: Path) -> None:
    """The oldest go; a week of them is enough."""
    for day in range(20):
        copies.make(DAY + timedelta(day), Event())
    assert 1 < len(copies.files) <= 7
    assert sum(file.stat().st_size for file in copies.files) <= database.stat().st_size
    assert copies.files[0].name == "ledger-2026-12-14.db"


def test_a_week_is_enough(copies: LedgerCopies, database: Path) -> None:
    """However large the database is."""
    with closing(sqlite3.connect(database)) as connection:
        with connection:
            connection.execute("INSERT INTO channel_fact VALUES ('', '', '', hex(zeroblob(2000000)), 1, '')")
        connection.execute("PRAGMA wal_checkpoint")
    for day in range(10):
        copies.make(DAY + timedelta(day), Event())
    assert len(copies.files) == 7


@needs_small_disk
def test_little_space(tmp_path: Path, clock: Clock) -> None:
    """There none is made: the room is for scans."""
    with small_disk(tmp_path / "small", 8192) as disk:
        fill(disk.path / "bindtool.db", clock, 1, 10)
        with Store(disk.path / "bindtool.db", clock):
            copies = LedgerCopies(disk.path / "bindtool.db", disk.path / "copies")
            assert not copies.make(DAY, Event())
        assert copies.files == ()
        assert not (disk.path / "copies").exists()


def test_one_that_is_broken_off(copies: LedgerCopies, database: Path) -> None:
    """Half a copy is none, and nothing of it stays; the one of the day before does."""
    copies.make(DAY, Event())
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n LIMIT 20000) INSERT INTO ledger"
            " SELECT NULL, '', '', '', '', 'SPK' || i, '', '2026-11-25T09:30:00+08:00', '', '', '' FROM n"
        )
    telling, give_up = TellingPath(database), Event()
    telling.opened = give_up.set
    cancelled = LedgerCopies(telling, database.parent / "copies")
    assert not cancelled.make(DAY + timedelta(1), give_up)
    assert [file.name for file in copies.files] == ["ledger-2026-11-25.db"]
    assert list((database.parent / "copies").iterdir()) == [*copies.files]


def test_one_that_is_stopped_before_it_begins(copies: LedgerCopies, database: Path) -> None:
    """A thread that gets its turn only then touches nothing: whoever has stopped it may move the files."""
    copies.stop()
    assert not copies.make(DAY, Event())
    assert not (database.parent / "copies").exists()


def test_one_that_is_given_up(copies: LedgerCopies, database: Path) -> None:
    """Breaking off a copy was final: no other was made until the next start. What is given up can be made anew."""
    give_up = Event()
    give_up.set()
    assert not copies.make(DAY, give_up)
    assert not (database.parent / "copies").exists()
    assert copies.make(DAY, Event())
    assert [file.name for file in copies.files] == ["ledger-2026-11-25.db"]
    assert copies.make(DAY, Event()), "it is there"


def test_a_ledger_that_can_not_be_read(path: Path, clock: Clock) -> None:
    """The copy of the day before stays: it is what is left."""
    fill(path, clock, 3, 60)
    copies = LedgerCopies(path, path.parent / "copies")
    with Store(path, clock):
        copies.make(DAY, Event())
    spoil(path, root_of(path, "ledger"))
    with pytest.raises(StoreFailed) as caught:
        copies.make(DAY + timedelta(1), Event())
    assert caught.value.id == "store.damaged"
    assert [file.name for file in copies.files] == ["ledger-2026-11-25.db"]


def test_the_way_out_is_completed_from_them(path: Path, clock: Clock) -> None:
    """What can't be read of the ledger comes from the copies, once; what was bound since is missing and counted.

    So does the bench's name: under another one it would be told what it has bound itself, as somebody else's.
    """
    fill(path, clock, 3, 60)
    copies = LedgerCopies(path, path.parent / "copies")
    with Store(path, clock) as store:
        name = store.benches.bench_id
        store.benches.take_in([told(1), told(2)]).result(30)
        for day in range(2):
            copies.make(DAY + timedelta(day), Event())
    fill(path, clock, 1, 11)
    copies.files[0].write_bytes(b"no copy any more")
    roots = [root_of(path, table) for table in ("ledger", "foreign_entry", "bench")]
    for page in (*ledger_pages(path), *roots):
        spoil(path, page)
    found = replace_damaged(path, START, copies.files)
    assert (found.bound, found.bound_lost) == (177 + 2, 10)
    assert len(History(path).search(SearchQuery(own=True)).records) >= 177
    with Store(path, clock) as store:
        assert len(store.ledger.bound_devices(CHANNEL)) == 179
        assert store.benches.bench_id == name
