"""Which bindtool this is, and what it runs on: what somebody who helps asks first, to be read out or copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QSysInfo, Qt
from PySide6.QtWidgets import QGridLayout, QLabel

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog
from bindtool.gui.common.widgets.labels import Header, line

if TYPE_CHECKING:
    from bindtool.core.diagnostics.version import Version
    from bindtool.gui.common.shell.window import Window
    from bindtool.i18n.catalogue import Texts

_WIDE = 560
_ICON = 64


class AboutDialog(FittingDialog):
    """To be shown with `show()`."""

    def __init__(self, window: Window, texts: Texts, version: Version) -> None:
        super().__init__(window)
        self._texts = texts
        self.setWindowTitle(texts("menu.about"))
        self.setAccessibleName(texts("menu.about"))
        theme.resize(self, minimum_width=_WIDE)
        facts = {
            "version": version.bindtool,
            "commit": version.commit or texts("about.not_known"),
            "qt": version.qt,
            "python": version.python,
            "system": f"{QSysInfo.prettyProductName()}, {QSysInfo.currentCpuArchitecture()}",
        }
        said = [(texts(f"about.{name}"), value) for name, value in facts.items()]
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
    # In line with the title.
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
