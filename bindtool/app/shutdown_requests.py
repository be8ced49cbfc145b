"""Handles external requests to end the window's program: a signal, or the end of the desktop session.

`gui.main_window.close_handler` closes the window. This module decides how long the end of a session is delayed.
"""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QSocketNotifier, Qt, QTimer

from bindtool.core.common.signals import ending_signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

GRACE = 4500
"""Milliseconds that any session waits for its programs: Windows ends them after five seconds."""


class ShutdownRequests(QObject):
    """Calls `leave` when the program must end. The window may close at once, or after its last answer.

    A second signal kills the process at once: its sender does not want to wait.
    """

    def __init__(self, app: QApplication, leave: Callable[[], object], *, grace: int = GRACE) -> None:
        super().__init__()
        self._grace = grace
        self._leave = leave
        self._ended = False
        self._waiting = QEventLoop(self)
        # Qt's loop does not check signals: Python's own handler writes a byte to a socket, which Qt does watch.
        self._receiver, self._sender = socket.socketpair()
        self._receiver.setblocking(False)
        self._sender.setblocking(False)
        self._notifier = QSocketNotifier(self._receiver.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_wakeup)
        self._before = {number: signal.signal(number, _ignore) for number in ending_signals()}
        self._woken = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False) if self._before else -1
        app.commitDataRequest.connect(self.end_session, Qt.ConnectionType.DirectConnection)

    def end_session(self, _manager: object = None) -> None:
        """Call `leave`; return once the program has closed or the grace period is over: then the process ends."""
        self._leave()
        if not self._ended:
            QTimer.singleShot(self._grace, self._waiting.quit)
            self._waiting.exec()

    def close(self) -> None:
        """Stop listening: the window has finished its work."""
        self._ended = True
        self._waiting.quit()
        self._notifier.setEnabled(False)
        if self._before:
            signal.set_wakeup_fd(self._woken)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._receiver.close()
        self._sender.close()

    def _on_wakeup(self) -> None:
        self._receiver.recv(64)
        for number in self._before:
            signal.signal(number, signal.SIG_DFL)
        self._leave()


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing: without a Python handler no byte would be written."""
