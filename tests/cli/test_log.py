"""What a command leaves in the log, and that nobody hears of it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.diagnostics.log_file import log_files
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk, HurriedClock
from tests.practice.faults import ScriptedAnswer

TOKEN = "8fQ2-vX7Lm0aZ4kR9tYb6WcJ1hNe5uD3sG7pKx"
"""It has no form by which anybody could know it."""


def logged(desk: Desk, *, practice: bool = False) -> list[str]:
    """Return the words of the lines so far."""
    folder = DataFolder.of(desk.environ, practice=practice).logs
    lines = b"".join(log_files(folder).values()).decode().splitlines()
    return [line.partition(": ")[2] or line for line in lines]


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


class FaultyClock(HurriedClock):
    """Fails where a run has to wait."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Fail."""
        raise ValueError(f"the token is {TOKEN}")


@pytest.mark.expects_log("the command has failed")
def test_a_fault_in_a_run(bare_desk: Desk, server: PracticeServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard error has the traceback, and where the log is that has it too; the token is in neither; status 1."""
    desk = replace(bare_desk, clock=FaultyClock())
    desk.set_up(server.site)
    desk.environ["BINDTOOL_TOKEN"] = TOKEN
    server.script([ScriptedAnswer(4009)])
    done = desk.bind(desk.file("SPK1"))
    assert done.status == 1
    assert done.err.splitlines()[-2] == "Something in bindtool did not work"
    assert str(DataFolder.of(desk.environ).logs) in done.err.splitlines()[-1]
    log = b"".join(log_files(DataFolder.of(desk.environ).logs).values())
    for text in (capsys.readouterr().err, log.decode()):
        assert "Traceback (most recent call last):" in text
        assert "ValueError: the token is ***" in text
        assert TOKEN not in text


class FailingAside(HurriedClock):
    """Has a callback of the loop fail where a run has to wait."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Have it fail, and wait."""
        asyncio.get_running_loop().call_soon(int, f"the token is {TOKEN}")
        return await super().wait(event, seconds)


@pytest.mark.expects_log("Exception in callback int")
def test_a_fault_beside_a_run(bare_desk: Desk, server: PracticeServer) -> None:
    """What the command was asked for is done, with its status; at the end somebody hears of the fault."""
    desk = replace(bare_desk, clock=FailingAside())
    desk.set_up(server.site)
    desk.environ["BINDTOOL_TOKEN"] = TOKEN
    server.script([ScriptedAnswer(4009), ScriptedAnswer(0)])
    done = desk.bind(desk.file("SPK1"))
    assert (done.status, done.cells[0][0]) == (0, "bound")
    assert done.err.splitlines()[-2] == "Something in bindtool did not work"
    assert "invalid literal for int() with base 10: 'the token is ***'" in logged(desk)
