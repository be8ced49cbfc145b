"""A rebuilt database may lack devices: nothing is sent until that is confirmed, or --again is given."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.store.copies import Copies
from bindtool.core.store.damage.replace import replace_damaged
from bindtool.practice.server import PracticeServer
from tests.cli.commands.test_history_import import exported, laptop
from tests.cli.desk import Desk
from tests.core.store.spoilt import ledger_pages, spoil

IDS = [f"SPK{number:06}" for number in range(1, 101)]
REBUILT = "The file with the devices had to be rebuilt: devices bound since "


def rebuild(desk: Desk) -> None:
    """Spoil a page of the ledger, and rebuild the database as the window does."""
    path = DataFolder.of(desk.environ).database
    pages = ledger_pages(path)
    spoil(path, pages[len(pages) // 2])
    copies = Copies(path, DataFolder.of(desk.environ).copies, desk.clock).files
    assert replace_damaged(path, desk.clock.now(), copies).gap


@pytest.fixture
def file(desk: Desk) -> str:
    """Give a list that was bound before the database was damaged and rebuilt."""
    file = desk.file(*IDS)
    assert desk.bind(file).status == 0
    rebuild(desk)
    return file


def test_nothing_is_sent(desk: Desk, file: str, server: PracticeServer) -> None:
    """With --resume or without, also what nobody knows; the words name the time of the copy, and what to do."""
    before = len(server.requests)
    with closing(sqlite3.connect(DataFolder.of(desk.environ).database)) as database:
        since = datetime.fromisoformat(database.execute("SELECT since FROM gap").fetchone()[0])
    copies = Copies(Path(), DataFolder.of(desk.environ).copies, desk.clock).files
    assert since == copies[0].made_at
    for options in ((), ("--resume",)):
        for listed in (file, desk.file("SPK900001", name="new.txt")):
            done = desk.bind(listed, *options)
            assert (done.status, done.out) == (2, "")
            title, hint = done.err.splitlines()
            assert title == f"{REBUILT}{since:%Y-%m-%d %H:%M} may be missing"
            for word in ("I have checked", "history import FILE", "--again"):
                assert word in hint
    assert len(server.requests) == before


def test_a_dry_run_goes_on(desk: Desk, file: str) -> None:
    """It sends nothing: it names the gap, and shows what there is to send."""
    done = desk.bind(file, "--dry-run")
    assert done.status == 0
    assert REBUILT in done.err
    assert len(done.out.splitlines()) == 2


def test_a_list_of_which_nothing_would_be_sent(desk: Desk, file: str) -> None:
    """There is nothing to refuse: its rows say what is wrong with them."""
    assert file
    done = desk.bind(desk.file("SN:1;MAC:2", name="held.txt"))
    assert (done.status, REBUILT in done.err) == (1, False)


def test_again_is_for_that_list_alone(desk: Desk, file: str) -> None:
    """Its devices have had a run since and are sent as ever; for others the gap is still open."""
    assert desk.bind(file, "--again").status == 0
    assert desk.bind(file, "--resume").status == 0
    assert desk.bind(file).status == 0
    assert desk.bind(desk.file(*IDS[:3], "SPK900001", name="more.txt")).status == 2


def test_where_nothing_was_lost(desk: Desk) -> None:
    """A database that was rebuilt whole binds."""
    file = desk.file(*IDS)
    assert desk.bind(file).status == 0
    replace_damaged(DataFolder.of(desk.environ).database, desk.clock.now())
    assert desk.bind(file).status == 0


def test_a_history_that_reaches_past_the_time(
    desk: Desk, file: str, server: PracticeServer, tmp_path: Path
) -> None:
    """It confirms the gap, and that is told; one of before does not, nor does a time in the future."""
    other = exported(laptop(tmp_path, server, "other"), "other.jsonl", "SPK9")
    entry = json.loads((tmp_path / "other" / "other.jsonl").read_text(encoding="utf-8"))
    for days in (-1, 1):
        moment = desk.clock.now() + timedelta(days)
        moved = {**entry, "entry": 7 + days, "time": moment.isoformat()}
        (tmp_path / "moved.jsonl").write_text(json.dumps(moved) + "\n", encoding="utf-8")
        done = desk.run("history", "import", str(tmp_path / "moved.jsonl"))
        assert (done.status, len(done.err.splitlines())) == (0, 1)
        assert desk.bind(file).status == 2
    done = desk.run("history", "import", other, other)
    assert done.status == 0
    told = [line for line in done.err.splitlines() if "count as imported" in line]
    assert [line.startswith(f"{other} reaches past ") for line in told] == [True]
    assert desk.bind(file).status == 0


def test_a_history_where_any_device_may_be_missing(desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """Whatever it has is later than the first day; a file without a device is not."""
    other = exported(laptop(tmp_path, server, "other"), "other.csv", "SPK9")
    path = DataFolder.of(desk.environ).database
    path.write_bytes(b"\xffnot a database" * 1000)
    replace_damaged(path, desk.clock.now())
    file = desk.file("SPK1")
    assert f"{REBUILT}the first day may be missing" in desk.bind(file).err
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    assert len(desk.run("history", "import", str(tmp_path / "empty.csv")).err.splitlines()) == 1
    assert desk.bind(file).status == 2
    assert "reaches past the first day" in desk.run("history", "import", other).err
    assert desk.bind(file).status == 0
