"""`bindtool bind` hands its run over to the folder of the profile, and `check` says what waits."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD, REFUSED
from tests.hung_share import hung_share, needs_hung_share
from tests.practice.faults import ScriptedAnswer


def hands_over(desk: Desk, folder: Path, form: str = "csv") -> None:
    """Have the profile hand its runs over to a folder."""
    exported = desk.folder / "line.toml"
    assert desk.run("profile", "export", "line", str(exported)).status == 0
    more = f"\n[handoff]\nfolder = '{folder}'\nformat = '{form}'\n"
    exported.write_text(exported.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert desk.run("profile", "remove", "line").status == 0
    assert desk.run("profile", "import", str(exported)).status == 0


def rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table in a file."""
    with file.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


@pytest.fixture
def share(desk: Desk, tmp_path: Path) -> Path:
    """Give a folder that the profile hands its runs over to."""
    folder = tmp_path / "share"
    folder.mkdir()
    hands_over(desk, folder)
    return folder


def test_a_run_as_csv(desk: Desk, share: Path) -> None:
    """The rows of the run with the columns of the report."""
    report = desk.folder / "report.csv"
    assert desk.bind(desk.file(*GOOD[:2], REFUSED), "--report", str(report)).status == 1
    (file,) = share.iterdir()
    assert file.name.startswith("bindtool_")
    assert file.name.endswith("_run1.csv")
    assert rows_of(file) == rows_of(report)


def test_a_run_as_json(desk: Desk, tmp_path: Path) -> None:
    """An array of objects; what is empty is null."""
    hands_over(desk, tmp_path, "json")
    assert desk.bind(desk.file(*GOOD[:2])).status == 0
    (file,) = tmp_path.glob("*.json")
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert [(row["device_id"], row["status"], row["code"], row["message"]) for row in rows] == [
        (GOOD[0], "bound", 0, None),
        (GOOD[1], "bound", 0, None),
    ]


def test_what_was_known_before_is_not_of_the_run(desk: Desk, share: Path) -> None:
    """With --resume only what was sent is handed over; where nothing was, nothing is."""
    assert desk.bind(desk.file(*GOOD[:2])).status == 0
    assert desk.bind(desk.file(*GOOD[:3]), "--resume").status == 0
    assert desk.bind(desk.file(*GOOD[:3]), "--resume").status == 0
    first, second = sorted(share.iterdir(), key=lambda each: each.name.rpartition("run")[2])
    assert first.read_text(encoding="utf-8-sig").count("bound") == 2
    assert second.read_text(encoding="utf-8-sig").count("bound") == 1


def test_practice_hands_nothing_over(desk: Desk, share: Path) -> None:
    """Whatever the machine's profiles say."""
    assert desk.bind(desk.file(*GOOD[:2]), "--practice").status == 0
    assert list(share.iterdir()) == []


def test_a_run_that_is_stopped_is_handed_over(desk: Desk, share: Path, server: PracticeServer) -> None:
    """With the rows that stayed ready."""
    server.script([None, ScriptedAnswer(4100)])
    assert desk.bind(desk.file(*GOOD[:3])).status == 3
    (file,) = share.iterdir()
    text = file.read_text(encoding="utf-8-sig")
    assert (text.count(",bound,"), text.count(",ready,")) == (1, 2)


def test_a_share_that_is_away_changes_no_status(desk: Desk, share: Path) -> None:
    """It is said how many wait, there and by the check; the next run brings them, in order."""
    share.rmdir()
    done = desk.bind(desk.file(GOOD[0]))
    assert done.status == 0
    assert "1 hand-off file waits for its folder" in done.err
    done = desk.bind(desk.file(GOOD[1]))
    assert (done.status, "2 hand-off files wait" in done.err) == (0, True)
    checked = {cells[0]: cells[1:] for cells in desk.run("check").cells}
    words = f"2 hand-off files wait: the folder {share} could not be reached"
    assert checked["handoff"] == ["problem", words]
    share.mkdir()
    done = desk.bind(desk.file(GOOD[2]))
    assert (done.status, "hand-off" in done.err) == (0, False)
    assert sorted(each.name.rpartition("run")[2] for each in share.iterdir()) == ["1.csv", "2.csv", "3.csv"]
    checked = {cells[0]: cells[1:] for cells in desk.run("check").cells}
    assert checked["handoff"] == ["ok", f"No hand-off file waits for {share}"]


def test_a_profile_without_a_hand_off_has_no_line(desk: Desk) -> None:
    """`check` speaks of what there is."""
    assert "handoff" not in {cells[0] for cells in desk.run("check").cells}


@needs_hung_share
def test_a_share_that_hangs(desk: Desk, share: Path) -> None:
    """The command does not wait for it for long, and no run is lost."""
    with hung_share(share):
        done = desk.bind(desk.file(GOOD[0]))
        assert (done.status, "1 hand-off file waits" in done.err) == (0, True)
    assert desk.bind(desk.file(GOOD[1])).status == 0
    assert len(list(share.iterdir())) == 2
