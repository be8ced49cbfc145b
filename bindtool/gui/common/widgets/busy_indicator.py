"""A line that says what is being waited for, with a button to stop waiting.

Waiting, and stopping it, is done by whoever shows the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts


class BusyIndicator(QWidget):
    """Out of sight until something is waited for.

    Signals:
        stop_requested: the person does not want to wait any longer.
    """

    stop_requested = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._said = line()
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedHeight(6)
        bar.setAccessibleName(texts("waiting.name"))
        self.stop = ActionButton(texts("waiting.stop"), clicked=self.stop_requested)
        layouts.row(
            (layouts.column(self._said, bar, spacing=theme.GAP), 1), self.stop, on=self, spacing=theme.MARGIN
        )
        self.hide()

    @property
    def said(self) -> str:
        """What is being waited for."""
        return self._said.text()

    def begin(self, what: str) -> None:
        """Show what is being waited for."""
        self._said.setText(what)
        self.show()
