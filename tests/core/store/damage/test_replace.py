"""All that can be read of a damaged database is in the new one; the damaged one stays as it was, beside it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import timedelta
from itertools import combinations, count
from pathlib import Path

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import StoreFailed
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel_check import ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.model.history_records import SearchQuery
from bindtool.core.model.outcome import State
from bindtool.core.store import History, Store, is_sound
from bindtool.core.store.copies import Copies, Copy
from bindtool.core.store.damage.replace import Recovered, replace_damaged
from tests.core.store.samples import CHANNEL, START, Clock, devices, row, sending, settled, told
from tests.core.store.spoilt import fill, ledger_pages, pages_in, root_of, spoil
from tests.small_disk import needs_small_disk, small_disk

RUNS, SIZE = 2, 60
BOUND = RUNS * (SIZE - 1)
KILLED = 77
RECOVERY_WITH_A_KILL = f"""
import os, sys
from datetime import datetime
from pathlib import Path
from bindtool.core.store.damage.replace import replace_damaged

path, left = Path(sys.argv[1]), int(sys.argv[2])

def step(event, args):
    global left
    if event in ("open", "os.rename", "os.remove", "os.chmod", "sqlite3.connect") and str(path) in str(args[0]):
        left -= 1
        if not left:
            os._exit({KILLED})

sys.addaudithook(step)
replace_damaged(path, datetime.now().astimezone())
"""
"""Ends before the step of that number that it does with a file."""


@pytest.fixture
def whole(path: Path, clock: Clock) -> Path:
    """Give a database with three runs that nobody has open."""
    fill(path, clock, RUNS, SIZE)
    return path


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what each table of a database holds."""
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: sorted(database.execute(f"SELECT * FROM {name}"), key=str)  # noqa: S608 - the file's own names
            for (name,) in names
        }


def bound_in(path: Path) -> set[str]:
    """Return the devices that the history has as bound."""
    return {record.device_id for record in History(path).search(SearchQuery(state=State.BOUND)).records}


def copies_of(path: Path) -> tuple[Copy, ...]:
    """Return the copies of a database, which lie in a folder of their own beside it."""
    return Copies(path, path.with_name(f"{path.name}-copies"), SystemClock()).files


def copy(path: Path, clock: Clock) -> None:
    """Have a copy made."""
    with Store(path, clock, copies=path.with_name(f"{path.name}-copies")) as store:
        assert store.copies.make()


def spoilt(path: Path, to: Path, *pages: int) -> Path:
    """Return a database, with its copies, like one that has some pages spoilt."""
    shutil.copy(path, to)
    with suppress(FileNotFoundError):
        shutil.copytree(path.with_name(f"{path.name}-copies"), to.with_name(f"{to.name}-copies"))
    for page in pages:
        spoil(to, page)
    return to


def recovered(path: Path, clock: Clock) -> Recovered:
    """Recover a database, and see to it that the new one is sound and that the store takes it."""
    before = path.read_bytes()
    found = replace_damaged(path, START, copies_of(path))
    assert found.kept is not None
    assert found.kept.read_bytes() == before
    assert is_sound(path)
    with Store(path, clock) as store, closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for head in store.sheets.all():
            assert store.sheets.last_number(head.sheet_id) >= len(store.sheets.load(head.sheet_id))
    return found


def test_nothing_is_lost_of_one_that_is_whole(whole: Path, clock: Clock) -> None:
    """Every record of every table is the same afterwards, and numbers go on where they were."""
    with Store(whole, clock) as store:
        store.benches.take_in([told(1), told(2)]).result(30)
        store.benches.mark_shared(store.benches.waiting([CHANNEL], "bench", 100)).result(30)
        store.channels.remember_request_size(CHANNEL, 20).result(30)
    before = contents(whole)
    found = recovered(whole, clock)
    assert (found.bound, found.rows, found.bound_lost + found.rows_lost) == (BOUND + 2, RUNS * SIZE, 0)
    assert contents(whole) == before


