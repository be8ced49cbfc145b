"""What a command leaves in the log, and that nobody hears of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.diagnostics.log_file import log_files
from bindtool.practice import channel

if TYPE_CHECKING:
    from tests.cli.desk import Desk


def logged(desk: Desk, *, practice: bool = False) -> list[str]:
    """Return the words of the lines so far."""
    folder = DataFolder.of(desk.environ, practice=practice).logs
    lines = b"".join(log_files(folder).values()).decode().splitlines()
    return [line.split(": ", 1)[1] for line in lines]


def test_a_run(desk: Desk) -> None:
    """Start, run, each request and the status; standard output and error have none of it."""
    before = len(logged(desk))
    done = desk.bind(desk.file("SPK1", "SPK2", "SPK0000"))
    assert done.status == 1
    assert [line[0] for line in done.cells] == ["bound", "bound", "refused"]
    assert "run 1" not in done.err
    lines = logged(desk)[before:]
    assert re.fullmatch(r"bindtool \S+ starts: bind \(Python 3\.\d+\.\d+, \w+\)", lines[0])
    assert lines[1].startswith("run 1 begins: 3 rows, 1 to 3, ")
    requests = [line.split(",")[1].split(": ")[1] for line in lines if ", request " in line]
    assert requests == ["bound", "refused", "refused", "bound", "refused"]
    assert lines[-2:] == ["run 1 has ended: finished", "bindtool ends with status 1"]
    assert channel.TOKEN not in "".join(lines)


def test_what_kept_a_command_from_its_end(desk: Desk) -> None:
    """The id of the error, and the status; what was typed is not there."""
    before = len(logged(desk))
    assert desk.run("token", "check", "nobody").status == 2
    starts, *rest = logged(desk)[before:]
    assert " starts: token check (" in starts
    assert rest == ["profile.unknown", "bindtool ends with status 2"]


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("bind", "--help"), ("bind",), ("nonsense",), ()]
)
def test_what_does_nothing_leaves_nothing(desk: Desk, arguments: tuple[str, ...]) -> None:
    """A question about the program, or what it can't make out, is no start."""
    before = logged(desk)
    desk.run(*arguments)
    assert logged(desk) == before


def test_beside_a_window(desk: Desk) -> None:
    """A command that may not write the data writes the log all the same."""
    with DataFolder.of(desk.environ).writing():
        assert desk.bind(desk.file("SPK1")).status == 2
    assert logged(desk)[-2:] == ["folder.in_use", "bindtool ends with status 2"]


def test_practice(desk: Desk) -> None:
    """What was practised is in a log of its own."""
    before = logged(desk)
    assert desk.bind(desk.file("SPK1"), "--practice").status == 0
    assert logged(desk) == before
    assert logged(desk, practice=True)[-1] == "bindtool ends with status 0"
