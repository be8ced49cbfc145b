"""How long sheets are kept, and the button that deletes the old ones.

Owns the fields. What is old is for `retention`; nothing goes without being asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Kind, Tone
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.history.retention import DAYS

if TYPE_CHECKING:
    from bindtool.texts import Texts

_HEIGHT = 38


class KeepFields(QWidget):
    """One line.

    Signals:
        days_chosen(int): sheets are to be kept for so many days, `retention.FOR_EVER` for no end.
        delete_wanted(): the old ones are to go.
    """

    days_chosen = Signal(int)
    delete_wanted = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        label = line(texts("history.keep"), wraps=False)
        self.days = QComboBox()
        self.days.setAccessibleName(texts("history.keep"))
        self.days.setMinimumHeight(_HEIGHT)
        for days in DAYS:
            self.days.addItem(texts("history.keep_days", n=days) if days else texts("history.keep_ever"), days)
        label.setBuddy(self.days)
        self.days.activated.connect(lambda _: self.days_chosen.emit(self.days.currentData()))
        self.delete = ActionButton("", Kind.FLAT)
        self.delete.clicked.connect(self.delete_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(label)
        row.addWidget(self.days)
        row.addWidget(line(texts("history.keep_meaning"), Tone.QUIET), 1)
        row.addWidget(self.delete)
        self.show_old(0)

    def show_days(self, days: int) -> None:
        """Show the choice that holds."""
        self.days.setCurrentIndex(max(0, self.days.findData(days)))

    def show_old(self, count: int) -> None:
        """Offer to delete as many sheets; none where there are none."""
        self.delete.rename(self._texts("history.delete_old", n=count))
        self.delete.setVisible(count > 0)
