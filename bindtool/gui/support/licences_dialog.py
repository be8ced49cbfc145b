"""The components of bindtool with their licences, and how Qt's libraries are replaced, as its licence asks.

Components and texts come from `core.diagnostics.licences`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import resize_within_screen
from bindtool.gui.common.widgets.labels import Header, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.diagnostics.licences import BundledPart
    from bindtool.i18n.catalogue import Texts

_WIDE, _HIGH = 860, 560
_LIST_WIDE = 260
_FIRST = "PySide6_Essentials"


class LicencesDialog(QDialog):
    """To be shown with `show()`: whoever reads it can go on scanning."""

    def __init__(self, texts: Texts, parts: Sequence[BundledPart], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._parts = parts
        self.setWindowTitle(texts("licences.title"))
        self.setAccessibleName(texts("licences.title"))
        resize_within_screen(self, QSize(_WIDE, _HIGH))
        folder = line(str(libraries_of_qt()), Tone.QUIET)
        folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text = QPlainTextEdit(readOnly=True)
        self._list = QListWidget()
        theme.resize(self._list, fixed_width=_LIST_WIDE)
        self._list.setAccessibleName(texts("licences.parts"))
        self._list.addItems([f"{part.name} {part.version}" for part in parts])
        self._list.currentRowChanged.connect(self._show)
        close = ActionButton(texts("button.close"), clicked=self.reject)
        layouts.column(
            Header(texts("licences.title")),
            line(texts("licences.qt", version=qVersion())),
            folder,
            line(texts("licences.about", n=len(parts))),
            (layouts.row(self._list, (self._text, 1)), 1),
            layouts.row(close, 1),
            on=self,
            spacing=theme.STEP,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        names = [part.name for part in parts]
        self._list.setCurrentRow(names.index(_FIRST) if _FIRST in names else 0)

    def _show(self, row: int) -> None:
        part = self._parts[row]
        self._text.setAccessibleName(self._texts("licences.text", name=part.name))
        self._text.setPlainText("\n\n".join(filter(None, [part.licence, part.text])))


def libraries_of_qt() -> Path:
    """Return the folder of the libraries that may be replaced. In a package they lie further up than Qt says."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath))
    return next((path for path in (folder, *folder.parents[:3]) if any(path.glob("*Qt6Core*"))), folder)
