"""Labels with running numbers on the command line: they go on where the channel left off."""

from __future__ import annotations

import json

import pytest

from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD
from tests.practice.faults import ScriptedAnswer


@pytest.fixture
def desk(bare_desk: Desk, server: PracticeServer) -> Desk:
    """Return a laptop whose profile numbers its devices."""
    bare_desk.set_up(server.site, "--label-template", "S-{n:2}")
    return bare_desk


def sent(server: PracticeServer, before: int = 0) -> dict[str, str]:
    """Return the label of each device that was sent after the first `before` requests."""
    bodies = [json.loads(request.body) for request in server.requests[before:] if request.call is Call.BIND]
    enums = [enum for body in bodies for enum in body["configs"][0]["enums"]]
    return {enum["value"]: enum["label"] for enum in enums}


def test_numbers_go_on_from_file_to_file(desk: Desk, server: PracticeServer) -> None:
    """The second file's devices follow the first one's; a dry run shows the next numbers and takes none."""
    assert desk.bind(desk.file(*GOOD)).status == 0
    assert sent(server) == {device_id: f"S-{number:02}" for number, device_id in enumerate(GOOD, 1)}
    for _ in range(2):
        done = desk.bind(desk.file("B1", "B2"), "--dry-run")
        assert [f'"S-{number}"' in done.out for number in (10, 11, 12)] == [True, True, False]
    before = len(server.requests)
    assert desk.bind(desk.file("B1", "B2")).status == 0
    assert sent(server, before) == {"B1": "S-10", "B2": "S-11"}


def test_labels_that_are_in_use_are_named(desk: Desk, server: PracticeServer) -> None:
    """A label that stands twice in a file, and one that a bound device has, go and are named before."""
    path = desk.folder / "list.csv"
    path.write_text("device_id,label\nA1,hall\nA2,hall\nA3,\n", encoding="utf-8")
    done = desk.bind(str(path))
    assert done.status == 0
    assert "Row 3: another device has this label, or it is long: “hall”. It is sent anyway." in done.err
    path.write_text("device_id,label\nB1,hall\nB2,S-01\n", encoding="utf-8")
    assert (
        "2 rows have labels that other devices have, or long ones; the first is row 2" in desk.bind(str(path)).err
    )
    assert "label" not in desk.bind(desk.file("C1", "C2")).err


def test_a_run_that_is_gone_on_with_keeps_its_numbers(desk: Desk, server: PracticeServer) -> None:
    """A device that was not sent yet goes under the number that it was given the first time."""
    server.script([None, None, ScriptedAnswer(4100, 401)])
    file = desk.file(*GOOD[:4])
    assert desk.bind(file, "--batch-size", "2").status == 3
    assert desk.bind(file, "--resume").status == 0
    assert sent(server) == {device_id: f"S-{number:02}" for number, device_id in enumerate(GOOD[:4], 1)}
