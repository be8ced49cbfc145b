"""What the windows of a computer remember from one start to the next: the last profile, the language, a port.

Owns the file. Each value is for whoever has put it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

if TYPE_CHECKING:
    from pathlib import Path


def settings_in(folder: Path) -> QSettings:
    """Return what the windows that work in `folder` remember; without a file it is nothing yet."""
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
