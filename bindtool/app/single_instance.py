"""Ensures a single window per data folder: a second start raises the first window, an installer asks it to close.

The lock of the folder is in `core/common/data_folder.py`.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
import time
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import FolderInUse, StoreFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_ANY_PROCESS = -1  # Windows: ASFW_ANY

_ANSWER_WITHIN = 1000
"""Milliseconds: the first window answers from its event loop, which is never busy for long."""

_RAISE = b"raise\n"
_LEAVE = b"leave\n"
_YES = b"yes\n"


class CloseAnswer(Enum):
    """The answer to a request to close a window."""

    NOBODY = auto()
    LEAVES = auto()
    STAYS = auto()


def socket_name(folder: Path) -> str:
    """Return a folder's socket name: short, as some systems require, and unique among all users of a machine."""
    return "bindtool-" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def raise_first(folder: Path) -> bool:
    """Ask the window on `folder` to come to the front; return whether there is such a window, and it agrees."""
    if sys.platform == "win32":
        # Windows requires the permission of the foreground process: the process just started.
        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
    socket = _call(folder, _RAISE)
    # The system accepts the message for a hanging window, too.
    return socket is not None and _says_yes(socket)


class OtherStart(Enum):
    """The state of the bindtool that has locked the data folder."""

    RAISED = auto()
    GONE = auto()
    STAYS = auto()


_LOOK_AGAIN = 0.1
_SETTLED_WITHIN = 5.0
"""Seconds. A starting window does not listen yet, a closing window not any more, and a command never does."""


def raise_or_outwait(folder: DataFolder, within: float = _SETTLED_WITHIN) -> OtherStart:
    """Ask the window on `folder` to come to the front, or wait until the folder is unlocked.

    STAYS: after `within` seconds the folder is still locked, but there is no window, or it hangs.
    """
    until = time.monotonic() + within
    while not raise_first(folder.path):
        try:
            with folder.writing(timeout=_LOOK_AGAIN):
                return OtherStart.GONE
        except FolderInUse:
            if time.monotonic() >= until:
                return OtherStart.STAYS
    return OtherStart.RAISED


def ask_to_leave(folder: Path) -> CloseAnswer:
    """Ask the window on `folder` to close; without a confirmation it stays."""
    socket = _call(folder, _LEAVE)
    if socket is None:
        return CloseAnswer.NOBODY
    return CloseAnswer.LEAVES if _says_yes(socket) else CloseAnswer.STAYS


def _call(folder: Path, word: bytes) -> QLocalSocket | None:
    """Send a message to the window on `folder`; return the socket, None if there is no such window."""
    socket = QLocalSocket()
    socket.connectToServer(socket_name(folder))
    if not socket.waitForConnected(_ANSWER_WITHIN):
        return None
    socket.write(word)
    socket.waitForBytesWritten(_ANSWER_WITHIN)
    return socket


def _says_yes(socket: QLocalSocket) -> bool:
    while not socket.canReadLine() and socket.waitForReadyRead(_ANSWER_WITHIN):
        pass
    return socket.readLine().data() == _YES


class SingleInstance(QObject):
    """Listens for later starts and for installers.

    `make_room` closes the window for an installer, as soon as the last answer of a run is in.

    Signals:
        called(): bindtool was started again.
    """

    called = Signal()

    def __init__(self, folder: Path, make_room: Callable[[], object]) -> None:
        super().__init__()
        self._make_room = make_room
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        # A socket left behind by a crashed window would prevent listening.
        QLocalServer.removeServer(socket_name(folder))
        self._server.listen(socket_name(folder))

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        caller = self._server.nextPendingConnection()
        caller.disconnected.connect(caller.deleteLater)
        caller.readyRead.connect(self._read)
        # A caller may have sent its message and disconnected before `readyRead` was connected.
        self._read()

    def _read(self) -> None:
        for caller in self._server.findChildren(QLocalSocket):
            if caller.canReadLine():
                self._answer(caller)

    def _answer(self, caller: QLocalSocket) -> None:
        word = caller.readLine().data()
        if word in {_RAISE, _LEAVE}:
            caller.write(_YES)
            # At once: the window may close before Qt's loop would send it.
            caller.flush()
        if word == _RAISE:
            self.called.emit()
        elif word == _LEAVE:
            self._make_room()


OUT_OF_THE_WAY = 0
IN_USE = 4

_CLOSED_WITHIN = 30.0
"""Seconds: includes saving all data."""


def ask_to_close(environ: Mapping[str, str]) -> int:
    """Ask the window and the practice window to close.

    Returns:
        0: no bindtool of this user is open any more; a run was stopped. 4: a command is running, or a window does
        not close.
    """
    # Sockets need an application; there may be one.
    _application = QCoreApplication.instance() or QCoreApplication([])
    # Practice first: it always closes, so that only the last window asked may stay.
    folders = (DataFolder.of(environ, practice=practice) for practice in (True, False))
    return OUT_OF_THE_WAY if all(_is_free(folder) for folder in folders) else IN_USE


def _is_free(folder: DataFolder) -> bool:
    answer = ask_to_leave(folder.path)
    if answer is CloseAnswer.STAYS:
        return False
    if not folder.path.is_dir():
        return True
    try:
        # The command line does not listen: without an answer there is no window to wait for.
        with folder.writing(timeout=_CLOSED_WITHIN if answer is CloseAnswer.LEAVES else 0):
            return True
    except FolderInUse:
        return False
    except StoreFailed:
        # An unwritable folder is not in use.
        return True
