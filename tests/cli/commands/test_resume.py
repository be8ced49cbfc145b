"""Going on by what is known of each device: nothing that was bound is sent again, nothing is forgotten."""

from __future__ import annotations

import threading

import pytest

from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD, REFUSED
from tests.practice.client import announced, lists_sent
from tests.practice.faults import ScriptedAnswer, Slow

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


def test_a_run_that_did_not_end_keeps_its_list_from_going(desk: Desk, server: PracticeServer, left: str) -> None:
    """One of its devices is enough, whatever the file is called: status 2, the run is named, nothing is sent."""
    before = len(lists_sent(server))
    done = desk.bind(desk.file("SPKB001", GOOD[0], name="other.txt"))
    assert (done.status, done.out, len(lists_sent(server))) == (2, "", before)
    assert "The run of devices.txt from " in done.err
    assert "It had devices of this list: 1 bound, 0 unknown." in done.err
    assert "--resume" in done.err
    assert desk.bind(desk.file("SPKB001", name="other.txt")).status == 0


def test_a_run_that_was_gone_on_with_keeps_nothing_back(desk: Desk, server: PracticeServer, left: str) -> None:
    """After --resume has come to its end, the list goes as a whole again where that is asked for."""
    assert desk.bind(left).status == 2
    assert desk.bind(left, "--resume").status == 1
    before = len(lists_sent(server))
    assert desk.bind(left).status == 1
    assert {*again(server, before)} == {*GOOD, REFUSED}


def test_a_resume_that_is_stopped_ends_nothing(desk: Desk, server: PracticeServer, left: str) -> None:
    """A later run that sent nothing and did not end either leaves the list where it was."""
    server.script([STOP])
    assert desk.bind(left, "--resume").status == 3
    assert desk.bind(left).status == 2


def test_again_sends_all(desk: Desk, server: PracticeServer, left: str) -> None:
    """Where a person says so, what is bound goes once more; without a run that did not end it changes nothing."""
    before = len(lists_sent(server))
    assert desk.bind(left, "--again").status == 1
    assert {*again(server, before)} == {*GOOD, REFUSED}
    assert desk.bind(left, "--again").status == 1
    assert desk.bind(left).status == 1


@pytest.mark.parametrize("options", [("--resume", "--again"), ("--refused",), ("--again", "--refused")])
def test_options_that_contradict_each_other(desk: Desk, server: PracticeServer, options: tuple[str, ...]) -> None:
    """Status 2, and nothing is sent."""
    assert (desk.bind(desk.file(*GOOD), *options).status, server.requests) == (2, ())


def test_resume_without_anything_before(desk: Desk, server: PracticeServer) -> None:
    """A script can always say it: a list that was never run goes as a whole, and says by which record."""
    done = desk.bind(desk.file(*GOOD), "--resume")
    assert (done.status, list(server.bound)) == (0, GOOD)
    assert f"By the record in {desk.folder / 'data'}, of 9 rows 0 are bound, 0 unknown and 0 refused." in done.err


def test_one_refused_device_does_not_send_the_others_again(desk: Desk, server: PracticeServer) -> None:
    """`bind f || bind f --resume` sent all once more; now nothing leaves, and the refusal keeps its answer."""
    file = desk.file(*GOOD, REFUSED)
    first = desk.bind(file)
    before = len(lists_sent(server))
    done = desk.bind(file, "--resume")
    assert (first.status, done.status, len(lists_sent(server))) == (1, 1, before)
    assert {*map(tuple, done.cells)} == {*map(tuple, first.cells)}


def test_refused_ones_go_where_that_is_asked_for(desk: Desk, server: PracticeServer) -> None:
    """They are refused again, and nothing is said of the channel: status 1."""
    bad = [f"SPK{letter}{channel.REFUSED_ENDING}" for letter in "BCDE"]
    file = desk.file(*GOOD, *bad)
    assert desk.bind(file).status == 1
    before = len(lists_sent(server))
    done = desk.bind(file, "--resume", "--refused")
    assert done.status == 1
    assert {*again(server, before)} == {*bad}
    assert "no longer accepts" not in done.err
    assert done.states == dict.fromkeys(GOOD, "bound") | dict.fromkeys(bad, "refused")