@pytest.mark.long
def test_each_page_that_may_be_spoilt(whole: Path, tmp_path: Path, clock: Clock) -> None:
    """Whichever it is, the way out is open: nothing of the copy is missing; without one the new file is sound.

    What was written after the copy, on other pages, is there as well.
    """
    copy(whole, clock)
    in_copy = contents(whole)
    with Store(whole, clock) as store:
        later = store.sheets.create(job="later", put=[row(1, "SPK-LATER")]).result(30).sheet_id
    for page in range(1, pages_in(whole) + 1):
        path = spoilt(whole, tmp_path / f"{page}.db", page)
        alone = tmp_path / f"alone-{page}.db"
        shutil.copy(path, alone)
        found = recovered(path, clock)
        assert (found.bound, found.bound_lost) == (len(bound_in(path)), 0)
        now = contents(path)
        for table in ("sheet", "sheet_row", "run", "run_device", "request", "request_span", "ledger", "bench"):
            assert {record[:2] for record in in_copy[table]} <= {record[:2] for record in now[table]}, (page, table)
        with Store(path, clock) as store:
            there = any(head.sheet_id == later for head in store.sheets.all())
            assert there or found.rows_lost
        found = recovered(alone, clock)
        assert found.bound == len(bound_in(alone))
        assert found.bound + found.bound_lost in {0, BOUND}


def test_two_pages_of_a_table(whole: Path, clock: Clock) -> None:
    """What lies between them comes from the copy, and what came after it from the damaged file."""
    copy(whole, clock)
    fill(whole, clock, 1, 11)
    pages = ledger_pages(whole)
    for page in (pages[1], pages[-2]):
        spoil(whole, page)
    found = recovered(whole, clock)
    assert (found.bound, found.bound_lost) == (BOUND + 10, 0)


@pytest.mark.parametrize("spoil_copies", [1, 2])
def test_a_copy_that_is_damaged_too(whole: Path, clock: Clock, spoil_copies: int) -> None:
    """What it still has is taken, and the rest from the one before it."""
    copy(whole, clock)
    clock.time += timedelta(hours=1)
    copy(whole, clock)
    newest, before = copies_of(whole)
    for each, page in ((newest, 1), (before, root_of(before.path, "ledger")))[:spoil_copies]:
        spoil(each.path, page)
    spoil(whole, root_of(whole, "ledger"))
    found = recovered(whole, clock)
    expected = (BOUND, before.made_at) if spoil_copies == 1 else (0, None)
    assert (found.bound, found.copied) == expected


def test_no_number_is_given_twice(whole: Path, clock: Clock) -> None:
    """Sheets, runs and entries whose records can't be read keep their numbers: others know them by these."""
    for table in ("sheet", "sheet_row", "run", "run_device", "ledger"):
        spoil(whole, root_of(whole, table))
    assert recovered(whole, clock).bound_lost == BOUND
    with Store(whole, clock) as store:
        sheet_id = store.sheets.create(put=[row(1)]).result(30).sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result(30)
        store.runs.begin_request(run_id, 1, sending(1)).result(30)
        store.runs.settle(run_id, settled(State.BOUND, 1), 1).result(30)
        (entry,) = store.benches.waiting([CHANNEL], "", 10)
    assert (sheet_id, run_id, entry.key.entry) == (RUNS + 1, RUNS + 1, BOUND + 1)


def test_numbers_go_on_behind_all_that_may_have_been_sent(path: Path, clock: Clock) -> None:
    """Nothing can be read of the file: labels, sheets and runs are counted on behind those of the last run."""
    template = LabelTemplate.parse("Speaker {n:4}")
    with Store(path, clock, copies=path.with_name(f"{path.name}-copies")) as store:
        rows = [row(number, label=f"Speaker {number:04}") for number in range(1, 42)]
        sheet_id = store.sheets.create(profile="Line 2", put=rows).result(30).sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows), profile="Line 2").result(30)
        store.runs.begin_request(run_id, 1, range(1, 42)).result(30)
    path.write_bytes(b"\xffnot a database" * 1000)
    assert recovered(path, clock).rows == 41
    with Store(path, clock) as store:
        assert max(store.labels.numbers(template, "Line 2", CHANNEL)) == 41
        assert {found.outcome.state for found in store.sheets.load(sheet_id)} == {State.UNKNOWN}
        assert store.sheets.last_number(sheet_id) == 41
        assert store.sheets.create().result(30).sheet_id > sheet_id
        assert store.runs.begin(sheet_id, CHANNEL, {}).result(30) > run_id


