"""Going on with a run that was left unfinished: nothing that was bound is sent again, nothing is forgotten."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from bindtool.practice import channel
from bindtool.practice.faults import Close
from tests.cli.devices_of_a_desk import GOOD, REFUSED
from tests.practice.client import announced, lists_sent
from tests.practice.faults import ScriptedAnswer, Slow

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.cli.desk import Desk

STOP = ScriptedAnswer(4100, 401)


@pytest.fixture
def left(desk: Desk, server: PracticeServer) -> str:
    """Return a file of nine devices and a refused one, whose run was stopped after the first five."""
    file = desk.file(*GOOD[:4], REFUSED, *GOOD[4:])
    server.script([None, ScriptedAnswer(4000), *[None] * 4, STOP])
    done = desk.bind(file, "--batch-size", "4")
    assert done.status == 3
    assert done.states[REFUSED] == "refused"
    return file


def again(server: PracticeServer, before: int) -> list[str]:
    """Return the devices that were sent after the first `before` requests."""
    return [device_id for request in lists_sent(server)[before:] for device_id in request]


def test_what_was_bound_is_not_sent_again(desk: Desk, server: PracticeServer, left: str) -> None:
    """Bound and refused ones are shown with their log ids; only the others are sent."""
    before = len(lists_sent(server))
    bound = set(server.bound)
    done = desk.bind(left, "--resume", "--report", str(desk.folder / "report.csv"))
    assert done.status == 1
    assert done.states == dict.fromkeys(GOOD, "bound") | {REFUSED: "refused"}
    assert all(cells[2] for cells in done.cells)
    assert set(again(server, before)) == set(GOOD) - bound
    assert desk.report().count(",bound,") == 9


def test_a_run_that_was_gone_on_with_is_finished(desk: Desk, left: str) -> None:
    """There is nothing left to go on with: the next one begins anew and says so."""
    assert "was not finished" in desk.bind(desk.file("B1", name="other.txt")).err
    desk.bind(left, "--resume")
    assert "was not finished" not in desk.bind(desk.file("B1", name="other.txt")).err
    done = desk.bind(left, "--resume")
    assert "No run was left unfinished" in done.err
    assert len(done.cells) == 10


def test_without_resume_it_is_named_and_left_alone(desk: Desk, server: PracticeServer, left: str) -> None:
    """A run of another file goes its way; the unfinished one can still be gone on with."""
    done = desk.bind(desk.file("B1", "B2", name="other.txt"))
    assert done.status == 0
    assert "The run of devices.txt from " in done.err
    assert ": 4 of 10 bound, 0 unknown." in done.err
    before = len(lists_sent(server))
    assert desk.bind(left, "--resume").status == 1
    assert len(again(server, before)) == 5


def test_rows_whose_answer_was_lost(desk: Desk, server: PracticeServer) -> None:
    """They are sent again and are not forgotten: a refusal leaves them unknown, a code of 0 makes them bound."""
    arrived = threading.Event()
    desk.interrupted = arrived
    file = desk.file(*GOOD)
    server.script([None])
    server.script(announced(Slow(30, commit=False), arrived))
    assert desk.bind(file, "--batch-size", "2").states[GOOD[1]] == "unknown"
    desk.interrupted = None
    server.script([STOP])
    done = desk.bind(file, "--resume", "--batch-size", "2")
    assert (done.status, done.states[GOOD[1]], done.states[GOOD[3]]) == (3, "unknown", "ready")
    done = desk.bind(file, "--resume")
    assert done.status == 0
    assert "Continuing the run of devices.txt: 1 of 9 bound, 2 unknown and sent again." in done.err
    assert list(server.bound) == GOOD


def test_all_were_bound_already(desk: Desk, server: PracticeServer) -> None:
    """A run whose rows are all bound needs no token and no request."""
    file = desk.file(*GOOD[:3])
    server.script([None, Close(), STOP])
    assert desk.bind(file, "--resend", "1").status == 3
    assert desk.bind(file, "--resume").status == 0
    done = desk.bind(desk.file(GOOD[0], name="one.txt"), "--resume")
    assert done.status == 0


def test_a_file_that_has_grown(desk: Desk, server: PracticeServer, left: str) -> None:
    """The file is read again: its new devices go along, under their new lines, and repeats stay repeats."""
    before = len(lists_sent(server))
    done = desk.bind(
        desk.file("SPKB1", *GOOD, REFUSED, GOOD[0]), "--resume", "--report", str(desk.folder / "report.csv")
    )
    assert done.status == 1
    assert "SPKB1" in again(server, before)
    assert GOOD[0] not in again(server, before)
    assert "\n1,SPKB1," in desk.report()
    assert [cells[1:] for cells in done.cells if cells[0] == "incomplete"] == [
        [GOOD[0], "", "the same ID as row 2"]
    ]


def test_a_bound_device_keeps_the_label_that_was_sent(desk: Desk, server: PracticeServer) -> None:
    """A label that was changed in the file since does not look as if it had been sent."""
    path = desk.folder / "devices.csv"
    path.write_text("device_id,label\nA1,one\nA2,two\n", encoding="utf-8")
    server.script([None, STOP])
    desk.bind(str(path))
    path.write_text("device_id,label\nA1,other\nA2,new\n", encoding="utf-8")
    assert desk.bind(str(path), "--resume", "--report", str(desk.folder / "report.csv")).status == 0
    assert "A1,one,bound" in desk.report()
    assert "A2,new,bound" in desk.report()


def test_a_refused_device_whose_label_was_changed(desk: Desk, server: PracticeServer) -> None:
    """It goes with the new label: the answer was to another one. As it was, it has its answer."""
    path = desk.folder / "devices.csv"
    path.write_text("device_id,label\nA1,one\nA2,two\nA3,three\nA4,four\n", encoding="utf-8")
    server.script([None, *[ScriptedAnswer(4000)] * 4, STOP])
    assert desk.bind(str(path), "--batch-size", "1").states == {
        "A1": "bound", "A2": "refused", "A3": "refused", "A4": "ready",
    }  # fmt: skip
    before = len(lists_sent(server))
    path.write_text("device_id,label\nA1,one\nA2,new\nA3,three\nA4,four\n", encoding="utf-8")
    done = desk.bind(str(path), "--resume", "--report", str(desk.folder / "report.csv"))
    assert done.states == {"A1": "bound", "A2": "bound", "A3": "refused", "A4": "bound"}
    assert again(server, before) == ["A2", "A4"]
    assert "A2,new,bound" in desk.report()


def test_a_file_that_lacks_devices(desk: Desk, server: PracticeServer, left: str) -> None:
    """Another file is no way to go on: status 2, and nothing is sent."""
    before = len(lists_sent(server))
    done = desk.bind(desk.file(*GOOD[:3], name="other.txt"), "--resume")
    assert (done.status, done.out, len(lists_sent(server))) == (2, "", before)
    assert "devices.txt" in done.err


def test_rows_that_could_not_be_taken_may_be_gone(desk: Desk, server: PracticeServer) -> None:
    """What was incomplete never took part, so the file may lack it by now."""
    server.script([None, STOP])
    desk.bind(desk.file(*GOOD, "SN:1;MAC:2"))
    assert desk.bind(desk.file(*GOOD), "--resume").status == 0


def test_another_channel(desk: Desk, server: PracticeServer, left: str) -> None:
    """Devices of one channel are not taken to another: status 2, and nothing is sent."""
    before = len(lists_sent(server))
    add = ("profile", "add", "other", "--connector-id", "77", "--base-url", server.site)
    assert desk.run(*add).status == 0
    done = desk.bind(left, "--resume", "--profile", "other")
    assert (done.status, len(lists_sent(server))) == (2, before)
    assert "another channel" in done.err


def test_the_same_file_on_two_channels(desk: Desk, server: PracticeServer, left: str) -> None:
    """Of a file whose runs on both were stopped, the one of this profile goes on, though the other is newer."""
    add = ("profile", "add", "other", "--connector-id", "77", "--base-url", server.site)
    assert desk.run(*add).status == 0
    assert desk.run("token", "set", "other", "--token-stdin", stdin=channel.TOKEN.encode()).status == 0
    server.script([STOP])
    assert desk.bind(left, "--profile", "other").status == 3
    done = desk.bind(left, "--profile", "line", "--resume")
    assert done.states == dict.fromkeys(GOOD, "bound") | {REFUSED: "refused"}


def test_a_run_of_which_nothing_was_sent(desk: Desk, server: PracticeServer) -> None:
    """A run that never reached the server can be gone on with on any channel."""
    server.stop()
    assert desk.bind(desk.file(*GOOD), "--max-wait", "0").status == 1
    server.start()
    assert desk.bind(desk.file(*GOOD), "--resume").status == 0


def test_the_window_s_sheets_are_not_touched(desk: Desk, server: PracticeServer) -> None:
    """A file named as the window's own sheets are is no sheet of the window."""
    server.script([None, STOP])
    file = desk.file(*GOOD, name="window")
    assert desk.bind(file).status == 3
    assert desk.bind(file, "--resume").status == 0


def test_practice_is_gone_on_with(bare_desk: Desk) -> None:
    """The practice server has another port each time; its run can be gone on with all the same."""
    arrived = threading.Event()
    arrived.set()
    bare_desk.interrupted = arrived
    file = bare_desk.file(*GOOD)
    assert bare_desk.run("bind", file, "--practice", "--rate", "0").status == 130
    bare_desk.interrupted = None
    assert bare_desk.run("bind", file, "--practice", "--resume", "--rate", "0").status == 0
