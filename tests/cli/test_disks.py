"""Disks that do not serve: full, not to be written, or with a file on them that is not ours to touch."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.cli import command_line
from bindtool.cli.process_environment import ProcessEnvironment
from bindtool.core.common.data_folder import DataFolder
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.core.store.spoilt import ledger_pages, spoil
from tests.core.store.unprivileged import as_nobody, open_folder, posix
from tests.small_disk import needs_small_disk, small_disk

IDS = [f"SPK{number:06}" for number in range(1, 101)]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of the database."""
    return {path.name: path.read_bytes() for path in folder.glob("bindtool.db*")}


def database_of(desk: Desk) -> Path:
    """Bind one device and return the database that knows of it."""
    assert desk.bind(desk.file("SPK000001")).status == 0
    return desk.folder / "data" / "bindtool.db"


@needs_small_disk
def test_a_disk_that_is_full_from_the_start(desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """Nothing is sent: status 2, and the words name the room."""
    file = desk.file(*IDS)
    with small_disk(tmp_path / "small", 1024) as disk:
        full = replace(desk, folder=disk.path, password_store=desk.password_store, environ={})
        full.set_up(server.site)
        disk.fill(leave=60_000)
        done = full.bind(file)
    assert (done.status, done.out) == (2, "")
    assert "The disk is full" in done.err
    assert server.requests == ()


@needs_small_disk
def test_a_disk_that_runs_full_in_the_middle_of_a_run(desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """It stops before it sends what it can't write down: status 3; with room, --resume binds the rest."""
    file = desk.file(*IDS)
    with small_disk(tmp_path / "small", 2048) as disk:
        full = replace(desk, folder=disk.path, password_store=desk.password_store, environ={})
        full.set_up(server.site)
        assert full.bind(full.file("SPK000000X")).status == 0
        before = len(server.requests)
        disk.fill(leave=250_000)
        done = full.bind(file, "--batch-size", "1")
        sent = len(server.requests) - before
        assert done.status == 3
        assert "The disk is full" in done.err
        assert 0 < sent < 100
        with closing(sqlite3.connect(disk.path / "data" / "bindtool.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            (begun,) = database.execute("SELECT count(*) FROM request WHERE run_id = 2").fetchone()
        assert begun in {sent, sent + 1}
        assert {device_id for device_id, state in done.states.items() if state == "bound"} <= set(server.bound)
        assert [device_id for device_id, state in done.states.items() if state == "ready"] == IDS[sent:]

        disk.make_room()
        done = full.bind(file, "--resume")
    assert done.status == 0
    assert set(done.states.values()) == {"bound"}
    assert set(server.bound) >= set(IDS)


@posix
def test_a_folder_that_may_only_be_read(bare_desk: Desk) -> None:
    """Status 2, and the folder is named, whether the data are in it already or not."""
    with open_folder() as folder:
        bare_desk.folder = folder
        bare_desk.environ["BINDTOOL_DATA_DIR"] = str(folder / "data")
        file = bare_desk.file("SPK1")
        folder.chmod(0o555)
        with as_nobody():
            done = bare_desk.run("bind", file, "--practice")
    assert (done.status, done.out) == (2, "")
    assert (
        f"bindtool can't write in its data folder\nAsk IT for permission to write in {folder / 'data'}" in done.err
    )


def test_a_newer_database(desk: Desk, server: PracticeServer) -> None:
    """Status 2, the bindtool that it needs is named, and not a byte of it changes."""
    path = database_of(desk)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE needed SET bindtool = '7.1.0'")
        database.execute("PRAGMA user_version = 99")
    before, sent = contents(path.parent), len(server.requests)
    done = desk.bind(desk.file(*IDS))
    assert (done.status, done.out) == (2, "")
    assert "The data here was saved by a newer bindtool" in done.err
    assert "Update to bindtool 7.1.0 or later" in done.err
    assert contents(path.parent) == before
    assert len(server.requests) == sent


@pytest.mark.parametrize("damage", [b"\xffnot a database" * 1000, None])
def test_a_damaged_database(desk: Desk, server: PracticeServer, damage: bytes | None) -> None:
    """Status 2, the file is named, and nothing is overwritten: neither another file nor the half of ours."""
    path = database_of(desk)
    data = path.read_bytes()
    path.write_bytes(damage or data[: len(data) // 2])
    before, sent = contents(path.parent), len(server.requests)
    done = desk.bind(desk.file(*IDS))
    assert (done.status, done.out) == (2, "")
    assert "The file with the devices is damaged" in done.err
    assert str(path) in done.err
    assert contents(path.parent) == before
    assert len(server.requests) == sent


def at_request(number: int, act: Callable[[], object]) -> Iterator[None]:
    """Let something happen while the request of that number is with the server; it is answered as ever."""
    for _ in range(1, number):
        yield None
    act()
    yield None


@posix
@pytest.mark.parametrize("last", [3, 10])
def test_a_data_folder_that_is_deleted_in_a_run(desk: Desk, server: PracticeServer, last: int) -> None:
    """Nobody says "all bound" of what is on no disk: the run stops, be it at its last request, and says why."""
    database_of(desk)
    before = len(server.requests)
    server.script(at_request(last, lambda: shutil.rmtree(desk.folder / "data")))
    done = desk.bind(desk.file(*IDS), "--batch-size", "10", "--report", str(desk.folder / "report.csv"))
    assert done.status == 3
    assert "The data folder was moved, deleted or replaced" in done.err
    assert str(desk.folder / "data" / "bindtool.db") in done.err
    assert len(server.requests) - before == last
    told = list(done.states.values())
    # The request of then leaves before the disk has the answer to the one before.
    before_last = told[10 * (last - 2)]
    assert before_last in {"bound", "unknown"}
    assert told == (
        ["bound"] * 10 * (last - 2) + [before_last] * 10 + ["unknown"] * 10 + ["ready"] * (100 - 10 * last)
    )
    assert desk.report().count("\n") == 101


@posix
def test_a_log_of_the_database_that_is_deleted_in_a_run(desk: Desk, server: PracticeServer) -> None:
    """What was written last is in it: without it, the next start would not know of these devices."""
    path = database_of(desk)
    server.script(at_request(3, path.with_name("bindtool.db-wal").unlink))
    done = desk.bind(desk.file(*IDS), "--batch-size", "10")
    assert done.status == 3
    assert "The data folder was moved, deleted or replaced" in done.err


@posix
def test_a_database_in_the_place_of_the_one_that_is_open(desk: Desk, server: PracticeServer) -> None:
    """A copy that IT has put there is not what the run writes into."""
    path = database_of(desk)

    def put_copy() -> None:
        copy = path.with_name("copy")
        shutil.copy(path, copy)
        copy.replace(path)

    server.script(at_request(3, put_copy))
    done = desk.bind(desk.file(*IDS), "--batch-size", "10")
    assert done.status == 3


@posix
def test_a_lock_that_is_deleted_in_a_run(desk: Desk, server: PracticeServer) -> None:
    """Another bindtool could send the same devices now: this one stops, and none of them goes twice."""
    path = database_of(desk)
    before = len(server.requests)
    server.script(at_request(3, path.with_name("lock").unlink))
    file = desk.file(*IDS)
    done = desk.bind(file, "--batch-size", "10")
    assert done.status == 3
    assert "Another bindtool can write in this data folder" in done.err
    assert len(server.requests) - before == 3
    assert list(done.states.values()) == ["bound"] * 30 + ["ready"] * 70
    assert desk.bind(file, "--batch-size", "10", "--resume").status == 0
    assert len(server.requests) - before == 10


def tables_roots(path: Path) -> dict[str, int]:
    """Return the first page of each table of a database."""
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'").fetchall())


@pytest.mark.parametrize("copies", [False, True])
def test_an_export_of_what_can_be_read(desk: Desk, tmp_path: Path, copies: bool) -> None:
    """Status 1, and the words say how much is missing and since when; with a copy nothing of that is."""
    path = database_of(desk)
    assert desk.bind(desk.file(*IDS)).status == 0
    spoil(path, ledger_pages(path)[0])
    spoil(path, tables_roots(path)["sheet"])
    folder = DataFolder.of(desk.environ).copies
    if not copies:
        shutil.rmtree(folder)
    before = contents(path.parent)
    done = desk.run("history", "export", str(tmp_path / "out.csv"))
    assert done.status == 1
    assert "The file with the devices is damaged" in done.err
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert f"{len(lines) - 1} " in done.err
    if copies:
        assert len(lines) - 1 == 101
        assert "no longer be read" not in done.err
        assert f"Devices bound since {desk.clock.now():%Y-%m-%d}" in done.err
    else:
        assert 50 < len(lines) - 1 < 101
        assert f"{101 - len(lines) + 1} devices that were bound can no longer be read" in done.err
        assert "Devices bound since the first day may be missing" in done.err
    assert contents(path.parent) == before


def test_an_export_of_which_nothing_can_be_read(desk: Desk, tmp_path: Path) -> None:
    """Status 2, and no file that looks as if nothing had ever been bound."""
    path = database_of(desk)
    path.write_bytes(b"\xffnot a database" * 1000)
    shutil.rmtree(DataFolder.of(desk.environ).copies)
    done = desk.run("history", "export", str(tmp_path / "out.csv"))
    assert done.status == 2
    assert "The file with the devices is damaged" in done.err
    assert not (tmp_path / "out.csv").exists()


def test_what_was_exported_is_taken_in_by_a_new_database(desk: Desk, tmp_path: Path) -> None:
    """So a computer without a window has a way out too."""
    path = database_of(desk)
    assert desk.bind(desk.file(*IDS)).status == 0
    spoil(path, tables_roots(path)["sheet"])
    assert desk.run("history", "export", str(tmp_path / "out.csv")).status == 1
    path.rename(path.with_name("bindtool.db.aside"))
    assert desk.run("history", "import", str(tmp_path / "out.csv")).status == 0
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM foreign_entry").fetchone() == (101,)


def test_a_spoilt_page_that_bind_does_not_come_across(desk: Desk) -> None:
    """It binds, and says what else is wrong and how to get out of it; beside a whole database it says nothing."""
    path = database_of(desk)
    done = desk.bind(desk.file(*IDS))
    assert done.status == 0
    assert "is damaged" not in done.err
    spoil(path, ledger_pages(path)[0])
    done = desk.bind(desk.file("SPK900001"))
    assert done.states == {"SPK900001": "bound"}
    assert "The file with the devices is damaged" in done.err
    assert "bindtool history export FILE" in done.err


class FullOutput(io.StringIO):
    """A standard output that goes to a file, on a disk that is full after the first line."""

    def write(self, text: str) -> int:
        """Take one line."""
        if self.getvalue():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(text)


def test_results_that_have_no_room(desk: Desk, server: PracticeServer) -> None:
    """The run goes on to its end and the report has all devices; the counts are on standard error. Status 5."""

    def bind(process: ProcessEnvironment) -> int:
        given = ("bind", desk.file(*IDS), "--rate", "0", "--batch-size", "10", "--report", report)
        return command_line.main(given, replace(process, stdout=FullOutput()))

    report = str(desk.folder / "report.csv")
    done = desk.apart(bind)
    assert done.status == 5
    assert len(server.bound) == len(IDS) == desk.report().count(",bound,")
    assert "Standard output can't be written" in done.err
    assert "All 100 bound" in done.err
    assert desk.bind(desk.file(*IDS), "--resume").status == 0


def test_a_report_that_has_no_room(desk: Desk, server: PracticeServer) -> None:
    """All is bound and said so; the report can't be written: status 5, and --resume writes it and sends nothing."""
    (desk.folder / "stick").mkdir()
    report = desk.folder / "stick" / "report.csv"

    def pull_out() -> None:
        shutil.rmtree(report.parent)

    server.script(at_request(2, pull_out))
    done = desk.bind(desk.file(*IDS), "--batch-size", "60", "--report", str(report))
    assert (done.status, set(done.states.values())) == (5, {"bound"})
    assert "The same command with --resume writes the report" in done.err
    before = len(server.requests)
    report.parent.mkdir()
    again = desk.bind(desk.file(*IDS), "--resume", "--report", str(report))
    assert (again.status, len(server.requests)) == (0, before)
    assert report.read_text(encoding="utf-8-sig").count(",bound,") == len(IDS)
