"""Version and environment of bindtool, to read out or copy; and its components with their licences.

`core.diagnostics.licences` has components and texts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QSize, QSysInfo, Qt, qVersion
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QListWidget, QPlainTextEdit, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog, resize_within_screen
from bindtool.gui.common.widgets.labels import Header, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.diagnostics.licences import BundledPart
    from bindtool.core.diagnostics.version import Version
    from bindtool.gui.common.shell.window import Window
    from bindtool.i18n.catalogue import Texts


_WIDE = 560
_ICON = 64


class AboutDialog(FittingDialog):
    """Open it with `show()`."""

    def __init__(self, window: Window, texts: Texts, version: Version) -> None:
        super().__init__(window)
        self._texts = texts
        self.setWindowTitle(texts("menu.about"))
        self.setAccessibleName(texts("menu.about"))
        theme.resize(self, minimum_width=_WIDE)
        facts = {
            "about.version": version.bindtool,
            "about.commit": version.commit or texts("about.not_known"),
            "about.qt": version.qt,
            "about.python": version.python,
            "about.system": f"{QSysInfo.prettyProductName()}, {QSysInfo.currentCpuArchitecture()}",
        }
        said = [(texts(id_), value) for id_, value in facts.items()]
        self._copied = "\n".join(["bindtool", *(f"{name}\t{value}" for name, value in said)])
        self._remark = line(tone=Tone.GOOD)
        licences = ActionButton(texts("about.licences"), clicked=window.actions_["licences"].trigger)
        copy = ActionButton(texts("about.copy"), clicked=self._copy)
        close = ActionButton(texts("button.close"), clicked=self.reject)
        icon = QLabel()
        icon.setPixmap(self.windowIcon().pixmap(QSize(_ICON, _ICON), self.devicePixelRatio()))
        title = Header("bindtool", texts("about.what"))
        self._column = layouts.column(
            layouts.row(icon, (title, 1), spacing=theme.MARGIN),
            _table(said),
            line(texts("about.licence")),
            1,
            layouts.row(close, (self._remark, 1), copy, licences, spacing=theme.STEP),
            on=self.content,
            spacing=theme.MARGIN,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        copy.setFocus()

    def _copy(self) -> None:
        copy_text(self._copied)
        self._remark.setText(self._texts("about.copied"))


def _table(said: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    # Aligned with the title.
    grid.setColumnMinimumWidth(0, _ICON)
    grid.setHorizontalSpacing(theme.MARGIN)
    grid.setVerticalSpacing(theme.GAP)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(said):
        shown = line(value)
        shown.setAccessibleName(f"{name}: {value}")
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(line(name, Tone.QUIET, wraps=False), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(shown, row, 1)
    return grid


_LICENCES_SIZE = QSize(860, 560)
_LIST_WIDE = 260
_FIRST = "PySide6_Essentials"


class LicencesDialog(QDialog):
    """Open it with `show()`: scanning goes on while it is read."""

    def __init__(self, texts: Texts, parts: Sequence[BundledPart], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._parts = parts
        self.setWindowTitle(texts("licences.title"))
        self.setAccessibleName(texts("licences.title"))
        resize_within_screen(self, _LICENCES_SIZE)
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
    """Return the folder of Qt's libraries, which may be replaced. In a package it is above the one Qt reports."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath))
    return next((path for path in (folder, *folder.parents[:3]) if any(path.glob("*Qt6Core*"))), folder)