@pytest.mark.parametrize(
    ("tables", "last"),
    [
        ((), State.READY),
        (("request_span",), State.UNKNOWN),
        (("request",), State.UNKNOWN),
        (("run",), State.UNKNOWN),
        (("run", "request"), State.UNKNOWN),
        (("run_device",), State.UNKNOWN),
        (("run_device", "request"), State.UNKNOWN),
        (("run_device", "run"), State.UNKNOWN),
    ],
)
def test_rows_that_may_have_been_sent(path: Path, clock: Clock, tables: tuple[str, ...], last: State) -> None:
    """Where a crash has left rows on their way and it can't be read which, each that may have left is unknown."""
    rows = (row(1), row(2), row(3))
    with Store(path, clock) as store:
        closed = store.sheets.create(put=[row(1, "OF-A-CLOSED-SHEET")]).result().sheet_id
        store.sheets.close(closed)
        sheet_id = store.sheets.create(put=rows).result().sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result()
        store.runs.begin_request(run_id, 1, sending(1)).result()
        store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
        store.runs.begin_request(run_id, 2, sending(2, request=2)).result()
    for root in [root_of(path, table) for table in tables]:
        spoil(path, root)
    recovered(path, clock)
    assert [found.outcome.state for found in History(path).rows(sheet_id)] == [State.BOUND, State.UNKNOWN, last]
    assert [found.outcome.state for found in History(path).rows(closed)] == [State.READY]


TELL = ("sheet", "sheet_row", "run", "run_device", "request", "request_span")


@pytest.mark.long
@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("copied", ["never", "before the run", "at its begin", "before the run and at its begin"])
def test_a_row_that_was_sent_whatever_is_spoilt(
    path: Path, tmp_path: Path, clock: Clock, copied: str, ended: bool
) -> None:
    """Each page, and each choice of tables: none that was sent is ready, and none that was not is bound."""
    last = 60
    with Store(path, clock) as store:
        rows = [row(number) for number in range(1, last + 30)]
        sheet_id = store.sheets.create(put=rows).result(30).sheet_id
    if "before" in copied:
        copy(path, clock)
    folder = path.with_name(f"{path.name}-copies") if "begin" in copied else None
    with Store(path, clock) as store:
        store.copies = store.runs._copies = Copies(path, folder, clock)  # noqa: SLF001 - that of the begin alone
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
        store.copies.stop()
        for number in range(1, last):
            store.runs.begin_request(run_id, number, [number])
            store.runs.settle(run_id, settled(State.BOUND, number, request=number), number)
        store.runs.begin_request(run_id, last, [last]).result(30)
        if ended:
            store.runs.settle(run_id, settled(State.UNKNOWN, last, answer=None, request=last), last).result(30)
            store.runs.end(run_id, "stopped").result(30)
    roots = {table: root_of(path, table) for table in TELL}
    choices = [[page] for page in range(1, pages_in(path) + 1)]
    choices += [[roots[table] for table in tables] for size in (2, 3, 6) for tables in combinations(TELL, size)]
    for number, pages in enumerate(choices):
        file = spoilt(path, tmp_path / f"{number}.db", *pages)
        recovered(file, clock)
        with Store(file, clock) as store:
            found = {each.number: each.outcome.state for each in store.sheets.load(sheet_id)}
        assert copied == "never" or len(found) == len(rows)
        for row_number, state in found.items():
            sent = {State.UNKNOWN} if row_number == last else {State.BOUND, State.UNKNOWN}
            assert state in (sent if row_number <= last else {State.READY, State.UNKNOWN}), (pages, row_number)


def begun(path: Path, clock: Clock, *, ended: bool) -> tuple[int, Path]:
    """Have two rows sent by a run that was copied at its begin; return their sheet, and that copy set aside."""
    with Store(path, clock, copies=path.with_name(f"{path.name}-copies")) as store:
        rows = [row(number, f"NEW{number}") for number in (1, 2)]
        sheet_id = store.sheets.create(put=rows).result(30).sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
        aside = path.with_name(f"{path.name}-aside")
        shutil.copytree(path.with_name(f"{path.name}-copies"), aside)
        store.copies.stop()
        store.runs.begin_request(run_id, 1, sending(1, 2)).result(30)
        if ended:
            store.runs.settle(run_id, settled(State.BOUND, 1, 2), 1).result(30)
            store.runs.end(run_id, "finished").result(30)
    return sheet_id, aside


def test_the_copy_of_a_run_is_not_all_there_is(whole: Path, clock: Clock) -> None:
    """What it lacks comes from the copy of the whole, whose time is told."""
    copy(whole, clock)
    copied = copies_of(whole)[0].made_at
    clock.time += timedelta(hours=1)
    sheet_id, _ = begun(whole, clock, ended=False)
    spoil(whole, root_of(whole, "sheet_row"))
    found = recovered(whole, clock)
    assert (found.rows, found.copied) == (RUNS * SIZE + 2, copied)
    assert [each.outcome.state for each in History(whole).rows(sheet_id)] == [State.UNKNOWN] * 2
    assert {each.outcome.state for each in History(whole).rows(1)} == {State.BOUND, State.REFUSED}


