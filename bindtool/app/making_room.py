"""`bindtool --ask-to-close`, for installers: this user's windows are asked to close, and their end is waited for.

Owns the order and the exit status. Whether a window may close now is for the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from bindtool.app.single_instance import Answer, ask_to_leave
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import FolderInUse, StoreFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

OUT_OF_THE_WAY = 0
IN_USE = 4

_CLOSED_WITHIN = 30.0
"""Seconds: what is being saved is saved first."""


def ask_to_close(environ: Mapping[str, str]) -> int:
    """Ask the window and that of practice mode to close.

    Returns:
        0: no bindtool of this user is open any more. 4: requests are under way, or a command is at work; nothing
        has been closed then, except that practice may be.
    """
    # Sockets want an application; there may be one.
    _application = QCoreApplication.instance() or QCoreApplication([])
    # Practice first: it always goes, and then whoever stays is the only one that was asked.
    folders = (DataFolder.of(environ, practice=practice) for practice in (True, False))
    return OUT_OF_THE_WAY if all(_is_left(folder) for folder in folders) else IN_USE


def _is_left(folder: DataFolder) -> bool:
    answer = ask_to_leave(folder.path)
    if answer is Answer.STAYS:
        return False
    if not folder.path.is_dir():
        return True
    try:
        # The command line has no ears: nobody answered, and nobody is waited for.
        with folder.writing(patience=_CLOSED_WITHIN if answer is Answer.LEAVES else 0):
            return True
    except FolderInUse:
        return False
    except StoreFailed:
        # Where nothing can be written, nobody writes.
        return True
