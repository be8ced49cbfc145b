"""A rebuilt database says since when devices may be missing: never later than is sure, until that is confirmed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bindtool.core.store import Gap, Store
from bindtool.core.store.copies import Copies
from bindtool.core.store.damage.replace import replace_damaged
from tests.core.store.samples import ANSWER, START, Clock, row, sent, told
from tests.core.store.spoilt import ledger_pages, pages_in, root_of, spoil

DAYS, SIZE = 4, 60
REBUILT = START + timedelta(30)
COPIED = START + timedelta(1, hours=9)
TELL = ("ledger", "foreign_entry", "run", "run_device", "request", "request_span")
"""The tables that tell which devices were bound or sent."""


def bound_on(day: int) -> datetime:
    """Return when the devices of a day were bound."""
    return START + timedelta(day, 5)


def work(path: Path, clock: Clock, days: Iterable[int]) -> None:
    """Bind devices on each of these days, in a run of its own."""
    with Store(path, clock) as store:
        for day in days:
            clock.time = START + timedelta(day)
            rows = [row(number, f"SPK{day}-{number:06}") for number in range(1, SIZE + 1)]
            sheet_id = sent(store, *rows, answer=replace(ANSWER, time=bound_on(day)))
            store.sheets.close(sheet_id).result(30)
            store.benches.take_in([told(day + 1, minutes=day)]).result(30)


@pytest.fixture
def worked(path: Path, clock: Clock) -> Path:
    """Give a database of some days of work, closed, with a copy of the second day."""
    work(path, clock, range(2))
    clock.time = COPIED
    with Store(path, clock, copies=folder_of(path)) as store:
        assert store.copies.make()
    work(path, clock, range(2, DAYS))
    return path


def folder_of(path: Path) -> Path:
    """Return where the copies of a database are."""
    return path.with_name("copies")


def gap_of(path: Path, clock: Clock, *, copies: bool = False) -> Gap | None:
    """Rebuild a database; return the gap that is open in it."""
    found = replace_damaged(path, REBUILT, Copies(path, folder_of(path), clock).files if copies else ())
    with Store(path, clock) as store:
        assert store.bindings.gap == found.gap
    return found.gap


def records(path: Path, table: str) -> set[tuple[object, ...]]:
    """Return what a table holds."""
    with closing(sqlite3.connect(path)) as database:
        return {*database.execute(f"SELECT * FROM {table}")}  # noqa: S608 - constants


def since(gap: Gap | None) -> datetime | None:
    """Return since when devices may be missing; there has to be a gap."""
    assert gap is not None
    return gap.since


@pytest.mark.parametrize(
    "spoilt", ["", "sheet", "sheet_row", "outbox", "channel_check", "ledger_label", "run_device_device"]
)
def test_no_gap_where_no_device_is_missing(worked: Path, clock: Clock, spoilt: str) -> None:
    """Sheets, what others were told of, and indexes tell nothing of what was sent."""
    if spoilt:
        spoil(worked, root_of(worked, spoilt))
    assert gap_of(worked, clock) is None


@pytest.mark.long
@pytest.mark.parametrize("copies", [False, True])
def test_each_page_that_may_be_spoilt(worked: Path, tmp_path: Path, clock: Clock, copies: bool) -> None:
    """There is a gap just where SQLite can't read all that was bound, sent, or missing before: since the copy."""
    for page in range(1, pages_in(worked) + 1):
        path = tmp_path / f"{page}.db"
        shutil.copy(worked, path)
        spoil(path, page)
        read = [is_read(path, table) for table in (*TELL, "gap")]
        gap = gap_of(path, clock, copies=copies)
        assert (gap is None) == all(read)
        assert gap is None or gap.since == (COPIED if copies else None)
        if copies:
            missing = [records(worked, table) - records(path, table) for table in TELL]
            assert gap is not None or not any(missing)


def is_read(path: Path, table: str) -> bool:
    """Tell whether SQLite can read a table."""
    with closing(sqlite3.connect(path)) as database:
        try:
            database.execute("PRAGMA writable_schema = ON")  # as the rebuilding does
            database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - constants
        except sqlite3.DatabaseError:
            return False
        return True


def spoil_the_ledger(path: Path) -> None:
    """Spoil the last page of it, and more."""
    for page in ledger_pages(path)[-8:]:
        spoil(path, page)


