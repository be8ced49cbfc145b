"""asyncio on Qt's event loop, in iterations short enough to keep the window responsive.

`qasync` is the base. This module schedules callbacks, garbage collection, and thread switches. qasync itself gives
each callback a timer of its own and runs all that are due before any other event: with 64 answers at once, a tenth
of a second without a repaint.
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

LONGEST_ITERATION = 0.002
"""Maximum seconds of callbacks before Qt handles its own events. With 64 requests in flight 99 of 100 ticks arrive
within 15 ms, with 5 ms instead of 2 within 19; the run is as fast."""

_COLLECT_EVERY = 1000
"""Milliseconds between garbage collections."""

_LOOK_EVERY = 100
"""Milliseconds between checks for many new objects while no callbacks run, as while a list is read."""

_SWITCH = 0.001
"""Python's thread switch interval in seconds. The window's thread waits for a computing thread after each Qt call
that releases the GIL, and drawing a single line makes ten such calls: 50 ms with Python's default of 5. A list is
read as fast with either."""

_MANY = 2_000
"""Newly allocated objects, as in a run: a garbage collection among them takes a millisecond or two."""

_YOUNG = 1
"""The oldest generation to collect: objects allocated since the last collection."""


class QtAsyncioLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync ships no types
    """The event loop of a window.

    `already_running`: Qt's loop is run by the caller, as in a test. `seconds`: the clock that limits iterations.
    """

    def __init__(
        self, app: QApplication, *, already_running: bool = False, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._due: deque[asyncio.Handle] = deque()
        self._next_iteration = QTimer(singleShot=True, interval=0)
        self._next_iteration.timeout.connect(self._iterate)
        super().__init__(app, already_running=already_running)

    def run_forever(self) -> None:
        """Run until `stop`; collects young garbage periodically, on this thread.

        Python would collect on any thread that allocates memory, but Qt's objects must be deleted on Qt's thread.
        A full collection takes a quarter of a second with 10,000 rows: the main window runs it when it is not felt.
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
        """Queue `callback`, after earlier callbacks."""
        handle = asyncio.Handle(callback, args, self, context=context)
        self._due.append(handle)
        if not self._next_iteration.isActive():
            self._next_iteration.start()
        return handle

    def run_in_executor(
        self, executor: Executor | None, callback: Callable[..., T], *args: object
    ) -> asyncio.Future[T]:
        """Run a call in a daemon thread of its own, if no executor is given.

        qasync's executor joins its ten threads at exit: one hanging on a share would keep the process alive.
        """
        if executor is not None:
            of_executor: asyncio.Future[T] = super().run_in_executor(executor, callback, *args)
            return of_executor
        work: asyncio.Task[T] = self.create_task(in_daemon_thread(partial(callback, *args), name="bindtool-work"))
        return work

    def close(self) -> None:
        """Close the loop and drop all queued callbacks."""
        super().close()
        self._next_iteration.stop()
        self._due.clear()

    def _iterate(self) -> None:
        try:
            ends_at = self._seconds() + LONGEST_ITERATION
            _collect_if_many()
            # In a nested event loop started by a callback, such as a native dialog's, iterations continue.
            while self._due:
                handle = self._due.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001 - how asyncio has its own loops do it
                if self._seconds() >= ends_at:
                    break
        finally:
            # Also on failure: an exception of another slot can surface here (QTimer.singleShot with a receiver
            # leaves one behind, PySide6 6.9.3), and all pending callbacks would wait.
            if self._due:
                # Restarted even if a callback has started it: Qt serves timers in order, and events that became due
                # during this iteration go before the next one.
                self._next_iteration.start()


def _collect_if_many() -> None:
    """Collect garbage in small steps: each object is examined once, then moves to an older generation."""
    if gc.get_count()[0] > _MANY:
        gc.collect(_YOUNG)
