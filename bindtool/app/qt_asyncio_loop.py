"""asyncio on Qt's loop, in turns short enough that the window stays responsive.

It decides when a coroutine gets its turn, when Python collects garbage, and how long another thread keeps the
window's waiting. The rest is qasync's, which gives each callback a timer of its own and takes all that are due
before it looks at anything else: with 64 answers at once a tenth of a second without a picture.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import qasync
from PySide6.QtCore import QTimer

from bindtool.core.common.concurrency import in_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from contextvars import Context

    from PySide6.QtWidgets import QApplication

T = TypeVar("T")

TURN = 0.002
"""Seconds that callbacks may take before Qt gets to its own events. With 64 requests in flight 99 of 100 ticks come
within 15 ms, with 5 ms in place of 2 within 19; the run is as fast."""

_COLLECT_EVERY = 1000
"""Milliseconds from one look at the garbage to the next."""

_LOOK_EVERY = 100
"""Milliseconds until much that has come up is looked at where nobody asks for a turn, as while a list is read."""

_SWITCH = 0.001
"""Seconds after which a thread that computes lets another one on. The window's waits for it at each call of Qt that
lets go of Python's lock, and what draws a single line makes ten of them: 50 ms with Python's own 5. A list is read
as fast with either."""

_MANY = 2_000
"""Values that have come up, in a run for example: a look for garbage among them takes a millisecond or two."""

_YOUNG = 1
"""The generations of garbage that are looked at: those that came up since the last look."""


class QtAsyncioLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync ships no types
    """The loop of a window.

    `already_running`: somebody else runs Qt's loop, as a test does. `seconds`: the clock by which turns are short.
    """

    def __init__(
        self, app: QApplication, *, already_running: bool = False, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._due: deque[asyncio.Handle] = deque()
        self._next_turn = QTimer(singleShot=True, interval=0)
        self._next_turn.timeout.connect(self._take_turn)
        super().__init__(app, already_running=already_running)

    def run_forever(self) -> None:
        """Run until `stop`; meanwhile young garbage is collected now and then, on this thread.

        Python would collect on whichever thread asks for memory, and Qt's objects must be deleted on Qt's. A look
        at everything takes a quarter of a second with 10,000 rows: the main window does so where nobody minds.
        """
        collector, watch = QTimer(interval=_COLLECT_EVERY), QTimer(interval=_LOOK_EVERY)
        collector.timeout.connect(lambda: gc.collect(_YOUNG))
        watch.timeout.connect(_collect_if_many)
        collector.start()
        watch.start()
        gc.disable()
        switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        try:
            super().run_forever()
        finally:
            sys.setswitchinterval(switch)
            gc.enable()

    def call_soon(
        self, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        """Let `callback` have a turn, after those that asked before."""
        handle = asyncio.Handle(callback, args, self, context=context)
        self._due.append(handle)
        if not self._next_turn.isActive():
            self._next_turn.start()
        return handle

    def run_in_executor(
        self, executor: Executor | None, callback: Callable[..., T], *args: object
    ) -> asyncio.Future[T]:
        """Have a call made in a daemon thread of its own, where no executor is named.

        qasync's executor waits for its ten threads at the end: one that hangs on a share would keep the process.
        """
        if executor is not None:
            of_executor: asyncio.Future[T] = super().run_in_executor(executor, callback, *args)
            return of_executor
        work: asyncio.Task[T] = self.create_task(in_daemon_thread(partial(callback, *args), name="bindtool-work"))
        return work

    def close(self) -> None:
        """Let nobody have a turn any more."""
        super().close()
        self._next_turn.stop()
        self._due.clear()

    def _take_turn(self) -> None:
        try:
            ends_at = self._seconds() + TURN
            _collect_if_many()
            # In a loop that a callback starts of its own, such as that of a native dialog, turns go on.
            while self._due:
                handle = self._due.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001 - how asyncio has its own loops do it
                if self._seconds() >= ends_at:
                    break
        finally:
            # Also where it fails: an exception of another slot can come up here (QTimer.singleShot with a receiver
            # leaves one behind, PySide6 6.9.3), and all that is under way would wait.
            if self._due:
                # Where a callback has asked already, anew: Qt serves whoever asked first, and what has come due in
                # this turn goes before the next one.
                self._next_turn.start()


def _collect_if_many() -> None:
    """In small parts: each value is looked at once, and then it is old."""
    if gc.get_count()[0] > _MANY:
        gc.collect(_YOUNG)
