"""`bindtool history export`: what was ever bound from this computer, for whoever gathers it."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.store import Store, migrations
from bindtool.core.store.connection import open_for_writing
from tests.cli.desk import Desk


def folder(desk: Desk) -> DataFolder:
    """Return the desk's data folder."""
    return DataFolder.of(desk.environ)


def read(desk: Desk, name: str) -> list[dict[str, str]]:
    """Return the lines of an exported table."""
    with (desk.folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_bound_is_exported(desk: Desk) -> None:
    """Each bound device, the first one first, with the machine, the operator and a name for good."""
    assert desk.bind(desk.file("SPK1", "SPK2"), "--operator", "A12").status == 0
    for _ in range(2):
        done = desk.run("history", "export", str(desk.folder / "history.csv"))
        assert (done.status, done.out) == (0, "")
        assert done.err == f"2 bound devices written to {desk.folder / 'history.csv'}\n"
    first, second = read(desk, "history.csv")
    assert (first["device_id"], second["device_id"]) == ("SPK1", "SPK2")
    assert (first["entry"], second["entry"]) == ("1", "2")
    assert first["bench"] == second["bench"] != ""
    assert (first["operator"], first["profile"], first["status"]) == ("A12", "line", "bound")
    assert first["machine"]
    assert first["logid"]
    assert not folder(desk).database.with_name("bindtool.db-wal").exists()


def test_only_since_a_day_and_as_json_lines(desk: Desk) -> None:
    """Today's are there, and none where only tomorrow's are wanted."""
    desk.bind(desk.file("SPK1"))
    today = SystemClock().now().date()
    for since, count in ((today, 1), (today + timedelta(days=1), 0)):
        file = desk.folder / "history.jsonl"
        assert desk.run("history", "export", "--since", since.isoformat(), str(file)).status == 0
        lines = file.read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["device_id"] for line in lines] == ["SPK1"] * count


def test_where_bindtool_was_never_used(bare_desk: Desk) -> None:
    """There is nothing to tell, which is no fault; nothing is made."""
    done = bare_desk.run("history", "export", str(bare_desk.folder / "history.csv"))
    assert done.status == 0
    assert read(bare_desk, "history.csv") == []
    assert not folder(bare_desk).path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes the name for a missing file")
def test_a_data_folder_that_can_not_be_looked_into(bare_desk: Desk) -> None:
    """Such as another account's: it is named, and is neither a fault of bindtool nor a laptop without devices."""
    bare_desk.environ["BINDTOOL_DATA_DIR"] = str(bare_desk.folder / ("x" * 300))
    done = bare_desk.run("history", "export", str(bare_desk.folder / "history.csv"))
    assert done.status == 2
    assert "can't be opened" in done.err
    assert not (bare_desk.folder / "history.csv").exists()


def test_beside_an_open_window(desk: Desk) -> None:
    """What is on the disk is exported while another bindtool writes there."""
    desk.bind(desk.file("SPK1"))
    data = folder(desk)
    with data.writing(), Store(data.database, desk.clock):
        assert desk.run("history", "export", str(desk.folder / "history.csv")).status == 0
    assert len(read(desk, "history.csv")) == 1


def of_an_earlier_bindtool(desk: Desk) -> DataFolder:
    """Leave a database behind whose tables are those of the first step."""
    data = folder(desk)
    data.create()
    with closing(open_for_writing(data.database)) as connection:
        for statement in (*migrations.MIGRATIONS[0], f"PRAGMA user_version = {migrations.FIRST_VERSION}"):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO ledger VALUES (1, 's', 'c', 'k', 'u', 'OLD', 'l', '2026-01-01T08:00:00', '', '', '')"
        )
    return data


def test_a_database_of_an_earlier_bindtool(bare_desk: Desk) -> None:
    """It is brought up to date first."""
    of_an_earlier_bindtool(bare_desk)
    assert bare_desk.run("history", "export", str(bare_desk.folder / "history.csv")).status == 0
    (line,) = read(bare_desk, "history.csv")
    assert (line["device_id"], line["entry"], len(line["bench"])) == ("OLD", "1", 32)


def test_an_earlier_bindtool_is_at_work(bare_desk: Desk) -> None:
    """It is left alone: status 2."""
    data = of_an_earlier_bindtool(bare_desk)
    with data.writing():
        done = bare_desk.run("history", "export", str(bare_desk.folder / "history.csv"))
    assert done.status == 2
    assert not (bare_desk.folder / "history.csv").exists()


def test_what_can_not_be_taken(desk: Desk) -> None:
    """No date, no folder, no file, no database: status 2, and what to do."""
    file = str(desk.folder / "history.csv")
    done = desk.run("history", "export", "--since", "25.11.2026", file)
    assert (done.status, done.err.splitlines()[0]) == (2, "“25.11.2026” is not a date")
    assert desk.run("history", "export", str(desk.folder / "none" / "x.csv")).status == 2
    assert desk.run("history", "export").status == 2
    assert desk.run("history").status == 2
    data = folder(desk)
    data.create()
    data.database.write_bytes(b"no database" * 1000)
    done = desk.run("history", "export", file)
    assert (done.status, done.err.splitlines()[0]) == (2, "The file with the devices is damaged")
    data.database.unlink()
    with closing(sqlite3.connect(data.database)) as other:
        other.execute("CREATE TABLE theirs (name)")
    assert desk.run("history", "export", file).status == 2
