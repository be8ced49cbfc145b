"""Faults in the window's process: logs uncaught exceptions and Qt's messages, and reports each exception once.

`core/diagnostics/fault_hooks.py` catches the exceptions. An uncaught exception is shown to the user, since a
requested action may have failed; a message of Qt itself is only logged.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import contextmanager, suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler

from bindtool.core.common.errors import StoreFailed
from bindtool.core.diagnostics.fault_hooks import Faults
from bindtool.core.diagnostics.log_file import cleaned, flush_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bindtool.core.credentials.redaction import KnownSecrets
    from bindtool.gui.main_window.window import MainWindow

_LEVELS: Mapping[QtMsgType, int] = MappingProxyType({
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
})  # fmt: skip


class FaultReports(QObject):
    """Shows in `window` that an action failed, with the path `logs` of the log.

    Known `secrets` are redacted.
    """

    _happened = Signal()

    def __init__(self, window: MainWindow, logs: Path, secrets: KnownSecrets) -> None:
        super().__init__()
        self._window = window
        self._logs = logs
        self._secrets = secrets
        # From any thread, and in the middle of any Qt event.
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._faults = Faults(secrets, self._happened.emit)
        self.note = self._faults.note

    @contextmanager
    def hooked(self) -> Iterator[None]:
        """Handle the faults of this process, including the running loop's, until the context ends."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._faults.on_loop)
        before = qInstallMessageHandler(partial(log_qt, self._secrets))
        try:
            with self._faults.hooked():
                yield
        finally:
            qInstallMessageHandler(before)
            loop.set_exception_handler(None)

    def _show(self) -> None:
        self._window.notices.show_error(StoreFailed("window.fault", path=str(self._logs)))


def log_qt(secrets: KnownSecrets, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Log a message from Qt; also print it to standard error, if there is one, as Qt does by default."""
    category = context.category  # type: ignore[attr-defined]  # it is there, the stubs lack it
    logging.getLogger("qt").log(_LEVELS[kind], "%s: %s", category, text)
    with suppress(AttributeError, OSError):
        sys.stderr.write(f"{cleaned(text, secrets)}\n")
    if kind is QtMsgType.QtFatalMsg:
        # Qt ends the process when this returns.
        flush_log()