def test_the_copy_of_a_run_that_is_damaged_too(whole: Path, clock: Clock) -> None:
    """It gives nothing, and keeps nothing of the others."""
    copy(whole, clock)
    begun(whole, clock, ended=False)
    copies_of(whole)[0].path.write_bytes(b"no database")
    spoil(whole, root_of(whole, "sheet_row"))
    assert recovered(whole, clock).rows == RUNS * SIZE


@pytest.mark.parametrize(
    "tables", [("sheet_row",), ("sheet_row", "run"), ("sheet_row", "run", "run_device", "request")]
)
def test_a_copy_of_a_run_that_one_of_the_whole_has_overtaken(
    whole: Path, clock: Clock, tables: tuple[str, ...]
) -> None:
    """A kill, or a program that holds the file, may have left it: nothing that was bound is ready by it."""
    sheet_id, aside = begun(whole, clock, ended=True)
    copy(whole, clock)
    shutil.copytree(aside, whole.with_name(f"{whole.name}-copies"), dirs_exist_ok=True)
    assert [each.of_run for each in copies_of(whole)].count(True) == 1
    for root in [root_of(whole, table) for table in tables]:
        spoil(whole, root)
    recovered(whole, clock)
    assert [each.outcome.state for each in History(whole).rows(sheet_id)] == [State.BOUND] * 2


def test_rows_of_a_copy_that_no_run_has_sent(whole: Path, clock: Clock) -> None:
    """They are as they were: what no run has had since is not in doubt."""
    with Store(whole, clock) as store:
        sheet_id = store.sheets.create(put=[row(1), row(2)]).result(30).sheet_id
    copy(whole, clock)
    spoil(whole, root_of(whole, "sheet_row"))
    found = recovered(whole, clock)
    assert (found.rows, found.rows_lost) == (RUNS * SIZE + 2, True)
    assert [each.outcome.state for each in History(whole).rows(sheet_id)] == [State.READY] * 2
    assert {each.outcome.state for each in History(whole).rows(1)} == {State.BOUND, State.REFUSED}


def test_what_waits_to_be_told_is_known_though_its_entries_are_not(whole: Path, clock: Clock) -> None:
    """A page of the ledger is lost with the first of a stretch; what is left of it waits, and no told entry."""
    with Store(whole, clock) as store:
        last = store.benches.waiting([CHANNEL], "", 2 * BOUND)[-1:]
        store.benches.mark_shared(last).result(30)
    spoil(whole, ledger_pages(whole)[0])
    found = recovered(whole, clock)
    assert found.bound_lost
    with Store(whole, clock) as store:
        waiting = store.benches.waiting([CHANNEL], "", 2 * BOUND)
        assert waiting == store.benches.all_of([CHANNEL], "")[:-1]
        store.benches.mark_shared(waiting).result(30)
        assert not store.benches.count([CHANNEL])


def test_where_nobody_knows_what_was_told_all_waits(whole: Path, clock: Clock) -> None:
    """Others know what they know already; what comes out of a copy waits as well."""
    with Store(whole, clock) as store:
        waiting = store.benches.waiting([CHANNEL], "", 2 * BOUND)
        store.benches.mark_shared(waiting[:30]).result(30)
    copy(whole, clock)
    for table in ("outbox", "ledger"):
        spoil(whole, root_of(whole, table))
    found = recovered(whole, clock)
    with Store(whole, clock) as store:
        assert store.benches.count([CHANNEL]) == found.bound == BOUND


