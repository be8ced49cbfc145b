"""The command line in a data folder of 0.1.0: a run is gone on with, and the history is exported."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from bindtool.core.credentials.access_token import AccessToken
from bindtool.practice import channel
from tests.compatibility.first_release import FIXTURES, lay_out, lines, text
from tests.practice.client import lists_sent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.cli.desk import Desk


@pytest.fixture
def resumed(desk: Desk, server: PracticeServer, tmp_path: Path) -> Desk:
    """Return the laptop on which commands of 0.1.0 have worked, with its server where this one is."""
    lay_out("command_line", tmp_path, site=server.site)
    desk.vault.store("line", AccessToken(channel.TOKEN), "")
    return desk


@pytest.mark.parametrize(
    ("name", "first", "left"),
    [
        ("killed.txt", "SPK26113F7001", ["SPK26113F7005", "SPK26113F7006", "SPK26113F7007"]),
        ("interrupted.txt", "SPK26113F6001", ["SPK26113F6005", "SPK26113F6006", "SPK26113F6007"]),
    ],
)
def test_a_run_is_gone_on_with(
    resumed: Desk, server: PracticeServer, name: str, first: str, left: list[str]
) -> None:
    """What was bound is shown and not sent again; the unknown and the unsent are, and all is well."""
    done = resumed.bind(str(FIXTURES / "command_line" / name), "--profile", "line", "--resume")
    assert (done.status, set(done.states.values())) == (0, {"bound"}), done.err
    assert "of 7 rows 4 are bound, 2 unknown and 0 refused" in done.err
    assert done.states[first] == "bound"
    assert [device_id for ids in lists_sent(server) for device_id in ids] == left


def test_a_run_of_which_nothing_was_sent(resumed: Desk, server: PracticeServer) -> None:
    """It is gone on with as well."""
    done = resumed.bind(str(FIXTURES / "command_line" / "unsent.txt"), "--profile", "line", "--resume")
    assert (done.status, done.states) == (0, {"SPK26113F5004": "bound"})
    assert list(server.bound) == ["SPK26113F5004"]


def test_a_run_that_did_not_end_keeps_its_devices_back(resumed: Desk, server: PracticeServer) -> None:
    """It is named, and nothing is sent of a list that has one of them."""
    done = resumed.bind(str(FIXTURES / "command_line" / "killed.txt"), "--profile", "line")
    assert (done.status, list(server.bound)) == (2, [])
    assert "The run of killed.txt from 2026-11-27 16:" in done.err
    assert "of them 4 are bound and 2 unknown" in done.err


def test_profiles_are_listed(resumed: Desk) -> None:
    """With what is known of their tokens."""
    head, *rows = resumed.run("profile", "list").cells
    line, everything = (dict(zip(head, cells, strict=True)) for cells in rows)
    assert (line["token"], line["token_length"], line["token_saved"]) == ("line", "12", "2026-11-27")
    assert (everything["behaviour"], everything["checked_on"], everything["sender"]) == (
        "adds",
        "2026-11-20",
        "yes",
    )


@pytest.mark.parametrize("name", ["window", "command_line"])
def test_the_history_as_lines(desk: Desk, tmp_path: Path, name: str) -> None:
    """An export has every entry and every value that one of 0.1.0 has; whoever gathers them can merge both."""
    lay_out(name, tmp_path)
    assert desk.run("history", "export", str(tmp_path / "out.jsonl")).status == 0
    now = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert of_then(now, lines(f"{name}/history.jsonl")) == lines(f"{name}/history.jsonl")


def test_the_history_as_a_table(desk: Desk, tmp_path: Path) -> None:
    """The same as CSV, as a spreadsheet takes it."""
    lay_out("window", tmp_path)
    assert desk.run("history", "export", str(tmp_path / "out.csv")).status == 0
    then, now = (
        list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
        for content in (text("window/history.csv"), (tmp_path / "out.csv").read_text(encoding="utf-8"))
    )
    assert of_then(now, then) == then


def of_then(now: Iterable[dict[str, Any]], then: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the values of an export that have a column in one of 0.1.0; a computer's name is its own."""
    machine = then[0]["machine"]
    return [{column: row[column] for column in then[0]} | {"machine": machine} for row in now]


def test_an_export_is_imported(desk: Desk, tmp_path: Path) -> None:
    """Files of 0.1.0 are taken in whole; what one has brought the other does not bring again."""
    files = [str(FIXTURES / "window" / name) for name in ("history.csv", "history.jsonl")]
    done = desk.run("history", "import", *files)
    assert done.status == 0
    assert "history.csv: 15 bound devices are new, 0 already known" in done.err
    assert "history.jsonl: 0 bound devices are new, 15 already known" in done.err
