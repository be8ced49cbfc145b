"""Where a scan goes and what is heard and said of it, in a real window over a real database."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Source
from bindtool.core.profiles.profile import Profile
from bindtool.core.sheet.status import Tally
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import keys
from tests.gui.disks import SlowDisk
from tests.gui.loop import finish
from tests.gui.scanning.bench import Bench

PROFILE = Profile(name="Line 2", connector_id="7412345678901234567")
ONE, TWO, THREE = "SPK26113F2001", "SPK26113F2002", "SPK26113F2003"


@pytest.fixture
def bench(unopened: Bench) -> Bench:
    """Give somebody with a scanner, on an empty sheet."""
    unopened.open(PROFILE)
    return unopened


def holds(bench: Bench) -> list[HoldReason | None]:
    """Return why rows are held."""
    return [row.held_for for row in bench.document.sheet]


def type_code(bench: Bench, text: str, *, ended: bool = True) -> None:
    """Have a scanner type a code, wherever the focus is, with a key that ends it or without."""
    (bench.scanning.wedge.scanned if ended else bench.scanning.wedge.endless).emit(text)
    bench.is_saved()


# ---------------------------------------------------------------- where a scan goes


def test_added_is_heard_once_the_disk_has_it(bench: Bench, store: SlowDisk, qtbot: QtBot) -> None:
    """Until then nothing says so, neither to the ears nor to the eyes."""
    store.sheets.hold = True
    bench.scanning.scan(ONE)
    assert bench.ids == [ONE]
    assert bench.heard == []
    assert "added" not in bench.said
    store.sheets.release()
    bench.is_saved()
    assert bench.heard == [Cue.ADDED]
    assert "added" in bench.said


def test_a_scan_to_look_up_adds_nothing(bench: Bench) -> None:
    """A row that is there stays as it is, too."""
    bench.scan(ONE)
    bench.input_mode.enter(InputMode.LOOK_UP)
    bench.scan(TWO, ONE)
    assert bench.ids == [ONE]
    bench.input_mode.leave()
    bench.scan(TWO)
    assert bench.ids == [ONE, TWO]


def test_no_scan_is_taken_while_the_disk_fails(bench: Bench, qtbot: QtBot) -> None:
    """Each is heard as refused, and it is said again what has failed; afterwards it is taken."""
    bench.document.fail(StoreFailed("store.disk_full"))
    bench.scan(ONE, TWO)
    assert bench.ids == []
    assert bench.heard == [Cue.REFUSED] * 3
    assert bench.window.notices.first is not None
    finish(qtbot, bench.document.catch_up())
    bench.scan(ONE)
    assert bench.ids == [ONE]


def test_the_same_code_twice_at_once_is_the_scanners_stutter(bench: Bench) -> None:
    """It is no repeat; a second later it is."""
    bench.scanning.scan(ONE)
    bench.is_saved()
    bench.scanning.scan(ONE)
    assert (bench.ids, bench.heard) == ([ONE], [Cue.ADDED, Cue.BOUNCE])
    bench.clock.pass_time(1)
    bench.scanning.scan(ONE)
    assert (bench.ids, bench.heard[2:]) == ([ONE], [Cue.REPEATED])
    assert bench.window.table.highlighted == 1


def test_a_scan_for_a_row_becomes_its_id(bench: Bench) -> None:
    """That one alone; the next is a new row."""
    bench.scan(ONE, TWO)
    bench.scanning.rescan.begin(1)
    bench.scan(THREE, "SPK26113F2004")
    assert bench.ids == [THREE, TWO, "SPK26113F2004"]


@pytest.mark.parametrize(
    ("text", "cue", "state"),
    [
        pytest.param(ONE, Cue.ADDED, State.READY, id="a device"),
        pytest.param("SPK26****17", Cue.REFUSED, State.INCOMPLETE, id="held"),
        pytest.param("pat_0123456789abcdef0123", Cue.REFUSED, None, id="a token"),
    ],
)
def test_what_is_heard_of_a_scan(bench: Bench, text: str, cue: Cue, state: State | None) -> None:
    """Only what is ready sounds as if all were well."""
    bench.scan(text)
    assert bench.heard == [cue]
    rows = list(bench.document.sheet)
    assert [bench.document.sheet.status(row.number).state for row in rows] == ([] if state is None else [state])


# ---------------------------------------------------------------- what may belong to a scan


@pytest.mark.parametrize(
    ("pause", "held"),
    [
        pytest.param(0, [HoldReason.PAUSED], id="at once"),
        pytest.param(2.9, [HoldReason.PAUSED], id="within three seconds"),
        pytest.param(3, [None], id="after three seconds"),
    ],
)
def test_keys_right_before_a_scan(bench: Bench, pause: float, held: list[HoldReason | None]) -> None:
    """What they have left in the scan field may be its beginning: the row is held; what lay there long is not."""
    keys(bench.field, "SPK2")
    bench.clock.pass_time(pause)
    type_code(bench, "6113F2001")
    assert holds(bench) == held


def test_what_came_before_a_pause(bench: Bench) -> None:
    """The beginning of a code that came in two pieces is told with it."""
    bench.scanning.wedge.doubted.emit("6113F2001", "SPK2")
    bench.is_saved()
    assert holds(bench) == [HoldReason.PAUSED]


def test_a_code_without_an_end_key(bench: Bench) -> None:
    """It waits in the scan field, alone: with the next one, it becomes a scan of its own."""
    type_code(bench, ONE, ended=False)
    assert (bench.ids, bench.field.text()) == ([], ONE)
    type_code(bench, TWO, ended=False)
    assert (bench.ids, bench.field.text()) == ([ONE], TWO)
    bench.clock.pass_time(10)
    type_code(bench, THREE)
    assert bench.ids[0] == ONE
    assert holds(bench)[-1] is HoldReason.PAUSED


def test_what_a_person_types_is_no_part_of_a_code(bench: Bench) -> None:
    """A code without an end key leaves it where it is."""
    keys(bench.field, "note")
    bench.clock.pass_time(10)
    type_code(bench, ONE, ended=False)
    assert (bench.ids, bench.field.text()) == ([ONE], "note")


def test_keys_that_may_have_gone_elsewhere(bench: Bench, qtbot: QtBot) -> None:
    """While another window has the focus, a code without its end may have lost the rest: it says so."""
    other = QLineEdit()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    type_code(bench, ONE, ended=False)
    assert bench.scans.missed_since is not None


# ---------------------------------------------------------------- what is said of the last one


def test_a_scan_that_is_taken_back(bench: Bench) -> None:
    """It is said of it, and no more once it is there again; on another sheet nothing is said."""
    bench.scan(ONE)
    bench.document.undo()
    bench.is_saved()
    assert "taken out again" in bench.said
    bench.document.redo()
    bench.is_saved()
    assert "taken out again" not in bench.said
    assert "added" in bench.said


def test_nothing_is_said_of_another_sheet(bench: Bench, qtbot: QtBot) -> None:
    """The last scan went to the one that is closed."""
    bench.scan(ONE)
    finish(qtbot, bench.document.renew())
    assert "added" not in bench.said


@pytest.mark.parametrize(
    ("tally", "cue"),
    [
        (Tally(added=2), Cue.ADDED),
        (Tally(added=2, repeats=1), Cue.REPEATED),
        (Tally(added=2, repeats=1, held=1), Cue.REFUSED),
        (Tally(added=2, incomplete=1), Cue.REFUSED),
    ],
    ids=["added", "repeats", "held", "incomplete"],
)
def test_what_is_heard_of_a_list(bench: Bench, tally: Tally, cue: Cue) -> None:
    """Only one of which all rows are ready sounds so."""
    bench.scan(ONE)
    bench.heard.clear()
    bench.scanning.show_list(tally, 1)
    assert bench.heard == [cue]


def test_the_next_row_that_is_not_complete(bench: Bench) -> None:
    """Downwards, which is to earlier rows, and around; without one it is said."""
    bench.scan("SPK26****11", ONE, "SPK26****12")
    for expected in ([3], [1], [3]):
        bench.scanning.show_next_incomplete()
        assert bench.window.table.selected_numbers() == expected
    bench.document.include([1, 3])
    bench.is_saved()
    bench.scanning.show_next_incomplete()
    assert bench.window.table.selected_numbers() == [3]


def test_all_rows_of_a_reason_are_included_at_once(bench: Bench, texts: Texts) -> None:
    """WHEN a held row is selected THEN its menu says how many have its reason, and one press includes them."""
    document, actions = bench.document, bench.window.actions_
    ids = ["A/1", "A/2", *["SPK0001"] * 3, "A/3", "B1"]
    document.take([Arrival(one) for one in ids], Source.PASTED)
    bench.is_saved()
    for number, n in ((1, 3), (3, 1), (7, 0)):
        bench.window.table.select([number])
        actions.row_menu.aboutToShow.emit()
        words = texts("menu.include_all_alike", n=n) if n else texts("menu.include_alike")
        assert actions["include_alike"].text() == words
        actions.row_menu.aboutToHide.emit()
    bench.window.table.select([2])
    actions["include_alike"].trigger()
    bench.window.table.select([3])
    actions["include_alike"].trigger()
    bench.is_saved()
    assert [document.sheet.status(row.number).reason for row in document.sheet] == [
        *[None] * 3,
        *[Message.of("reason.repeat", row=3)] * 2,
        *[None] * 2,
    ]
