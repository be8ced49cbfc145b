"""The last day of a token, which may be left open.

Owns the tick and the day. Who reminds of it is for the window.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QDateEdit, QHBoxLayout, QWidget

if TYPE_CHECKING:
    from bindtool.texts import Texts

_USUAL = timedelta(days=30)
"""A personal token of Coze's lives at most so long."""


class EndDay(QWidget):
    """A tick, and a day that counts once it is ticked.

    Args:
        texts: the words.
        day: the local date, the earliest that can be chosen.
    """

    def __init__(self, texts: Texts, day: date) -> None:
        super().__init__()
        self._texts = texts
        self._usual = day + _USUAL
        self.known = QCheckBox(texts("end_day.known"))
        self.known.setAccessibleName(texts("end_day.known"))
        self.choice = QDateEdit()
        self.choice.setAccessibleName(texts("end_day.day"))
        self.choice.setDisplayFormat("yyyy-MM-dd")
        self.choice.setCalendarPopup(True)
        self.choice.setMinimumHeight(34)
        self.choice.setMinimumDate(QDate(day.year, day.month, day.day))
        self.known.toggled.connect(self._allow)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.known)
        row.addWidget(self.choice)
        row.addStretch(1)
        self.clear()

    def day(self) -> date | None:
        """Return the last day; None where it is not known."""
        if not self.known.isChecked():
            return None
        chosen = self.choice.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def clear(self) -> None:
        """Leave the day open again."""
        self.known.setChecked(False)
        self.choice.setDate(QDate(self._usual.year, self._usual.month, self._usual.day))
        self._allow(known=False)

    def hold(self, why_not: str) -> None:
        """Let nothing be changed, and say why; with "" it can be again."""
        self.setEnabled(not why_not)
        self.setToolTip(why_not)
        self.known.setAccessibleDescription(why_not)

    def _allow(self, known: bool) -> None:
        self.choice.setEnabled(known)
        self.choice.setToolTip("" if known else self._texts("end_day.tick_first"))
        self.choice.setAccessibleDescription(self.choice.toolTip())
