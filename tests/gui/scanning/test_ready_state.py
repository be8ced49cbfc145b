"""The scan bar says whether a scan would arrive, and only what is known."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import StoreFailed
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.ready_state import ReadyState
from tests.gui.acting import said
from tests.gui.clocks import HandClock
from tests.gui.loop import finish
from tests.gui.scanning.bench import Bench
from tests.stories.listener import Listener

BEHIND = "Another window is in front, so scans go there"


@pytest.fixture
def ready_state(unopened: Bench, qtbot: QtBot) -> ReadyState:
    """Give what keeps the scan bar true; a sheet is open."""
    finish(qtbot, unopened.document.open(None))
    return unopened.scanning.ready_state


def front(window: MainWindow, *, here: bool) -> None:
    """Let the window come to the front, or something else."""
    window.front_changed.emit(here)


def test_the_minutes_since_the_last_scan(ready_state: ReadyState, window: MainWindow, clock: HandClock) -> None:
    """A keyboard scanner that was pulled out can't be seen: the scan bar says since when nothing came."""
    clock.pass_time(600)
    ready_state.show()
    assert "listening" not in said(window.scan_bar)
    ready_state.note_scan()
    clock.pass_time(59)
    ready_state.show()
    assert "listening" not in said(window.scan_bar)
    clock.pass_time(181)
    ready_state.show()
    assert "READY TO SCAN" in said(window.scan_bar)
    assert "listening, last scan 4 min ago" in said(window.scan_bar)
    ready_state.note_scan()
    assert "listening" not in said(window.scan_bar)


def test_the_front_is_lost_while_somebody_scans(
    ready_state: ReadyState, window: MainWindow, clock: HandClock, listener: Listener
) -> None:
    """The alarm sounds, and says what is known: nobody has seen a scan go elsewhere."""
    ready_state.note_scan()
    clock.pass_time(59)
    front(window, here=False)
    assert listener.heard == [Cue.REFUSED]
    assert window.scan_bar.flashing
    assert "NOT READY" in said(window.scan_bar)
    assert BEHIND in said(window.scan_bar)
    front(window, here=False)
    assert listener.heard == [Cue.REFUSED]
    front(window, here=True)
    assert "READY TO SCAN" in said(window.scan_bar)
    assert "did not arrive" not in said(window.scan_bar)


def test_scans_that_came_to_nothing(ready_state: ReadyState, window: MainWindow, clock: HandClock) -> None:
    """Where keys of one were seen, the scan bar says since when, until the next one arrives."""
    since = f"{clock.now():%H:%M:%S}"
    ready_state.note_missed()
    clock.pass_time(30)
    ready_state.note_missed()
    assert f"Scans since {since} did not arrive here." in said(window.scan_bar)
    front(window, here=False)
    front(window, here=True)
    assert f"Scans since {since} did not arrive here." in said(window.scan_bar)
    ready_state.note_scan()
    assert "did not arrive" not in said(window.scan_bar)


def test_the_front_is_lost_while_nobody_scans(
    ready_state: ReadyState, window: MainWindow, clock: HandClock, listener: Listener
) -> None:
    """No scan for a minute: nobody is alarmed, and nothing is missed on return."""
    front(window, here=False)
    front(window, here=True)
    ready_state.note_scan()
    clock.pass_time(60)
    front(window, here=False)
    assert "NOT READY" in said(window.scan_bar)
    front(window, here=True)
    assert listener.heard == []
    assert "did not arrive" not in said(window.scan_bar)


def test_a_dialog_of_ones_own(
    ready_state: ReadyState, window: MainWindow, listener: Listener, qtbot: QtBot
) -> None:
    """It has a reason of its own, and no alarm: whoever has opened it knows."""
    ready_state.note_scan()
    dialog = QDialog(window)
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    qtbot.waitUntil(lambda: "A dialog is open" in said(window.scan_bar))
    assert "NOT READY" in said(window.scan_bar)
    dialog.close()
    window.activateWindow()
    qtbot.waitUntil(lambda: "READY TO SCAN" in said(window.scan_bar))
    assert listener.heard == []


def test_a_label_that_an_input_method_may_write(ready_state: ReadyState, window: MainWindow) -> None:
    """Where its keys can't be caught before it, the scan bar says so."""
    ready_state.set_label_open(True)
    assert "NOT READY" in said(window.scan_bar)
    assert "A label is being edited; an input method may take the scan" in said(window.scan_bar)
    ready_state.set_label_open(False)
    assert "READY TO SCAN" in said(window.scan_bar)


def test_a_disk_that_fails(unopened: Bench, ready_state: ReadyState, window: MainWindow, qtbot: QtBot) -> None:
    """The scan field takes nothing and says why; when the disk works again, so does the field."""
    document = unopened.document
    document.fail(StoreFailed("store.disk_full", path="/data"))
    assert "NOT READY" in said(window.scan_bar)
    assert window.scan_bar.field.isReadOnly()
    assert document.failure is not None
    finish(qtbot, document.catch_up())
    assert "READY TO SCAN" in said(window.scan_bar)
    assert not window.scan_bar.field.isReadOnly()
    assert document.failure is None


def test_a_scanner_on_a_serial_port(ready_state: ReadyState, window: MainWindow, listener: Listener) -> None:
    """It needs no front: the scan bar says which scans still arrive, and nobody is alarmed."""
    ready_state.note_scan()
    ready_state.set_port("/dev/ttyUSB0")
    front(window, here=False)
    assert "scans from /dev/ttyUSB0 still arrive here" in said(window.scan_bar)
    assert listener.heard == []


def test_a_window_that_is_closed(ready_state: ReadyState, window: MainWindow, listener: Listener) -> None:
    """Nobody is alarmed by closing it, however soon after a scan."""
    ready_state.note_scan()
    window.closed.emit()
    front(window, here=False)
    assert listener.heard == []


def test_looking_up(ready_state: ReadyState, window: MainWindow, unopened: Bench) -> None:
    """The scan bar's big word is that of the mode."""
    unopened.input_mode.enter(InputMode.LOOK_UP)
    assert window.scan_bar.looking_up
