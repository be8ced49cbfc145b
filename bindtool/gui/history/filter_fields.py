"""The fields of the search in the history: a text, which bench, a state, days.

When to search is decided by `history.controller`, which hears that they have changed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from bindtool.core.model.history_records import LASTING, SearchQuery
from bindtool.core.model.outcome import State
from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_HEIGHT = 38
_PERIODS = {"today": 1, "week": 7, "month": 30}
"""How many days back, today among them."""
_ANY, _BETWEEN = "any", "between"


class HistoryFilterFields(QWidget):
    """One line of fields. `benches` is shown where there are other benches.

    Signals:
        changed(): something else is wanted.
        entered(): Return was pressed in the text: a scan ends so.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._today = date.min
        self.text = QLineEdit()
        self.text.setAccessibleName(texts("history.search"))
        self.text.setPlaceholderText(texts("history.search_hint"))
        self.text.setClearButtonEnabled(True)
        self.benches = self._choice(texts("history.benches"))
        for words, own in (("history.all_benches", False), ("history.this_bench", True)):
            self.benches.addItem(texts(words), own)
        self.benches.hide()
        self.state = self._choice(texts("history.state"))
        self.state.addItem(texts("history.any_state"), None)
        for state in LASTING:
            self.state.addItem(texts(f"state.{state}"), state)
        self.period = self._choice(texts("history.period"))
        for period in (_ANY, *_PERIODS, _BETWEEN):
            self.period.addItem(texts(f"history.period.{period}"), period)
        self.since = self._day(texts("history.since"))
        self.until = self._day(texts("history.until"))
        self._to = line(texts("history.to"), wraps=False)
        layouts.row(
            (self.text, 1),
            self.benches,
            self.state,
            self.period,
            self.since,
            self._to,
            self.until,
            on=self,
            spacing=theme.GAP,
        )
        for field in (self.text, self.benches, self.state, self.period, self.since, self.until):
            field.setMinimumHeight(_HEIGHT)
        self.text.textChanged.connect(lambda _: self.changed.emit())
        self.text.returnPressed.connect(self.entered)
        self.benches.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.state.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.period.currentIndexChanged.connect(lambda _: self._show_days())
        for day in (self.since, self.until):
            day.dateChanged.connect(lambda _: self.changed.emit())
        self._show_days()

    def begin(self, today: date) -> None:
        """Put the cursor into the text, ready for another one; `today` is the day to count from."""
        self._today = today
        if not self._names_days():
            for field in (self.since, self.until):
                field.setDate(QDate(today.year, today.month, today.day))
        self.text.setFocus()
        self.text.selectAll()

    def show_benches(self, text: str) -> None:
        """Look for what any bench has bound at any time, and for `text` in it."""
        self.text.setText(text)
        self.state.setCurrentIndex(self.state.findData(State.BOUND))
        for choice in (self.benches, self.period):
            choice.setCurrentIndex(0)

    def wanted(self) -> SearchQuery:
        """Return what is looked for."""
        period = self.period.currentData()
        since = until = None
        if period == _BETWEEN:
            since, until = sorted((_date(self.since), _date(self.until)))
        elif period != _ANY:
            since = self._today - timedelta(days=_PERIODS[period] - 1)
        # Qt gives a plain text back.
        state = self.state.currentData()
        text, own = self.text.text().strip(), bool(self.benches.currentData())
        return SearchQuery(text, None if state is None else State(state), since, until, own)

    def _names_days(self) -> bool:
        return bool(self.period.currentData() == _BETWEEN)

    def _show_days(self) -> None:
        for part in (self.since, self._to, self.until):
            part.setVisible(self._names_days())
        self.changed.emit()

    def _choice(self, name: str) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName(name)
        return choice

    def _day(self, name: str) -> QDateEdit:
        day = QDateEdit()
        day.setAccessibleName(name)
        day.setDisplayFormat("yyyy-MM-dd")
        day.setCalendarPopup(True)
        return day


def _date(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())
