"""The window as a process of its own that works by itself, so that a test can kill it at any time.

`bindtool.app` builds it, and it is operated as by a person: devices are scanned, every half of them is bound, and
it first continues an earlier process's work. It prints what a person would have seen, a line of JSON each.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager

import qasync
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bindtool.app.application import Application
from bindtool.app.composition import Supplies, build
from bindtool.core.common.data_folder import DataFolder, machine_profiles
from bindtool.core.credentials.access_token import ENVIRONMENT_TOKEN, take_environment_token
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.model.outcome import State
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.audio.cues import Silence, Sounds
from bindtool.gui.common.theme import theme
from bindtool.gui.main_window.controller import MainWindowController
from bindtool.gui.main_window.window import MainWindow
from bindtool.i18n.catalogue import Texts
from tests.gui import acting
from tests.stories.clocks import BriskClock

TICK = 2
"""Milliseconds between two actions."""


def main(ids: list[str], hopeless: str) -> None:
    """Scan `ids` and bind all rows, except the one that can't be bound; then close."""
    run_on_qt(qasync.QEventLoop, lambda: work(ids, hopeless))


def run_on_qt(
    make_loop: Callable[[QApplication], asyncio.AbstractEventLoop],
    work: Callable[[], Coroutine[object, object, None]],
) -> None:
    """Style an application as the program does, and run asyncio on its loop until `work` is done."""
    app = theme.application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    loop = make_loop(app)
    try:
        loop.run_until_complete(work())
    finally:
        loop.close()


@asynccontextmanager
async def opened(sounds: Sounds | None = None) -> AsyncIterator[tuple[Application, asyncio.Event]]:
    """Open the window on the data folder and the token of the environment; the event is set once it is closed."""
    folder = DataFolder.of(os.environ)
    token = take_environment_token(os.environ)
    assert token is not None
    async with AsyncExitStack() as stack:
        stack.enter_context(folder.writing())
        supplies = Supplies(
            ProfileRepository(folder.profiles, machine_profiles(os.environ)),
            lambda: FixedStore(token.token(), ENVIRONMENT_TOKEN),
            token_is_given=True,
            clock=BriskClock(),
            sounds=sounds or Silence(),
        )
        place = build(Texts("en"), folder, supplies, stack)
        closed = asyncio.Event()
        place.window.closed.connect(closed.set)
        place.window.show()
        await place.controller.begin()
        yield place, closed


async def work(ids: list[str], hopeless: str) -> None:
    """Open the window and operate it until it is closed."""
    async with opened() as (place, closed):
        window = place.window
        say("notice", window.message_bar.accessibleDescription() if window.message_bar.isVisible() else "")
        hands = Hands(window, place.controller, ids, hopeless)
        await closed.wait()
        hands.deleteLater()


class Hands(QObject):
    """Types and presses, one action at a time."""

    def __init__(self, window: MainWindow, bench: MainWindowController, ids: list[str], hopeless: str) -> None:
        super().__init__()
        self._window = window
        self._bench = bench
        self._ids = ids
        self._hopeless = hopeless
        self._batch = max(1, len(ids) // 2)
        self._confirmed = False
        self._shown: set[str] = set()
        bench.document.added.connect(lambda row: say("added", row.device_id))
        bench.document.changed.connect(self._say_bound)
        bench.session.finished.connect(self._finished)
        bench.session.broken.connect(lambda error: say("broken", repr(error)))
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self._do_something)
        self._timer.start()

    def _do_something(self) -> None:
        if self._ids:
            QTest.keyClicks(self._window.scan_bar.field, self._ids.pop(0))
            QTest.keyClick(self._window.scan_bar.field, Qt.Key.Key_Return)
        if self._bench.session.running or self._confirmed:
            return
        counts = self._bench.document.sheet.counts()
        if self._bench.confirm_panel().isVisible():
            self._confirmed = True
            acting.press(self._bench.confirm_panel(), "Bind now")
        elif acting.can_see(self._window.message_bar, "Continue"):
            acting.press(self._window.message_bar, "Continue")
        elif self._unknown() and acting.can_see(self._window.message_bar, "Bind again"):
            acting.press(self._window.message_bar, "Bind again")
        elif counts[State.READY] and (counts[State.READY] >= self._batch or not self._ids) and self._all_saved():
            acting.press(self._window.footer, "Bind")
        elif not self._ids and not self._bench.document.saving and not counts[State.READY] and not self._unknown():
            self._timer.stop()
            self._window.close()

    def _all_saved(self) -> bool:
        return bool(self._ids) or not self._bench.document.saving

    def _unknown(self) -> bool:
        """Return whether there is an unknown row that sending again could change."""
        sheet = self._bench.document.sheet
        return any(row.outcome.state is State.UNKNOWN and row.device_id != self._hopeless for row in sheet)

    def _finished(self) -> None:
        self._confirmed = False

    def _say_bound(self) -> None:
        for row in self._bench.document.sheet:
            if row.outcome.state is State.BOUND and row.device_id not in self._shown:
                self._shown.add(row.device_id)
                say("bound", row.device_id)


def say(what: str, value: str) -> None:
    """Print a line for the test."""
    sys.stdout.write(json.dumps([what, value]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[2:], sys.argv[1])
