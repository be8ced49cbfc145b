"""File dialogs for opening and saving, and showing a file in its folder."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.gui.common.widgets.dialogs import open_once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QObject

    from bindtool.i18n.catalogue import Texts


_FOLDER = "report_folder"

_LIMIT = 0.5
"""Seconds that a share may take to confirm that a folder exists."""


class SaveDialog(QFileDialog):
    """Asks where to save a file.

    Args:
        kinds: file types as Qt name filters such as "CSV (*.csv)", each with its suffix; the first is the default.
        name: the file's name without suffix.
        chosen: called with the chosen path.
        folder: the initial folder; "" for Qt's default.
        settings: store the chosen folder for `report_folder`; None: it is not stored.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        kinds: Mapping[str, str],
        name: str,
        chosen: Callable[[Path], object],
        folder: str = "",
        settings: QSettings | None = None,
    ) -> None:
        super().__init__(parent, title, folder)
        self._settings = settings
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters(list(kinds))
        first = next(iter(kinds.values()))
        self.setDefaultSuffix(first)
        self.selectFile(f"{file_name(name)}{first}")
        line = self.findChild(QLineEdit, "fileNameEdit")
        if line is not None:
            # Without a native dialog, Qt's own would look up names and show a list at every key press.
            line.setCompleter(None)  # type: ignore[arg-type]  # Qt accepts None, its type stubs don't
        # Qt changes the suffix of the name; a name without one gets this.
        self.filterSelected.connect(lambda words: self.setDefaultSuffix(kinds[words]))
        self.fileSelected.connect(lambda path: self._choose(Path(path), chosen))

    def _choose(self, path: Path, chosen: Callable[[Path], object]) -> None:
        if self._settings is not None:
            self._settings.setValue(_FOLDER, str(path.parent))
        chosen(path)


def file_name(name: str) -> str:
    """Return a file name that is valid on every system."""
    return "".join("-" if letter in '\\/:*?"<>|' else letter for letter in name)


async def report_folder(settings: QSettings) -> str:
    """Return the folder chosen last, else the documents folder, else the home folder."""
    # The working directory of a program started from a menu is often not writable.
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    for folder in filter(None, (str(settings.value(_FOLDER, "")), documents)):
        # A folder on a share that hangs counts as missing.
        with suppress(TimeoutError):
            async with asyncio.timeout(_LIMIT):
                if await in_daemon_thread(Path(folder).is_dir, name="bindtool-folder"):
                    return folder
    return str(Path.home())


def save_file(
    parent: QWidget, texts: Texts, title: str, kind: str, name: str, chosen: Callable[[Path], object]
) -> None:
    """Ask where to save a file of one type; `title` and `kind` are message ids, `name` includes the suffix."""
    stem, _, ending = name.rpartition(".")
    kinds = dict.fromkeys((texts(kind), texts("files.all")), f".{ending}")
    open_once(SaveDialog(parent, texts(title), kinds, stem, chosen))


def open_file(
    parent: QWidget,
    texts: Texts,
    title: str,
    kind: str,
    chosen: Callable[[Path], object],
    *,
    several: bool = False,
) -> None:
    """Ask for one existing file, or several; `chosen` is called with each. `title`, `kind`: as in `save_file`."""
    modes = QFileDialog.FileMode
    dialog = QFileDialog(parent, texts(title))
    dialog.setFileMode(modes.ExistingFiles if several else modes.ExistingFile)
    dialog.setNameFilters([texts(kind), texts("files.all")])
    dialog.filesSelected.connect(lambda names: [chosen(Path(name)) for name in names])
    open_once(dialog)


_TIMEOUT = 5000
"""Milliseconds for the desktop's file manager to start and answer."""


if sys.platform == "linux":

    def show_in_folder(path: Path, asking: QObject, otherwise: Callable[[], None]) -> None:
        """Ask the desktop's file manager to show a file in its folder, and return at once.

        `otherwise`: called if there is no file manager, as long as `asking` exists.
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
        """Show a file in Explorer or Finder; `otherwise` is called if that can't be started."""
        import subprocess

        # Explorer parses its command line itself, and understands only this form of quoting.
        command = (
            f'explorer.exe /select,"{path}"' if sys.platform == "win32" else ["/usr/bin/open", "-R", str(path)]
        )
        try:
            subprocess.Popen(command)  # noqa: S603 - the system's own program, with a path the user has chosen
        except OSError:
            otherwise()
