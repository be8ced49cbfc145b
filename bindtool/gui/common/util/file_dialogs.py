"""Dialogs for files: which one a person opens, where something is saved, and a file shown in its folder."""

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
"""Seconds that a folder on a share may take to be there."""


class SaveDialog(QFileDialog):
    """Asks for a file to be written.

    Args:
        kinds: what the file may be, in words of Qt such as "CSV (*.csv)", each with its ending; the first one is
            offered.
        name: of the file, without its ending.
        chosen: hears which file it is to be.
        folder: where it begins; "" for where Qt does.
        settings: remember the folder that is chosen, for `report_folder`; None: it is not remembered.
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
            # Where the system has no dialog of its own, Qt's would look for names and draw a list at every key.
            line.setCompleter(None)  # type: ignore[arg-type]  # Qt takes none, its description for Python does not
        # Qt changes the ending of the name; what has none gets this one.
        self.filterSelected.connect(lambda words: self.setDefaultSuffix(kinds[words]))
        self.fileSelected.connect(lambda path: self._choose(Path(path), chosen))

    def _choose(self, path: Path, chosen: Callable[[Path], object]) -> None:
        if self._settings is not None:
            self._settings.setValue(_FOLDER, str(path.parent))
        chosen(path)


def file_name(name: str) -> str:
    """Return a name that every system takes."""
    return "".join("-" if letter in '\\/:*?"<>|' else letter for letter in name)


async def report_folder(settings: QSettings) -> str:
    """Return the folder that was chosen last, else that of documents, else one's own."""
    # A program that was started from a menu stands in a folder where nobody may write.
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    for folder in filter(None, (str(settings.value(_FOLDER, "")), documents)):
        # On a share that hangs there is none.
        with suppress(TimeoutError):
            async with asyncio.timeout(_LIMIT):
                if await in_daemon_thread(Path(folder).is_dir, name="bindtool-folder"):
                    return folder
    return str(Path.home())


def save_file(
    parent: QWidget, texts: Texts, title: str, kind: str, name: str, chosen: Callable[[Path], object]
) -> None:
    """Ask where a file of one kind is to be saved; `title` and `kind` are ids of words, `name` has its ending."""
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
    """Ask for a file that is there, or for several; `chosen` hears of each. As `save_file`."""
    modes = QFileDialog.FileMode
    dialog = QFileDialog(parent, texts(title))
    dialog.setFileMode(modes.ExistingFiles if several else modes.ExistingFile)
    dialog.setNameFilters([texts(kind), texts("files.all")])
    dialog.filesSelected.connect(lambda names: [chosen(Path(name)) for name in names])
    open_once(dialog)


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
