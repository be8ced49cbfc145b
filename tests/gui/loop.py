"""asyncio on the Qt loop of the tests, as the program has it, so that a test can act and wait with `qtbot`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bindtool.app.qt_asyncio_loop import QtAsyncioLoop

T = TypeVar("T")

PATIENCE = 60_000
"""Timeout in milliseconds of a test's waits; a busy computer may need some of them."""


@contextmanager
def running_loop(app: QApplication) -> Iterator[None]:
    """Run asyncio while Qt's event loop runs; tasks started inside must have ended by the end."""
    # As in the program; else a destroyed window would end all later loops.
    app.setQuitOnLastWindowClosed(False)
    # The garbage collector runs on any thread that allocates; Qt's objects must not be deleted on the store's.
    gc.disable()
    loop = QtAsyncioLoop(app, already_running=True)
    try:
        yield
    finally:
        loop.stop()
        # Stopping makes Qt exit its next loop at once; this is that loop.
        QTimer.singleShot(0, app.exit)
        app.exec()
        asyncio._set_running_loop(None)  # noqa: SLF001 - qasync has set it and leaves the end to its user
        loop.close()
        del loop
        gc.collect()
        gc.enable()


def finish(qtbot: QtBot, work: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end and return its result."""
    task = asyncio.get_running_loop().create_task(work)
    qtbot.waitUntil(task.done, timeout=PATIENCE)
    return task.result()