def test_a_record_that_nothing_understands(whole: Path, clock: Clock) -> None:
    """It is left out and counted; the new database can be read whole."""
    with closing(sqlite3.connect(whole)) as database, database:
        database.execute("UPDATE sheet_row SET added_at = 'garbage' WHERE sheet_id = 1 AND number = 5")
        database.execute(
            "UPDATE sheet_row SET device_id = CAST(x'ff00fe' AS TEXT) WHERE sheet_id = 2 AND number = 9"
        )
        database.execute("UPDATE request SET code = 'x' WHERE run_id = 1")
    found = recovered(whole, clock)
    assert found.rows == RUNS * SIZE - 2
    assert (found.bound_lost, found.rows_lost) == (0, True)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("request", "verdict"),
        ("channel_check", "already"),
        ("channel_check", "seen"),
        ("channel_check", "checked_on"),
    ],
)
def test_a_word_that_is_none(path: Path, clock: Clock, table: str, column: str) -> None:
    """A bad block may have changed letters alone: its record is left out, and what is left can be read."""
    fill(path, clock, 1, 3)
    check = ChannelCheck().taking_the_risk().accepted(Device("SPK1", "1")).accepted(Device("SPK2", "2"))
    with Store(path, clock) as store:
        store.channels.save_check(CHANNEL, check.looked(Seen.BOTH, "李工", START.date())).result(30)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"UPDATE {table} SET {column} = 'garbage'")  # noqa: S608 - names of ours
    recovered(path, clock)
    ((_, requests),) = History(path).runs(1)
    with Store(path, clock) as store:
        found = (len(requests), store.channels.check(CHANNEL) is not None)
    assert found == ((0, True) if table == "request" else (1, False))


def test_a_log_that_a_crash_has_left(whole: Path, tmp_path: Path, clock: Clock) -> None:
    """What only the log has comes too; it stays beside the damaged file, under its name."""
    path = tmp_path / "left" / "bindtool.db"
    path.parent.mkdir()
    with Store(whole, clock) as store:
        store.benches.take_in([told(1)]).result(30)
        for suffix in ("", "-wal"):
            shutil.copy(f"{whole}{suffix}", f"{path}{suffix}")
    found = recovered(path, clock)
    assert found.bound == BOUND + 1
    assert found.kept is not None
    assert found.kept.with_name(f"{found.kept.name}-wal").exists()
    assert {file.name for file in path.parent.iterdir()} == {
        path.name, found.kept.name, f"{found.kept.name}-wal",
    }  # fmt: skip


@pytest.mark.long
def test_a_kill_at_any_step(path: Path, tmp_path: Path, clock: Clock) -> None:
    """What only the log has is found afterwards, in the old file or in the new one, and by another recovery."""
    with Store(path, clock) as store:
        sheet_id = store.sheets.create(put=[row(1)]).result(30).sheet_id
    left = tmp_path / "left"
    left.mkdir()
    with Store(path, clock) as store:
        store.sheets.save(sheet_id, [row(2), row(3)]).result(30)
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", left / f"bindtool.db{suffix}")
    for steps in count(1):
        killed = tmp_path / str(steps) / "bindtool.db"
        shutil.copytree(left, killed.parent)
        command = [sys.executable, "-c", RECOVERY_WITH_A_KILL, str(killed), str(steps)]
        status = subprocess.run(command, check=False, timeout=60).returncode
        assert [found.number for found in History(killed).rows(sheet_id)] == [1, 2, 3]
        assert replace_damaged(killed, START).rows == 3
        if status != KILLED:
            assert status == 0
            break


def test_twice_in_a_second(whole: Path, clock: Clock) -> None:
    """What was kept first is not written over."""
    assert recovered(whole, clock).kept != recovered(whole, clock).kept


def test_a_file_that_is_none(path: Path, clock: Clock) -> None:
    """Nothing can be read of it: a new one begins, and it is kept."""
    path.write_bytes(b"\xffnot a database" * 1000)
    found = recovered(path, clock)
    assert (found.bound, found.rows) == (0, 0)


@needs_small_disk
def test_no_room_for_both(tmp_path: Path, clock: Clock) -> None:
    """It is the room that is named, and half a copy of the damaged file stays no more than the new one does."""
    with small_disk(tmp_path / "small", 2048) as disk:
        path = disk.path / "bindtool.db"
        fill(path, clock, RUNS, SIZE)
        spoil(path, root_of(path, "sheet"))
        before = path.read_bytes()
        disk.fill(leave=len(before) * 2)
        there = set(disk.path.iterdir())
        with pytest.raises(StoreFailed, match=r"store\.disk_full"):
            replace_damaged(path, START)
        assert set(disk.path.iterdir()) == there
        assert path.read_bytes() == before
        disk.make_room()
        recovered(path, clock)


def test_one_of_a_later_bindtool(whole: Path) -> None:
    """It is not damaged, only unknown here: nothing is touched."""
    with closing(sqlite3.connect(whole)) as newer:
        newer.execute("PRAGMA user_version = 99")
    before = whole.read_bytes()
    with pytest.raises(StoreFailed, match=r"store\.newer"):
        replace_damaged(whole, START)
    assert list(whole.parent.iterdir()) == [whole]
    assert whole.read_bytes() == before
