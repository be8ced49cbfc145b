"""Shows a file in its folder, chosen, with whatever this system has for files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QObject

_TIMEOUT = 5000
"""Milliseconds that a desktop's file manager may take to start and answer."""


if sys.platform == "linux":

    def show_in_folder(path: Path, asking: QObject, otherwise: Callable[[], None]) -> None:
        """Ask the desktop's file manager, and return at once.

        `otherwise`: called where there is none, as long as `asking` is there.
        """
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        # freedesktop.org/wiki/Specifications/file-manager-interface
        name, place = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
        asked = QDBusMessage.createMethodCall(name, place, name, "ShowItems")
        asked.setArguments([[path.as_uri()], ""])
        answer = QDBusConnection.sessionBus().asyncCall(asked, _TIMEOUT)
        watcher = QDBusPendingCallWatcher(answer, asking)

        def take(watcher: QDBusPendingCallWatcher) -> None:
            watcher.deleteLater()
            if watcher.isError():
                otherwise()

        watcher.finished.connect(take)

else:

    def show_in_folder(path: Path, _: QObject, otherwise: Callable[[], None]) -> None:
        """Have Explorer or Finder show it; `otherwise` is called where that can't be started."""
        import subprocess

        # Explorer takes the path apart by itself, and knows no other quotation than this one.
        command = (
            f'explorer.exe /select,"{path}"' if sys.platform == "win32" else ["/usr/bin/open", "-R", str(path)]
        )
        try:
            subprocess.Popen(command)  # noqa: S603 - the system's own, and a path that a person has chosen
        except OSError:
            otherwise()
