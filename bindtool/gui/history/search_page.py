"""The search page of the history: query, results, and retention of sheets.

A query has a text, a bench, a state and a period. The page covers the scan field, as other pages do: a scan goes
into the search, so that its device is searched for and not added. `history.controller` runs the search.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from bindtool.core.model.history_records import LASTING, Record, SearchQuery, SearchResult, SheetRecord
from bindtool.core.model.outcome import State
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import Choice, DayEdit
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.history.record_model import (
    RECORD_COLUMNS,
    SHEET_COLUMNS,
    RecordModel,
    headers,
    record_details,
    record_line,
    sheet_line,
    sheet_title,
)
from bindtool.gui.history.record_table import RecordPage, RecordTable
from bindtool.gui.history.retention import RetentionFields
from bindtool.i18n.row_text import state_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.i18n.catalogue import Texts


_HEIGHT = 38
_PERIODS = {"today": 1, "week": 7, "month": 30}
"""Length of each period in days, including today."""
_ANY, _BETWEEN = "any", "between"
_PERIOD_TEXTS = {
    _ANY: "history.period.any",
    "today": "history.period.today",
    "week": "history.period.week",
    "month": "history.period.month",
    _BETWEEN: "history.period.between",
}


class HistoryFilterFields(QWidget):
    """The query's fields in one line. `benches` is shown if there are other benches.

    Attributes:
        today: the last day of each period.

    Signals:
        changed(): the query has changed.
        entered(): Return was pressed in the text, as at the end of a scan.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.today = date.min
        self.text = QLineEdit()
        self.text.setAccessibleName(texts("history.search"))
        self.text.setPlaceholderText(texts("history.search_example"))
        self.text.setToolTip(texts("history.search_hint"))
        self.text.setClearButtonEnabled(True)
        benches = {False: texts("history.all_benches"), True: texts("history.this_bench")}
        self.benches = Choice(benches, texts("history.benches"))
        self.benches.hide()
        states: dict[State | None, str] = {None: texts("history.any_state")}
        states.update({state: state_words(texts, state) for state in LASTING})
        self.state = Choice(states, texts("history.state"))
        periods = {period: texts(id_) for period, id_ in _PERIOD_TEXTS.items()}
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
        """Focus the text and select it for replacement."""
        self.today = today
        if self.period.value != _BETWEEN:
            for field in (self.since, self.until):
                field.set_day(today)
        self.text.setFocus()
        self.text.selectAll()

    def show_benches(self, text: str) -> None:
        """Search all devices that any bench has bound at any time, for `text`."""
        self.text.setText(text)
        self.state.choose(State.BOUND)
        self.benches.choose(False)
        self.period.choose(_ANY)

    def wanted(self) -> SearchQuery:
        """Return the query."""
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


_DEVICES, _SHEETS = 0, 1
_WIDTHS = ((150, 0), (146, 3), (142, 2), (108, 0), (126, 3), None, (98, 0), (104, 2), (88, 1))
_WIDTHS_OF_BENCHES = (
    *((150, 0), (138, 3), (108, 2), (104, 0), (80, 3)),
    *((104, 2), (98, 0), (94, 2), (84, 1)),
)
_SHEET_WIDTHS = (
    *((158, 0), (100, 3), (100, 3), (84, 1)),
    *((64, 0), (76, 0), (84, 0), (92, 0), (62, 0), (158, 0)),
)


