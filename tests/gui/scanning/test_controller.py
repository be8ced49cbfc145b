"""Where a scan goes and what is heard and said of it, in a real window over a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
from bindtool.gui.common.shell.session_state import InputMode, InputModeService
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.scanning.controller import ScanController
from bindtool.gui.scanning.next_label import NextLabel
from bindtool.gui.scanning.scan_session import ScanSession
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import keys, said
from tests.gui.clocks import HandClock
from tests.gui.disks import SlowDisk
from tests.gui.loop import PATIENCE, finish
from tests.stories.listener import Listener

PROFILE = Profile(name="Line 2", connector_id="7412345678901234567")
ONE, TWO, THREE = "SPK26113F2001", "SPK26113F2002", "SPK26113F2003"


@pytest.fixture
def store(database: Path, clock: HandClock) -> Iterator[SlowDisk]:
    """Give an open database, empty, whose disk can be held back."""
    with SlowDisk(database, clock) as store:
        yield store


class Bench:
    """Somebody with a scanner, at a window with an empty sheet."""

    def __init__(
        self,
        window: MainWindow,
        texts: Texts,
        document: SheetDocument,
        input_mode: InputModeService,
        clock: HandClock,
        listener: Listener,
        qtbot: QtBot,
    ) -> None:
        self.window = window
        self.document = document
        self.input_mode = input_mode
        self.clock = clock
        self.heard = listener.heard
        self.field = window.scan_bar.field
        self._qtbot = qtbot
        finish(qtbot, document.open(PROFILE))
        edits = EditCommands(document)
        self.next_label = NextLabel(window.notices, document, edits)
        scans = ScanSession(clock, listener, input_mode, CodeLines(document), self.next_label)
        self.scanning = ScanController(window, texts, document, edits, window.scan_bar, window.table, scans)

    def scan(self, *texts: str) -> None:
        """Scan codes, one after another, as fast as a hand can."""
        for text in texts:
            self.scanning.scan(text)
            self.is_saved()
            self.clock.pass_time(1)

    def keys(self, text: str) -> None:
        """Have a scanner type a code, wherever the focus is."""
        self.scanning.wedge.scanned.emit(text)
        self.is_saved()

    def keys_without_end(self, text: str) -> None:
        """Have a scanner type a code that no key ends."""
        self.scanning.wedge.endless.emit(text)
        self.is_saved()

    def is_saved(self) -> None:
        """Wait until the disk has everything."""
        self._qtbot.waitUntil(lambda: not self.document.saving or bool(self.document.failure), timeout=PATIENCE)

    @property
    def ids(self) -> list[str]:
        """The ids of the rows."""
        return [row.device_id for row in self.document.sheet]

    @property
    def holds(self) -> list[HoldReason | None]:
        """Why rows are held."""
        return [row.held_for for row in self.document.sheet]


@pytest.fixture
def bench(
    window: MainWindow,
    texts: Texts,
    store: SlowDisk,
    clock: HandClock,
    tasks: BackgroundTasks,
    input_mode: InputModeService,
    listener: Listener,
    qtbot: QtBot,
) -> Bench:
    """Give somebody with a scanner."""
    document = SheetDocument(window.model, store, clock, tasks)
    return Bench(window, texts, document, input_mode, clock, listener, qtbot)


# ---------------------------------------------------------------- where a scan goes


def test_added_is_heard_once_the_disk_has_it(bench: Bench, store: SlowDisk, qtbot: QtBot) -> None:
    """Until then nothing says so, neither to the ears nor to the eyes."""
    store.sheets.hold = True
    bench.scanning.scan(ONE)
    assert bench.ids == [ONE]
    assert bench.heard == []
    assert "added" not in said(bench.window)
    store.sheets.release()
    bench.is_saved()
    assert bench.heard == [Cue.ADDED]
    assert "added" in said(bench.window)


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
    bench.keys("6113F2001")
    assert bench.holds == held


def test_what_came_before_a_pause(bench: Bench) -> None:
    """The beginning of a code that came in two pieces is told with it."""
    bench.scanning.wedge.doubted.emit("6113F2001", "SPK2")
    bench.is_saved()
    assert bench.holds == [HoldReason.PAUSED]


def test_a_code_without_an_end_key(bench: Bench) -> None:
    """It waits in the scan field, alone: with the next one, it becomes a scan of its own."""
    bench.keys_without_end(ONE)
    assert (bench.ids, bench.field.text()) == ([], ONE)
    bench.keys_without_end(TWO)
    assert (bench.ids, bench.field.text()) == ([ONE], TWO)
    bench.clock.pass_time(10)
    bench.keys(THREE)
    assert bench.ids[0] == ONE
    assert bench.holds[-1] is HoldReason.PAUSED


def test_what_a_person_types_is_no_part_of_a_code(bench: Bench) -> None:
    """A code without an end key leaves it where it is."""
    keys(bench.field, "note")
    bench.clock.pass_time(10)
    bench.keys_without_end(ONE)
    assert (bench.ids, bench.field.text()) == ([ONE], "note")


def test_keys_that_may_have_gone_elsewhere(bench: Bench, qtbot: QtBot) -> None:
    """While another window has the focus, a code without its end may have lost the rest: it says so."""
    other = QLineEdit()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    bench.keys_without_end(ONE)
    assert bench.scanning._scans.missed_since is not None  # noqa: SLF001 - said once the window is in front


# ---------------------------------------------------------------- what is said of the last one


def test_a_scan_that_is_taken_back(bench: Bench) -> None:
    """It is said of it, and no more once it is there again; on another sheet nothing is said."""
    bench.scan(ONE)
    bench.document.undo()
    bench.is_saved()
    assert "taken out again" in said(bench.window)
    bench.document.redo()
    bench.is_saved()
    assert "taken out again" not in said(bench.window)
    assert "added" in said(bench.window)


def test_nothing_is_said_of_another_sheet(bench: Bench, qtbot: QtBot) -> None:
    """The last scan went to the one that is closed."""
    bench.scan(ONE)
    finish(qtbot, bench.document.renew())
    assert "added" not in said(bench.window)


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
