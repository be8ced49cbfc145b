"""`bindtool history import`: what thirty laptops have exported, on one of them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.reports.history_import import MOST_BYTES
from bindtool.core.store import History, Store
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk


def laptop(tmp_path: Path, server: PracticeServer, name: str) -> Desk:
    """Return a laptop of its own, set up for the server."""
    folder = tmp_path / name
    folder.mkdir()
    desk = Desk(folder)
    desk.set_up(server.site)
    return desk


def exported(desk: Desk, name: str, *ids: str) -> str:
    """Bind devices on a laptop, and return the file of its history."""
    assert desk.bind(desk.file(*ids, name=f"{ids[0]}.txt")).status == 0
    file = desk.folder / name
    assert desk.run("history", "export", str(file)).status == 0
    return str(file)


def known(desk: Desk) -> list[str]:
    """Return the ids that a laptop knows to be bound."""
    history = History(DataFolder.of(desk.environ).database)
    return sorted(record.device_id for record in history.search().records)


def test_merged_in_any_order_and_any_number_of_times(tmp_path: Path, server: PracticeServer) -> None:
    """Each laptop knows the same in the end; what comes back to it is no news."""
    first, second = laptop(tmp_path, server, "a"), laptop(tmp_path, server, "b")
    one, two = exported(first, "one.csv", "SPK1", "SPK2"), exported(second, "two.jsonl", "SPK3")
    done = first.run("history", "import", one, two, one)
    assert (done.status, done.out) == (0, "")
    assert done.err.splitlines() == [
        f"{one}: 0 bound devices are new, 2 already known; lines not taken: 0",
        f"{two}: 1 bound device is new, 0 already known; lines not taken: 0",
        f"{one}: 0 bound devices are new, 2 already known; lines not taken: 0",
    ]
    assert second.run("history", "import", two, one).status == 0
    assert known(first) == known(second) == ["SPK1", "SPK2", "SPK3"]
    # What others have bound is not exported as one's own.
    assert exported(first, "again.csv", "SPK4") != one
    assert second.run("history", "import", str(first.folder / "again.csv")).err.startswith(
        f"{first.folder / 'again.csv'}: 1 bound device is new, 2 already known"
    )


def test_a_backup_that_was_restored(desk: Desk) -> None:
    """What was bound since comes back from the renamed folder, by the guide's recipe, as this bench's own.

    It is exported as such, and a channel that replaces its list gets it along without a question.
    """
    assert desk.bind(desk.file("SPK1", "SPK2", name="before.txt")).status == 0
    data, backup, renamed = Path(desk.environ["BINDTOOL_DATA_DIR"]), desk.folder / "backup", desk.folder / "old"
    shutil.copytree(data, backup)
    assert desk.bind(desk.file("SPK3", "SPK4", "SPK5", name="after.txt")).status == 0
    data.rename(renamed)
    shutil.copytree(backup, data)
    desk.environ["BINDTOOL_DATA_DIR"] = str(renamed)
    after = str(desk.folder / "after.csv")
    assert desk.run("history", "export", after).status == 0
    desk.environ["BINDTOOL_DATA_DIR"] = str(data)
    done = desk.run("history", "import", after)
    again = desk.folder / "again.csv"
    assert desk.run("history", "export", str(again)).status == 0
    assert again.read_bytes() == Path(after).read_bytes()
    folder = DataFolder.of(desk.environ)
    with folder.writing() as lock, Store(folder.database, desk.clock, lock) as store:
        (channel,) = {record.channel for record in History(store.path).search().records if record.channel}
        assert {each.machine for each in store.bindings.bound_devices(channel)} == {""}
    assert done.err.splitlines() == [
        f"{after}: 3 bound devices are new, 2 already known; lines not taken: 0",
        "3 of them were bound from this computer, and count as its own again.",
    ]
    assert desk.run("history", "import", after).err.splitlines()[1:] == []
    assert known(desk) == ["SPK1", "SPK2", "SPK3", "SPK4", "SPK5"]


def test_where_bindtool_was_never_used(bare_desk: Desk, server: PracticeServer) -> None:
    """The data folder is made."""
    file = exported(laptop(bare_desk.folder, server, "a"), "one.csv", "SPK1")
    assert bare_desk.run("history", "import", file).status == 0
    assert known(bare_desk) == ["SPK1"]


def test_lines_that_can_not_be_taken(desk: Desk) -> None:
    """Each is named with its reason; the others are taken: status 1."""
    file = exported(desk, "one.jsonl", "SPK1", "SPK2")
    with (desk.folder / "one.jsonl").open("a", encoding="utf-8") as half:
        half.write('{"bench": "')
    done = desk.run("history", "import", file)
    assert done.status == 1
    assert done.err.splitlines() == [
        f"{file}, line 3: is cut off or broken",
        f"{file}: 0 bound devices are new, 2 already known; lines not taken: 1",
    ]


def test_files_that_can_not_be_taken(desk: Desk) -> None:
    """They are named, and keep none of the others out: status 2."""
    good = exported(desk, "one.csv", "SPK1")
    missing, folder = str(desk.folder / "missing.csv"), str(desk.folder)
    large = desk.folder / "large.csv"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    done = desk.run("history", "import", missing, desk.file("SPK1"), folder, "a\0", str(large), good)
    assert done.status == 2
    lines = done.err.splitlines()
    assert lines[0] == f"{missing} can't be opened"
    assert lines[2] == f"{desk.folder / 'devices.txt'} is not a history that bindtool has exported"
    assert lines[4] == f"{folder} can't be opened"
    assert lines[6].endswith("can't be opened")
    assert lines[8] == f"{large} is larger than 256 MB"
    assert lines[-1] == f"{good}: 0 bound devices are new, 1 already known; lines not taken: 0"
    assert desk.run("history", "import").status == 2


def test_beside_an_open_window(desk: Desk) -> None:
    """Only one writes in a data folder: it says so and leaves with 2."""
    file = exported(desk, "one.csv", "SPK1")
    data = DataFolder.of(desk.environ)
    with data.writing(), Store(data.database, desk.clock):
        done = desk.run("history", "import", file)
    assert done.status == 2
    assert done.err.splitlines()[0] == "bindtool is already open"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with a name in a folder")
def test_from_a_pipe(desk: Desk) -> None:
    """Such as `<(ssh line2 …)` of a shell."""
    data = (desk.folder / exported(desk, "one.csv", "SPK1")).read_bytes()
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb"):
        with os.fdopen(writing, "wb") as end:
            end.write(data)
        done = desk.run("history", "import", f"/dev/fd/{reading}")
    assert done.status == 0
    assert "1 already known" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with a name in a folder")
def test_from_a_pipe_that_nothing_writes_into(desk: Desk) -> None:
    """It was waited for without end, with the data folder locked."""
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    done = desk.run("history", "import", str(pipe))
    assert done.status == 2
    assert done.err.splitlines()[0] == f"Nothing comes through {pipe}"
