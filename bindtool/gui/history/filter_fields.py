"""The fields of the search in the history: a text, which bench, a state, days.

When to search is decided by `history.controller`, which hears that they have changed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from bindtool.core.model.history_records import LASTING, SearchQuery
from bindtool.core.model.outcome import State
from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import Choice, DayEdit
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_HEIGHT = 38
_PERIODS = {"today": 1, "week": 7, "month": 30}
"""How many days back, today among them."""
_ANY, _BETWEEN = "any", "between"


class HistoryFilterFields(QWidget):
    """One line of fields. `benches` is shown where there are other benches.

    Attributes:
        today: the day that days are counted back from.

    Signals:
        changed(): something else is wanted.
        entered(): Return was pressed in the text: a scan ends so.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.today = date.min
        self.text = QLineEdit()
        self.text.setAccessibleName(texts("history.search"))
        self.text.setPlaceholderText(texts("history.search_hint"))
        self.text.setClearButtonEnabled(True)
        benches = {False: texts("history.all_benches"), True: texts("history.this_bench")}
        self.benches = Choice(benches, texts("history.benches"))
        self.benches.hide()
        states: dict[State | None, str] = {None: texts("history.any_state")}
        states.update({state: texts(f"state.{state}") for state in LASTING})
        self.state = Choice(states, texts("history.state"))
        periods = {period: texts(f"history.period.{period}") for period in (_ANY, *_PERIODS, _BETWEEN)}
        self.period = Choice(periods, texts("history.period"))
        self.since = DayEdit(texts("history.since"))
        self.until = DayEdit(texts("history.until"))
        self._to = line(texts("history.to"), wraps=False)
        rest = (self.benches, self.state, self.period, self.since, self._to, self.until)
        layouts.row((self.text, 1), *rest, on=self, spacing=theme.GAP)
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
        """Put the cursor into the text, ready for another one."""
        self.today = today
        if self.period.value != _BETWEEN:
            for field in (self.since, self.until):
                field.set_day(today)
        self.text.setFocus()
        self.text.selectAll()

    def show_benches(self, text: str) -> None:
        """Look for what any bench has bound at any time, and for `text` in it."""
        self.text.setText(text)
        self.state.choose(State.BOUND)
        self.benches.choose(False)
        self.period.choose(_ANY)

    def wanted(self) -> SearchQuery:
        """Return what is looked for."""
        period = self.period.value
        since = until = None
        if period == _BETWEEN:
            since, until = sorted((self.since.day, self.until.day))
        elif period != _ANY:
            since = self.today - timedelta(days=_PERIODS[period] - 1)
        text = self.text.text().strip()
        profiles = self._texts.stored_names(text)
        return SearchQuery(text, self.state.value, since, until, self.benches.value, profiles)

    def _show_days(self) -> None:
        for part in (self.since, self._to, self.until):
            part.setVisible(self.period.value == _BETWEEN)
        self.changed.emit()
