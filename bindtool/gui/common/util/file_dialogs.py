"""Dialogs for files: which ones a window opens, and where a report is to be saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QLineEdit

from bindtool.gui.common.widgets.dialogs import open_once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QWidget

    from bindtool.core.common.clock import Clock
    from bindtool.i18n.catalogue import Texts

_FOLDER = "report_folder"


class SaveDialog(QFileDialog):
    """Asks for a file. It begins in the folder where something was saved last, else among the documents.

    Args:
        kinds: the endings that a file may have, such as ".csv", each with its words; the first one is offered.
        name: of the file, without its ending.
        settings: remember the folder.
        chosen: hears which file it is to be.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        kinds: Mapping[str, str],
        name: str,
        settings: QSettings,
        chosen: Callable[[Path], object],
    ) -> None:
        super().__init__(parent, title, _folder(settings))
        self._settings = settings
        endings = {words: ending for ending, words in kinds.items()}
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters(list(endings))
        first = next(iter(kinds))
        self.setDefaultSuffix(first)
        self.selectFile(f"{file_name(name)}{first}")
        line = self.findChild(QLineEdit, "fileNameEdit")
        if line is not None:
            # Where the system has no dialog of its own, Qt's would look for names and draw a list at every key.
            line.setCompleter(None)  # type: ignore[arg-type]  # Qt takes none, its description for Python does not
        # Qt changes the ending of the name; what has none gets this one.
        self.filterSelected.connect(lambda words: self.setDefaultSuffix(endings[words]))
        self.fileSelected.connect(lambda path: self._choose(Path(path), chosen))

    def _choose(self, path: Path, chosen: Callable[[Path], object]) -> None:
        self._settings.setValue(_FOLDER, str(path.parent))
        chosen(path)


def file_name(name: str) -> str:
    """Return a name that every system takes."""
    return "".join("-" if letter in '\\/:*?"<>|' else letter for letter in name)


def _folder(settings: QSettings) -> str:
    # A program that was started from a menu stands in a folder where nobody may write.
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    wanted = (str(settings.value(_FOLDER, "")), documents)
    return next((folder for folder in wanted if folder and Path(folder).is_dir()), str(Path.home()))


class FileDialogs(QObject):
    """Asks for files. `open_lists` opens those that were chosen."""

    def __init__(
        self, parent: QWidget, texts: Texts, clock: Clock, open_lists: Callable[[Sequence[Path]], None]
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._texts = texts
        self._clock = clock
        self._open_lists = open_lists

    def choose_list(self) -> None:
        """Ask for a file of devices and open it."""
        dialog = self._dialog("files.open_list", QFileDialog.AcceptMode.AcceptOpen, "files.lists")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._open_lists([Path(name) for name in names]))
        open_once(dialog)

    def choose_profile(self, opened: Callable[[Path], None]) -> None:
        """Ask for a profile that IT has made."""
        dialog = self._dialog("files.open_profile", QFileDialog.AcceptMode.AcceptOpen, "files.profiles")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: opened(Path(name)))
        open_once(dialog)

    def choose_profile_target(self, name: str, chosen: Callable[[Path], None]) -> None:
        """Ask where a profile is to be exported to."""
        dialog = self._dialog("files.export_profile", QFileDialog.AcceptMode.AcceptSave, "files.profiles")
        dialog.setDefaultSuffix("toml")
        dialog.selectFile(f"{name}.toml")
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        open_once(dialog)

    def choose_support(self, profile: str, chosen: Callable[[Path], object]) -> None:
        """Ask where the file for support is to be saved; `profile` is the profile's name."""
        dialog = self._dialog("files.save_support", QFileDialog.AcceptMode.AcceptSave, "files.archives")
        dialog.setDefaultSuffix("zip")
        name = self._texts("files.support_name", profile=profile, time=self._now())
        dialog.selectFile(f"{file_name(' '.join(name.split()))}.zip")
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        open_once(dialog)

    def _now(self) -> str:
        return f"{self._clock.now():%Y-%m-%d %H%M}"

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, self._texts(title))
        dialog.setAcceptMode(mode)
        dialog.setNameFilters([self._texts(kinds), self._texts("files.all")])
        return dialog
