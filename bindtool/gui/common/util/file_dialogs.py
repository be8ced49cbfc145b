"""Files into a window: which ones are opened, and where other files are to go.

Owns the file dialogs. Opening a list is for `list_import_controller`; reports are saved by `controller`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from bindtool.gui.common.util.save_dialog import file_name
from bindtool.gui.common.widgets.once import open_once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from bindtool.core.common.clock import Clock
    from bindtool.texts import Texts


class Files(QObject):
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
