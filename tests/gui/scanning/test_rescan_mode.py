"""The wait for one scan that becomes the id of a row, in a real window over a real database."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.shell.session_state import InputModeService
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.scanning.next_label import NextLabel
from bindtool.gui.scanning.ready_state import ReadyState
from bindtool.gui.scanning.rescan_mode import RescanMode
from bindtool.gui.scanning.scan_session import ScanSession
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import said
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE, finish
from tests.stories.listener import Listener

PROFILE = Profile(name="Line 2", connector_id="7412345678901234567")


@pytest.fixture
def document(
    window: MainWindow, store: Store, clock: HandClock, tasks: BackgroundTasks, qtbot: QtBot
) -> SheetDocument:
    """Give a document with two rows on it."""
    document = SheetDocument(window.model, store, clock, tasks)
    finish(qtbot, document.open(PROFILE))
    document.scan("SPK26113F2001")
    document.scan("SPK26113F2002")
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    return document


@pytest.fixture
def again(
    window: MainWindow,
    texts: Texts,
    document: SheetDocument,
    input_mode: InputModeService,
    clock: HandClock,
    listener: Listener,
) -> RescanMode:
    """Give the part that waits, with what the scan bar says of it."""
    scans = ScanSession(
        clock,
        listener,
        input_mode,
        CodeLines(document),
        NextLabel(window.notices, document, EditCommands(document)),
    )
    ready_state = ReadyState(window, texts, document, window.scan_bar, scans)
    made = RescanMode(window, texts, document, EditCommands(document), window.scan_bar, scans)
    made.awaited.connect(ready_state.set_awaited)
    window.actions_["scan_again"].triggered.connect(lambda: made.begin_first(window.table.selected_numbers()))
    return made


def awaited(input_mode: InputModeService) -> int | None:
    """Return the row that awaits a scan."""
    return input_mode.row


def test_it_says_for_which_row(again: RescanMode, window: MainWindow, input_mode: InputModeService) -> None:
    """The scan bar has other words while it lasts."""
    again.begin(2)
    assert "SCAN AGAIN" in said(window)
    assert "The next scan becomes the ID of row 2 (…2002). Press Esc to cancel." in said(window)
    again.end()
    assert awaited(input_mode) is None
    assert "READY TO SCAN" in said(window)


def test_a_scan_that_is_refused_is_heard(
    again: RescanMode, listener: Listener, input_mode: InputModeService
) -> None:
    """An access token becomes no id; the wait goes on."""
    again.begin(1)
    again.scan(1, "pat_0123456789abcdef0123", typed=True)
    assert awaited(input_mode) == 1
    assert listener.heard == [Cue.REFUSED]


def test_a_row_that_goes_away(
    again: RescanMode, document: SheetDocument, input_mode: InputModeService, qtbot: QtBot
) -> None:
    """With its row, or its sheet, the wait goes too; with another row it does not."""
    again.begin(1)
    document.delete([2])
    assert awaited(input_mode) == 1
    document.delete([1])
    assert awaited(input_mode) is None
    document.scan("SPK26113F2003")
    again.begin(3)
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    finish(qtbot, document.renew())
    assert awaited(input_mode) is None


def test_a_row_that_a_run_has(
    again: RescanMode, document: SheetDocument, window: MainWindow, input_mode: InputModeService
) -> None:
    """It can't be given another id, and the banner says what to wait for."""
    document.sheet.take_up([1])
    again.begin(1)
    assert awaited(input_mode) is None
    assert "Row 1 is being sent" in window.message_bar.accessibleDescription()


def test_a_row_that_a_run_has_taken_since(
    again: RescanMode, document: SheetDocument, window: MainWindow, input_mode: InputModeService, listener: Listener
) -> None:
    """Its scan is refused, which is heard, and the wait goes on; it is never said to have got an id."""
    again.begin(1)
    document.sheet.take_up([1])
    again.scan(1, "SPK26113F2003", typed=True)
    assert listener.heard == [Cue.REFUSED]
    assert awaited(input_mode) == 1
    assert "Row 1 is being sent · The next scan becomes the ID of row 1 (…2001)." in said(window)
    assert document.sheet[1].device_id == "SPK26113F2001"
    assert again.words_of(document.sheet[1]) == ""


def test_the_action_takes_the_selected_row(
    again: RescanMode, window: MainWindow, input_mode: InputModeService
) -> None:
    """Without one it says so."""
    window.actions_["scan_again"].trigger()
    assert "Select the row" in window.news.accessibleDescription()
    window.table.select([2])
    window.actions_["scan_again"].trigger()
    assert awaited(input_mode) == 2
