"""A line that says what is being waited for, with a button to stop waiting.

Waiting, and stopping it, is done by whoever shows the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

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
        self.stop = ActionButton(texts("waiting.stop"))
        self.stop.clicked.connect(self.stop_requested)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self._said)
        column.addWidget(bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(column, 1)
        row.addWidget(self.stop)
        self.hide()

    @property
    def said(self) -> str:
        """What is being waited for."""
        return self._said.text()

    def begin(self, what: str) -> None:
        """Show what is being waited for."""
        self._said.setText(what)
        self.show()
