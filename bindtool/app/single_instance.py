"""One window for each data folder: a second start raises the first one, an installer asks it to close."""

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
    """What comes back when a window is asked to leave."""

    NOBODY = auto()
    LEAVES = auto()
    STAYS = auto()


def socket_name(folder: Path) -> str:
    """Socket names are short on some systems and shared by all users of a machine."""
    return "bindtool-" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def raise_first(folder: Path) -> bool:
    """Ask the window that works in `folder` to come to the front; return whether there was one, and does so."""
    if sys.platform == "win32":
        # Windows lets a window to the front only if whoever is there allows it: that is who was just started.
        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
    socket = _call(folder, _RAISE)
    # The system takes the word for a window that hangs, too.
    return socket is not None and _says_yes(socket)


class OtherStart(Enum):
    """What has become of the bindtool that has the data folder."""

    RAISED = auto()
    GONE = auto()
    STAYS = auto()


_LOOK_AGAIN = 0.1
_SETTLED_WITHIN = 5.0
"""Seconds. A window that is starting does not listen yet, and one that closes no more, nor does a command ever."""


def raise_or_outwait(folder: DataFolder, within: float = _SETTLED_WITHIN) -> OtherStart:
    """Ask the window that works in `folder` to come to the front, or wait until nobody works there.

    STAYS: after so many seconds there is no window yet, or one that hangs, and somebody works there all the same.
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
    """Ask the window that works in `folder` to close; one that does not say that it will stays."""
    socket = _call(folder, _LEAVE)
    if socket is None:
        return CloseAnswer.NOBODY
    return CloseAnswer.LEAVES if _says_yes(socket) else CloseAnswer.STAYS


def _call(folder: Path, word: bytes) -> QLocalSocket | None:
    """Say a word to the window that works in `folder`; None where there is no such window."""
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
        called(): somebody started bindtool again.
    """

    called = Signal()

    def __init__(self, folder: Path, make_room: Callable[[], object]) -> None:
        super().__init__()
        self._make_room = make_room
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        # What a crashed window left behind would keep this one from listening.
        QLocalServer.removeServer(socket_name(folder))
        self._server.listen(socket_name(folder))

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _accept(self) -> None:
        caller = self._server.nextPendingConnection()
        caller.disconnected.connect(caller.deleteLater)
        caller.readyRead.connect(self._read)
        # Whoever only says a word may have said it and gone before anybody listened.
        self._read()

    def _read(self) -> None:
        for caller in self._server.findChildren(QLocalSocket):
            if caller.canReadLine():
                self._answer(caller)

    def _answer(self, caller: QLocalSocket) -> None:
        word = caller.readLine().data()
        if word in {_RAISE, _LEAVE}:
            caller.write(_YES)
            # Now: the window may close before Qt's loop would send it.
            caller.flush()
        if word == _RAISE:
            self.called.emit()
        elif word == _LEAVE:
            self._make_room()


OUT_OF_THE_WAY = 0
IN_USE = 4

_CLOSED_WITHIN = 30.0
"""Seconds: what is being saved is saved first."""


def ask_to_close(environ: Mapping[str, str]) -> int:
    """Ask the window and that of practice mode to close.

    Returns:
        0: no bindtool of this user is open any more; a run was stopped. 4: a command is at work, or a window does
        not come to its end.
    """
    # Sockets want an application; there may be one.
    _application = QCoreApplication.instance() or QCoreApplication([])
    # Practice first: it always goes, and then whoever stays is the only one that was asked.
    folders = (DataFolder.of(environ, practice=practice) for practice in (True, False))
    return OUT_OF_THE_WAY if all(_is_free(folder) for folder in folders) else IN_USE


def _is_free(folder: DataFolder) -> bool:
    answer = ask_to_leave(folder.path)
    if answer is CloseAnswer.STAYS:
        return False
    if not folder.path.is_dir():
        return True
    try:
        # The command line does not listen: nobody answered, and nobody is waited for.
        with folder.writing(timeout=_CLOSED_WITHIN if answer is CloseAnswer.LEAVES else 0):
            return True
    except FolderInUse:
        return False
    except StoreFailed:
        # Where nothing can be written, nobody writes.
        return True