def test_what_was_refused_as_a_whole_has_no_answer(desk: Desk, server: PracticeServer) -> None:
    """A channel that did not accept, and too few to tell, say nothing of a device: --resume sends it."""
    server.script([ScriptedAnswer(4000)] * 5)
    assert desk.bind(desk.file(*GOOD)).status == 3
    server.script([ScriptedAnswer(4000)] * 2)
    one = "SPK0099"
    assert desk.bind(desk.file(one, name="one.txt")).states == {one: "refused"}
    assert desk.bind(desk.file(*GOOD, one), "--resume").states == dict.fromkeys([*GOOD, one], "bound")


def test_two_lists_of_one_name(desk: Desk, server: PracticeServer, left: str) -> None:
    """A list of the same name in another folder is another one: it goes, and --resume of it is its own."""
    (desk.folder / "monday").mkdir()
    other = desk.file("M1", "M2", name="monday/devices.txt")
    before = len(lists_sent(server))
    assert desk.bind(other, "--resume").states == {"M1": "bound", "M2": "bound"}
    assert {*again(server, before)} == {"M1", "M2"}
    assert desk.bind(other).status == 0


def test_standard_input(desk: Desk, server: PracticeServer) -> None:
    """What is piped in is known by its devices as well."""
    server.script([None, STOP])
    piped = "\n".join(GOOD).encode()
    assert desk.run("bind", "-", "--rate", "0", "--batch-size", "4", stdin=piped).status == 3
    assert desk.run("bind", "-", "--rate", "0", stdin=piped).status == 2
    before = len(lists_sent(server))
    assert desk.run("bind", "-", "--rate", "0", "--resume", stdin=piped).status == 0
    assert GOOD[0] not in again(server, before)


def test_what_a_dry_run_shows(desk: Desk, server: PracticeServer, left: str) -> None:
    """With --resume what it would send; without, the run that keeps the list back is named as well."""
    done = desk.bind(left, "--resume", "--dry-run")
    assert (done.status, done.out.count("curl")) == (1, 1)
    assert GOOD[0] not in done.out
    named = desk.bind(left, "--dry-run")
    assert named.status == 0
    assert "The run of devices.txt from " in named.err
    assert all(device_id in named.out for device_id in GOOD)
    desk.bind(left, "--resume", "--refused")


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
    assert "of 9 rows 1 are bound, 2 unknown and 0 refused" in done.err
    assert list(server.bound) == GOOD


def test_a_run_that_was_interrupted_was_stopped(desk: Desk, server: PracticeServer) -> None:
    """The history has it so: no window was closed."""
    desk.interrupted = threading.Event()
    server.script(announced(Slow(30, commit=False), desk.interrupted))
    desk.bind(desk.file(*GOOD))
    with Store(desk.folder / "data" / "bindtool.db", desk.clock) as store:
        run = store.runs.last(1)
    assert run is not None
    assert run.ending == "stopped"


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
        desk.file("SPKB001", *GOOD, REFUSED, GOOD[0]), "--resume", "--report", str(desk.folder / "report.csv")
    )
    assert done.status == 1
    assert "SPKB001" in again(server, before)
    assert GOOD[0] not in again(server, before)
    assert "\n1,SPKB001," in desk.report()
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


def test_a_part_of_the_list(desk: Desk, server: PracticeServer, left: str) -> None:
    """What the file has by now goes, and no more; the rest of the run keeps back whoever has it."""
    before = len(lists_sent(server))
    assert desk.bind(desk.file(*GOOD[:6], name="part.txt"), "--resume").status == 0
    assert {*again(server, before)} <= {*GOOD[:6]}
    assert desk.bind(desk.file(*GOOD[:6])).status == 0


def test_another_channel(desk: Desk, server: PracticeServer, left: str) -> None:
    """What is known of devices is known of a channel: another one gets the list as a whole."""
    add = ("profile", "add", "other", "--connector-id", "77", "--base-url", server.site)
    assert desk.run(*add).status == 0
    done = desk.bind(left, "--resume", "--profile", "other", "--dry-run")
    assert all(device_id in done.out for device_id in [*GOOD, REFUSED])
    assert desk.bind(left, "--profile", "other", "--dry-run").err.count("The run of") == 0


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
