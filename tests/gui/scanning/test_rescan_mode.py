"""The wait for one scan that becomes the id of a row, in a real window over a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.core.profiles.profile import Profile
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.scanning.ready_state import ReadyState
from bindtool.gui.scanning.rescan_mode import RescanMode
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from tests.gui.acting import said
from tests.gui.loop import PATIENCE, finish

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from bindtool.core.store import Store
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.i18n.catalogue import Texts
    from tests.gui.clocks import HandClock
    from tests.stories.listener import Listener

    Make = Callable[..., RescanMode]

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
def make(window: MainWindow, texts: Texts, document: SheetDocument, clock: HandClock, listener: Listener) -> Make:
    """Give a way to make the part that waits."""

    def made(*, lasts: int = 60_000) -> RescanMode:
        ready_state = ReadyState(window, texts, document, window.scan_bar, clock, listener)
        again = RescanMode(
            window, texts, document, EditCommands(document), window.scan_bar, clock, listener, lasts=lasts
        )
        again.awaited.connect(ready_state.set_awaited)
        window.actions_["scan_again"].triggered.connect(lambda: again.begin_first(window.table.selected_numbers()))
        return again

    return made


def test_it_says_for_which_row(make: Make, window: MainWindow) -> None:
    """The scan bar has other words while it lasts."""
    again = make()
    again.begin(2)
    assert "SCAN AGAIN" in said(window)
    assert "The next scan becomes the ID of row 2 (…2002). Esc takes it back." in said(window)
    again.end()
    assert again.row is None
    assert "READY TO SCAN" in said(window)


def test_it_ends_by_itself(make: Make, qtbot: QtBot) -> None:
    """Whoever forgets it does not give the row the id of the next box."""
    again = make(lasts=1)
    with qtbot.waitSignals([again.changed, again.changed], timeout=1000):
        again.begin(1)
    assert again.row is None


def test_a_scan_that_is_refused_is_heard(make: Make, listener: Listener) -> None:
    """An access token becomes no id; the wait goes on."""
    again = make()
    again.begin(1)
    again.scan(1, "pat_0123456789abcdef0123", typed=True)
    assert again.row == 1
    assert listener.heard == [Cue.REFUSED]


def test_looking_up_ends_it_and_is_ended_by_it(make: Make, window: MainWindow) -> None:
    """There is one thing at a time that a scan does."""
    again = make()
    look_up = window.actions_["look_up"]
    again.begin(1)
    look_up.setChecked(True)
    assert again.row is None
    again.begin(1)
    assert not look_up.isChecked()


def waits(again: RescanMode) -> bool:
    """Tell whether a scan is awaited."""
    return again.row is not None


def test_a_row_that_goes_away(make: Make, document: SheetDocument, qtbot: QtBot) -> None:
    """With its row, or its sheet, the wait goes too; with another row it does not."""
    again = make()
    again.begin(1)
    document.delete([2])
    assert waits(again)
    document.delete([1])
    assert not waits(again)
    document.scan("SPK26113F2003")
    again.begin(3)
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    finish(qtbot, document.renew())
    assert not waits(again)


def test_a_row_that_a_run_has(make: Make, document: SheetDocument, window: MainWindow) -> None:
    """It can't be given another id, and the banner says what to wait for."""
    again = make()
    document.sheet.take_up([1])
    again.begin(1)
    assert again.row is None
    assert "Row 1 is being sent" in window.message_bar.accessibleDescription()


def test_the_action_takes_the_selected_row(make: Make, window: MainWindow) -> None:
    """Without one it says so."""
    again = make()
    window.actions_["scan_again"].trigger()
    assert "Select the row" in window.message_bar.accessibleDescription()
    window.table.select([2])
    window.actions_["scan_again"].trigger()
    assert again.row == 2
