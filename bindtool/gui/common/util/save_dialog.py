"""The dialog that asks where a report is to go: a kind of file, a name that is ready, a folder that may be written.

Owns the dialog. What is saved is for who asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QLineEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QWidget

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
