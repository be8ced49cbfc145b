"""One window for each data folder: a second start brings the first one to the front.

Owns the local socket by which the two find each other. That only one of them writes is ensured by the lock in
`core.datafolder`; this is a courtesy on top of it.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from pathlib import Path

_ANY_PROCESS = -1  # Windows: ASFW_ANY

_ANSWER_WITHIN = 1000
"""Milliseconds: the first window answers from its event loop, which is never busy for long."""


def _name(folder: Path) -> str:
    """Socket names are short on some systems and shared by all users of a machine."""
    return "bindtool-" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def raise_first(folder: Path) -> bool:
    """Ask the window that works in `folder` to come to the front; return whether there was one."""
    if sys.platform == "win32":
        # Windows lets a window to the front only if whoever is there allows it: that is who was just started.
        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    found = socket.waitForConnected(_ANSWER_WITHIN)
    socket.disconnectFromServer()
    return found


class FirstWindow(QObject):
    """Listens for later starts.

    Signals:
        called(): somebody started bindtool again.
    """

    called = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        # What a crashed window left behind would keep this one from listening.
        QLocalServer.removeServer(_name(folder))
        self._server.listen(_name(folder))

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _greet(self) -> None:
        self._server.nextPendingConnection().deleteLater()
        self.called.emit()
