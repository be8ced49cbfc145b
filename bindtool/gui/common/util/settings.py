"""What the windows of a computer remember from one start to the next: the last profile, the language, a port.

Owns the file. Each value is for whoever has put it there.
"""

from __future__ import annotations

import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

if TYPE_CHECKING:
    from pathlib import Path


_MOST_BYTES = 1024 * 1024
"""A hundred times what windows remember."""


def settings_in(folder: Path) -> QSettings:
    """Return what the windows that work in `folder` remember; without a file it is nothing yet.

    Qt would wait for a pipe and take in a file of any size, so what is no such file is put aside.
    """
    path = folder / "window.ini"
    with suppress(OSError):  # there is none yet
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            path.replace(path.with_suffix(".ini.unread"))
    return QSettings(str(path), QSettings.Format.IniFormat)
