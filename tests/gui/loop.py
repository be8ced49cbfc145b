"""asyncio on the Qt loop of the tests, as the program has it, so that a test can act and wait with `qtbot`."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import qasync
import shiboken6
from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

T = TypeVar("T")

PATIENCE = 10_000
"""Milliseconds that a test waits for what has to happen; a busy computer may need some of them."""


@contextmanager
def running_loop(app: QApplication) -> Iterator[None]:
    """Let asyncio run whenever Qt does; what is started inside has to have ended by the end."""
    loop = qasync.QEventLoop(app, already_running=True)
    try:
        yield
    finally:
        loop.stop()
        # Stopping has told Qt to leave its next loop at once; this is that loop.
        QTimer.singleShot(0, app.exit)
        app.exec()
        asyncio.set_event_loop(None)
        asyncio._set_running_loop(None)  # noqa: SLF001 - qasync has set it and leaves the end to its user
        loop.close()
        # Left to the garbage collector, its timers could end on another thread, of which Qt complains.
        shiboken6.delete(loop._timer)  # noqa: SLF001 - the loop has no other way to them


def finish(qtbot: QtBot, work: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end and return what it returns."""
    task = asyncio.get_running_loop().create_task(work)
    import time
    from PySide6.QtCore import QEventLoop
    a=time.time(); l=QEventLoop(); QTimer.singleShot(50,l.quit); print("LOOP", l.exec(), time.time()-a)
    try:
        qtbot.waitUntil(task.done, timeout=3000)
    except Exception:
        task.print_stack()
        print(asyncio.get_running_loop(), task.get_loop())
        raise
    return task.result()