def spoil_root(table: str) -> Callable[[Path], None]:
    """Return what spoils the first page of a table."""
    return lambda path: spoil(path, root_of(path, table))


def change(*statements: str) -> Callable[[Path], None]:
    """Return what changes records as a bad block does: nothing understands them any more."""

    def spoil_them(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript(";".join(statements))

    return spoil_them


def spoil_all(path: Path) -> None:
    """Leave nothing of the file."""
    path.write_bytes(b"\xffnot a database" * 1000)


CHANGED = "DROP TRIGGER ledger_is_never_changed"


@pytest.mark.parametrize(
    "damage",
    [
        spoil_the_ledger,
        change(CHANGED, "UPDATE ledger SET bound_at = 'x' WHERE entry_id = 1"),
        change("UPDATE run SET started_at = 'x' WHERE run_id = 4"),
        change("UPDATE request SET begun_at = 'x' WHERE run_id = 3"),
        spoil_root("request_span"),
        spoil_root("run"),
        spoil_root("foreign_entry"),
        spoil_all,
    ],
)
@pytest.mark.parametrize("copies", [False, True])
def test_since_when(worked: Path, clock: Clock, damage: Callable[[Path], None], copies: bool) -> None:
    """Since the copy that has completed it; without one any device may be missing."""
    damage(worked)
    gap = gap_of(worked, clock, copies=copies)
    assert gap is not None
    assert (gap.since, gap.rebuilt_at) == (COPIED if copies else None, REBUILT)


def test_a_clock_that_was_wrong(worked: Path, clock: Clock) -> None:
    """A copy of the future is followed by runs of now: since the first of these, and in no case since later."""
    clock.time = REBUILT + timedelta(days=365)
    with Store(worked, clock, copies=folder_of(worked)) as store:
        assert store.copies.make()
    work(worked, clock, [DAYS])
    spoil_the_ledger(worked)
    shutil.copy(worked, without := worked.with_name("without.db"))
    assert since(gap_of(worked, clock, copies=True)) == START + timedelta(DAYS)
    change("DELETE FROM run WHERE run_id = 5")(without)
    assert since(gap_of(without, clock, copies=True)) == REBUILT


def test_a_gap_below_a_gap(worked: Path, clock: Clock) -> None:
    """The one that nobody has confirmed goes on from where it began; a confirmed one is over."""
    change("UPDATE request SET begun_at = 'x' WHERE run_id = 2")(worked)
    first = gap_of(worked, clock, copies=True)
    assert first == Gap(COPIED, REBUILT, DAYS)
    assert gap_of(worked, clock) == first
    work(worked, clock, [DAYS])
    with Store(worked, clock, copies=folder_of(worked)) as store:
        assert store.copies.make()
    change("UPDATE request SET begun_at = 'x' WHERE run_id = 5")(worked)
    assert gap_of(worked, clock, copies=True) == Gap(COPIED, REBUILT, DAYS + 1)
    with Store(worked, clock) as store:
        store.bindings.confirm_gap().result(30)
        assert store.bindings.gap is None
    assert gap_of(worked, clock) is None
    change("UPDATE request SET begun_at = 'x' WHERE run_id = 1")(worked)
    assert since(gap_of(worked, clock, copies=True)) == START + timedelta(DAYS)


def test_a_gap_of_any_time_stays_one(worked: Path, clock: Clock) -> None:
    """What is lost later, from a time that is known, doesn't make it shorter."""
    change("UPDATE run SET started_at = 'x' WHERE run_id = 1")(worked)
    assert since(gap_of(worked, clock)) is None
    change("UPDATE request SET begun_at = 'x' WHERE run_id = 3")(worked)
    assert since(gap_of(worked, clock)) is None


def test_gaps_that_can_not_be_read(worked: Path, clock: Clock) -> None:
    """There may have been one since any time; a database of before there were gaps had none."""
    shutil.copy(worked, old := worked.with_name("old.db"))
    spoil(worked, root_of(worked, "gap"))
    assert gap_of(worked, clock) == Gap(None, REBUILT, DAYS)
    change("DROP TABLE gap", "PRAGMA user_version = 16")(old)
    assert gap_of(old, clock) is None


def test_a_database_that_was_never_rebuilt(store: Store, path: Path) -> None:
    """It has no gap; confirming changes nothing."""
    store.bindings.confirm_gap().result(30)
    assert store.bindings.gap is None