class HistorySearchPage(RecordPage):
    """The search, its two tables, and the actions on the selection.

    If other benches have bound devices, there is a column for the bench, and a field to filter by bench.

    Signals:
        wanted(): the query has changed.
        entered(): asks to search at once, as at the end of a scan.
        sheet_requested(int, object): asks to open a sheet at the row of a number; None for no row.
        export_requested(): asks to export the devices found.
    """

    wanted = Signal()
    entered = Signal()
    sheet_requested = Signal(int, object)
    export_requested = Signal()

    def __init__(self, texts: Texts, *, practice: bool) -> None:
        self._records: RecordModel[Record] = RecordModel(
            headers(texts, RECORD_COLUMNS), lambda record: record_line(texts, record), marked=3
        )
        self._sheets: RecordModel[SheetRecord] = RecordModel(
            headers(texts, SHEET_COLUMNS), lambda sheet: sheet_line(texts, sheet), numbers=frozenset(range(4, 9))
        )
        self.devices = RecordTable(texts("history.devices_name"), self._records, _WIDTHS)
        self.sheets = RecordTable(texts("history.sheets_name"), self._sheets, _SHEET_WIDTHS)
        super().__init__(texts, self.devices, self.sheets, ActionButton(texts("menu.back_to_scanning")))
        self._practice = practice
        self._others = False
        self.filter = HistoryFilterFields(texts)
        self.open_button = ActionButton(texts("history.open_sheet"), theme.StyleKind.PRIMARY, clicked=self._open)
        self.export_button = ActionButton(texts("history.export"), clicked=self.export_requested)
        self.export_button.setShortcut("Ctrl+S")
        self.keep = RetentionFields(texts)
        self.filter.changed.connect(self.wanted)
        self.filter.entered.connect(self.entered)
        for table in (self.devices, self.sheets):
            table.opened.connect(lambda _row: self._open())
        self._lay_out(
            (self.filter,),
            (self.copy_button, self.open_button, self.export_button),
            below=(self.keep,),
            bottom=theme.GAP,
        )
        self._show_title(own=True)
        self.show_found_sheets(())
        self._show_chosen()

    def query(self) -> SearchQuery:
        return self.filter.wanted()

    def show_found(self, found: SearchResult, wanted: SearchQuery) -> None:
        """Show the devices found for a query."""
        self._show_devices(found, wanted)
        self.say(self._texts("history.more", n=len(found.records)) if found.more else "", Tone.HELD)
        self._select_first(self.devices)

    def show_news(self, found: SearchResult, wanted: SearchQuery) -> None:
        """Refresh the devices found for the same query; keeps selection and scroll position."""
        before, table, bar = self._records.records, self.devices, self.devices.verticalScrollBar()
        if found.records == before:
            return
        chosen = [before[row] for row in table.rows()]
        # At the top, new devices come into view.
        on_top = before[table.rowAt(0)] if bar.value() else None
        self._show_devices(found, wanted)
        rows = [row for row, record in enumerate(found.records) if record in chosen]
        table.select(rows or [0])
        table.doItemsLayout()
        bar.setValue(found.records.index(on_top) if on_top in found.records else 0)

    def _show_devices(self, found: SearchResult, wanted: SearchQuery) -> None:
        if found.others != self._others:
            self._others = found.others
            self.devices.set_widths(_WIDTHS_OF_BENCHES if found.others else _WIDTHS)
            self.filter.benches.setVisible(found.others)
        self._show_title(own=wanted.own or not found.others)
        count = len(found.records)
        self.tabs.setTabText(_DEVICES, self._texts("history.devices", n=count, more="+" if found.more else ""))
        anywhere = found.others and not wanted.own
        no_device = "history.no_device_anywhere" if anywhere else "history.no_device"
        self.devices.say_when_empty(self._why_empty(no_device, wanted))
        self._records.show(found.records)
        self.export_button.allow(bool(count), self._texts("history.nothing_to_export"))

    def show_found_sheets(self, found: Sequence[SheetRecord], wanted: SearchQuery | None = None) -> None:
        """Show the sheets found for a query."""
        self.tabs.setTabText(_SHEETS, self._texts("history.sheets", n=len(found)))
        self.sheets.say_when_empty(self._why_empty("history.no_sheet", wanted or self.query()))
        self._sheets.show(found)
        self._select_first(self.sheets)

    def _why_empty(self, name: str, wanted: SearchQuery) -> str:
        if wanted in (SearchQuery(), SearchQuery(own=True)):
            return self._texts("history.nothing_yet")
        return self._texts(name, text=wanted.text) if wanted.text else self._texts("history.no_match")

    def _select_first(self, table: RecordTable) -> None:
        if table.model().rowCount():
            table.select([0])
        self._show_chosen()

    def _record(self) -> Record | None:
        rows = self.devices.rows() if self.tabs.currentIndex() == _DEVICES else []
        return self._records.records[rows[0]] if rows else None

    def _sheet(self) -> SheetRecord | None:
        rows = self.sheets.rows() if self.tabs.currentIndex() == _SHEETS else []
        return self._sheets.records[rows[0]] if rows else None

    def _show_chosen(self) -> None:
        record, sheet = self._record(), self._sheet()
        details = ""
        if record is not None:
            details = record_details(self._texts, record)
        elif sheet is not None:
            details = sheet_title(self._texts, sheet.head)
        self._details.setText(details)
        self.copy_button.allow(record is not None and bool(record.log_id), self._texts("history.no_log_id"))
        may_open = sheet is not None or (record is not None and record.sheet_id is not None)
        why_not = self._texts("history.no_sheet_to_open")
        if record is not None and record.machine:
            why_not = self._texts("history.sheet_elsewhere", bench=record.machine)
        self.open_button.allow(may_open, why_not)

    def _show_title(self, *, own: bool) -> None:
        words = "history.title" if own else "history.title_of_all"
        self._name(self._texts("history.practice_title" if self._practice else words))

    def _log_ids(self) -> Iterable[str]:
        record = self._record()
        return [record.log_id] if record is not None else []

    def _open(self) -> None:
        record, sheet = self._record(), self._sheet()
        if sheet is not None:
            self.sheet_requested.emit(sheet.head.sheet_id, None)
        elif record is not None and record.sheet_id is not None:
            self.sheet_requested.emit(record.sheet_id, record.number)

    def _show_tab(self, at: int) -> None:
        super()._show_tab(at)
        for button in (self.copy_button, self.export_button):
            button.setVisible(at == _DEVICES)
