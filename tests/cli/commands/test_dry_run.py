"""`bindtool bind --dry-run`: what would be sent is shown, and nothing is."""

from __future__ import annotations

import json
import shlex

from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD


def test_requests_as_curl(desk: Desk, server: PracticeServer) -> None:
    """A line for each request that the run would send, with the token's place; no token is needed."""
    desk.password_store.forget("line")
    done = desk.bind(desk.file(*GOOD), "--dry-run", "--batch-size", "4")
    assert (done.status, server.requests) == (0, ())
    commands = [shlex.split(line) for line in done.out.splitlines()]
    assert [command[:3] for command in commands] == [["curl", "-X", "POST"]] * 3
    assert all("Authorization: Bearer ***" in command for command in commands)
    bodies = [json.loads(command[-1]) for command in commands]
    assert [len(body["configs"][0]["enums"]) for body in bodies] == [1, 4, 4]
    assert "9 devices would be sent; nothing was sent." in done.err
    assert "About 3 requests, up to 10 if a device is refused." in done.err


def test_rows_that_would_not_go(desk: Desk) -> None:
    """They are named with the reason, the report has `ready` or `incomplete` for each row, and the status is 1."""
    report = str(desk.folder / "report.csv")
    done = desk.bind(desk.file("A1", "SN:1;MAC:2", "A1"), "--dry-run", "--report", report)
    assert done.status == 1
    assert len(done.out.splitlines()) == 1
    assert "Row 3 would not be sent (A1): the same ID as row 1" in done.err
    states = [line.split(",")[3] for line in desk.report().splitlines()]
    assert states == ["status", "ready", "incomplete", "incomplete"]


def test_a_file_that_cannot_be_taken(desk: Desk) -> None:
    """Status 2, as without --dry-run."""
    assert desk.bind(desk.file(), "--dry-run").status == 2


def test_practice(bare_desk: Desk) -> None:
    """The requests to the practice server can be shown too."""
    done = bare_desk.bind(bare_desk.file("A1"), "--dry-run", "--practice")
    assert done.status == 0
    assert "http://127.0.0.1:" in done.out
