"""The window as a process with random user actions, so that it can be killed at any time.

    python -m tests.kills.busy_window PREFIX SEED

At each number on its standard input it carries out that many actions: scans, scans again, pastes, binds, stops,
undoes or looks at pages. Then it becomes idle, begins a new sheet, and prints its number of tasks and objects. It
also prints what a person has heard and seen, a line of JSON each. At the end of its standard input, it closes.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import random
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from bindtool.app.application import Application
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.core.model.outcome import State
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.sheet.document import SheetDocument
from bindtool.practice.channel import LOST_ENDING, REFUSED_ENDING
from tests.gui import acting
from tests.kills.window import opened, run_on_qt, say

TICK = 0.02
"""Seconds between two actions."""

PATIENCE = 10.0
"""Seconds after which a run is stopped."""

PAGES = ("history", "find", "compare", "sort", "copy_summary")
"""Actions that show another view than the sheet, or make something of it."""

STUCK = 100.0
"""Seconds after which an awaited event counts as lost."""


class Ears:
    """Hears each sound, and prints the devices it has confirmed."""

    place: Application

    def play(self, cue: Cue) -> None:
        """Print the sound heard."""
        shown = self.place.controller.workspace.scans.shown
        document = self.place.controller.document
        if cue is Cue.ADDED and shown is not None and shown.device_id:
            say("heard", shown.device_id)
        elif cue is Cue.ADDED and document.at_rest:
            # It was a list's: no later scan can be missing on disk.
            say("heard", " ".join(row.device_id for row in document.sheet))


class Person:
    """Performs random actions, one after another."""

    def __init__(self, place: Application, prefix: str, seed: str) -> None:
        self._place = place
        self._dice = random.Random(seed)  # noqa: S311 - no secret is drawn
        self._prefix = prefix
        self._made = 0
        self._seen: set[str] = set()
        self._document.changed.connect(self._say_bound)

    async def work(self, things: int) -> None:
        """Perform so many actions, then become idle."""
        for _ in range(things):
            chances: dict[Callable[[], None], float] = {
                self._scan: 8,
                self._scan_again: 1,
                self._paste: 1,
                self._undo: 1,
                self._bind: 3,
                self._stop: 0.3,
                self._answer: 2,
                self._look_around: 0.5,
            }
            (thing,) = self._dice.choices(tuple(chances), tuple(chances.values()))
            thing()
            await asyncio.sleep(self._dice.uniform(0, 2 * TICK))
        await self._come_to_rest()
        say("rest", json.dumps(holdings(self._place)))

    def _scan(self) -> None:
        for _ in range(self._dice.randint(1, 4)):
            self._type(self._new_id())

    def _scan_again(self) -> None:
        rows = list(self._document.sheet)
        if rows:
            self._type(self._dice.choice(rows).device_id)

    def _paste(self) -> None:
        ids = [self._new_id() for _ in range(self._dice.randint(2, 30))]
        QGuiApplication.clipboard().setText("\n".join(ids))
        QTest.keySequence(self._window.scan_bar.field, QKeySequence(QKeySequence.StandardKey.Paste))

    def _undo(self) -> None:
        before = {row.device_id for row in self._document.sheet}
        fresh = [row.device_id for row in self._document.sheet if row.outcome.state is State.READY]
        say("undoing", " ".join(fresh))
        self._window.actions_["undo"].trigger()
        say("undone", " ".join(before - {row.device_id for row in self._document.sheet}))

    def _bind(self) -> None:
        if self._place.controller.confirm_panel().isVisible():
            acting.press(self._place.controller.confirm_panel(), "Bind now")
        elif not self._session.running and acting.can_see(self._window.footer, "Bind"):
            acting.press(self._window.footer, "Bind")

    def _stop(self) -> None:
        if self._session.running and acting.can_see(self._window.footer, "Stop"):
            acting.press(self._window.footer, "Stop")

    def _answer(self) -> None:
        """Carry out the banner's offer about a run."""
        for words in ("Continue", "Bind again"):
            if not self._session.running and acting.can_see(self._window.message_bar, words):
                acting.press(self._window.message_bar, words)
                return

    def look_everywhere(self) -> None:
        """Open each page once: it is created on first use, and stays."""
        for action in PAGES:
            self._look_at(action)

    def _look_around(self) -> None:
        self._look_at(self._dice.choice(PAGES))

    def _look_at(self, action: str) -> None:
        self._window.actions_[action].trigger()
        self._window.actions_["back_to_scanning"].trigger()

    async def _come_to_rest(self) -> None:
        """Let the run end and everything be saved, then begin a new sheet."""
        if not await self._sees(lambda: not self._session.running, PATIENCE):
            self._stop()
        if not await self._sees(lambda: not self._session.running and not self._document.saving):
            say("stuck", acting.said(self._window))
            return
        for _ in range(3):
            self._window.actions_["back_to_scanning"].trigger()
        if len(self._document.sheet):
            old = self._document.head
            self._window.actions_["new_sheet"].trigger()
            if acting.can_see(self._window.message_bar, "New sheet"):
                acting.press(self._window.message_bar, "New sheet")
            if not await self._sees(lambda: self._document.head is not old and not len(self._document.sheet)):
                say("stuck", f"no new sheet: {acting.said(self._window)}")

    async def _sees(self, what: Callable[[], bool], seconds: float = STUCK) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not what():  # noqa: ASYNC110 - a person polls as well
                    await asyncio.sleep(TICK)
        return what()

    def _say_bound(self) -> None:
        bound = {row.device_id for row in self._document.sheet if row.outcome.state is State.BOUND}
        if bound - self._seen:
            say("seen", " ".join(bound - self._seen))
        self._seen = bound

    def _new_id(self) -> str:
        self._made += 1
        endings = (f"{self._dice.randint(1, 9998):04}", REFUSED_ENDING, LOST_ENDING)
        (ending,) = self._dice.choices(endings, (95, 2, 3))
        return f"{self._prefix}{self._made:04}{ending}"

    def _type(self, device_id: str) -> None:
        field = self._window.scan_bar.field
        QTest.keyClicks(field, device_id)
        QTest.keyClick(field, Qt.Key.Key_Return)

    @property
    def _window(self) -> MainWindow:
        return self._place.window

    @property
    def _document(self) -> SheetDocument:
        return self._place.controller.document

    @property
    def _session(self) -> RunSession:
        return self._place.controller.session


def holdings(place: Application) -> dict[str, int]:
    """Count the objects alive after garbage collection, and freed memory that malloc keeps for later use."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return {
        "tasks": len(asyncio.all_tasks()),
        "objects": len(gc.get_objects()),
        "parts": len(place.window.findChildren(QObject)),
    }


async def work(prefix: str, seed: str) -> None:
    """Open the window, and perform actions as requested."""
    ears = Ears()
    orders: asyncio.Queue[int | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(orders.put_nowait, int(line))
        loop.call_soon_threadsafe(orders.put_nowait, None)

    async with opened(ears) as (place, closed):
        ears.place = place
        place.controller.session.broken.connect(lambda error: say("broken", repr(error)))
        threading.Thread(target=read, daemon=True).start()
        person = Person(place, prefix, seed)
        say("open", "")
        person.look_everywhere()
        while (things := await orders.get()) is not None:
            await person.work(things)
        place.window.close()
        await closed.wait()


if __name__ == "__main__":
    run_on_qt(QtAsyncioLoop, lambda: work(sys.argv[1], sys.argv[2]))
