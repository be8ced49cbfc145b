"""Shows a past sheet, read-only: its rows, and the requests its runs have sent.

`history.controller` chooses the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bindtool.core.model.outcome import State
from bindtool.core.sheet.sheet import Sheet
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.history.record_model import (
    REQUEST_COLUMNS,
    ROW_COLUMNS,
    RecordModel,
    headers,
    request_details,
    request_line,
    row_details,
    row_line,
    sheet_title,
)
from bindtool.gui.history.record_table import RecordPage, RecordTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.model.row import Row, SheetHead
    from bindtool.core.store import Run, SentRequest
    from bindtool.i18n.catalogue import Texts

_ROWS, _REQUESTS = 0, 1
_ROW_WIDTHS = ((56, 0), (150, 2), (150, 2), (116, 0), (140, 4), (120, 3), (158, 0), (84, 0))
_REQUEST_WIDTHS = ((56, 0), (178, 0), (80, 0), (84, 0), (250, 3), (230, 1), (80, 0))


@dataclass(frozen=True, slots=True)
class PastSheet:
    """A sheet with its data; `requests`: None for a run that has sent nothing."""

    head: SheetHead
    sheet: Sheet
    counts: Mapping[State, int]
    rows: tuple[Row, ...]
    requests: tuple[tuple[Run, SentRequest | None], ...]

    @classmethod
    def of(
        cls, head: SheetHead, rows: tuple[Row, ...], runs: tuple[tuple[Run, tuple[SentRequest, ...]], ...]
    ) -> PastSheet:
        """Build it from the database's records, the newest request first; judging a large sheet takes a moment."""
        requests = tuple((run, request) for run, sent in runs for request in (sent[::-1] or (None,)))
        sheet = Sheet(rows)
        return cls(head, sheet, sheet.counts(), rows, requests)


class PastSheetPage(RecordPage):
    """Rows and requests, each table with its details line below.

    Signals:
        publish_requested(run): asks to show the data for publishing an agent on the channel of `run`, the last run.
    """

    publish_requested = Signal(object)

    def __init__(self, texts: Texts) -> None:
        self._rows: RecordModel[Row] = RecordModel(
            headers(texts, ROW_COLUMNS),
            lambda row: row_line(texts, self._sheet, row),
            marked=3,
            numbers=frozenset({0}),
        )
        self._requests: RecordModel[tuple[Run, SentRequest | None]] = RecordModel(
            headers(texts, REQUEST_COLUMNS),
            lambda sent: request_line(texts, *sent),
            numbers=frozenset({0, 2, 3, 6}),
        )
        self.rows = RecordTable(texts("history.rows_name"), self._rows, _ROW_WIDTHS)
        self.rows.say_when_empty(texts("history.no_rows"))
        self.requests = RecordTable(texts("history.requests_name"), self._requests, _REQUEST_WIDTHS)
        self.requests.say_when_empty(texts("history.no_requests"))
        super().__init__(texts, self.rows, self.requests, ActionButton(texts("history.back"), StyleKind.PRIMARY))
        self._sheet = Sheet()
        self.devices_button = ActionButton(texts("history.show_devices"), clicked=self._show_devices)
        self.publish_button = ActionButton(texts("history.publish"), clicked=self._publish)
        self.requests.opened.connect(lambda _row: self._show_devices())
        self._lay_out(
            (), (self.devices_button, self.publish_button, self.copy_button), below=(), bottom=theme.MARGIN
        )
        self._show_tab(_ROWS)

    def show_sheet(self, past: PastSheet, number: int | None = None) -> None:
        """Show a sheet, at the row `number` if it still exists."""
        self._sheet = past.sheet
        self._name(sheet_title(self._texts, past.head))
        counts = past.counts
        self.header.show_about(
            self._texts(
                "history.sum",
                n=len(past.rows),
                bound=counts.get(State.BOUND, 0),
                refused=counts.get(State.REFUSED, 0),
                unknown=counts.get(State.UNKNOWN, 0),
            )
        )
        self.tabs.setTabText(_ROWS, self._texts("history.rows", n=len(past.rows)))
        self.tabs.setTabText(_REQUESTS, self._texts("history.requests", n=len(past.requests)))
        self.publish_button.setVisible(bool(past.requests))
        self._rows.show(past.rows)
        self._requests.show(past.requests)
        self.requests.select([0] if past.requests else [])
        self.tabs.setCurrentIndex(_ROWS)
        self.say("")
        self._go_to({number})
        self.rows.setFocus()

    def _go_to(self, numbers: set[int | None]) -> None:
        """Select rows by their numbers; if none of them exists, the first row."""
        found = [at for at, row in enumerate(self._rows.records) if row.number in numbers]
        self.rows.select(found or ([0] if self._rows.records else []))
        self._show_chosen()

    def _show_devices(self) -> None:
        """Select the rows sent with the selected request."""
        chosen = self.requests.rows()
        request = self._requests.records[chosen[0]][1] if chosen else None
        if request is not None:
            self.tabs.setCurrentIndex(_ROWS)
            self._go_to({device.number for device in request.devices})
            self.rows.setFocus()

    def _publish(self) -> None:
        run, _ = self._requests.records[0]
        self.publish_requested.emit(run)

    def _log_ids(self) -> list[str]:
        if self.tabs.currentIndex() == _ROWS:
            answers = [self._rows.records[at].outcome.answer for at in self.rows.rows()]
        else:
            sent = [self._requests.records[at][1] for at in self.requests.rows()]
            answers = [request.answer for request in sent if request is not None]
        return list(dict.fromkeys(answer.log_id for answer in answers if answer is not None and answer.log_id))

    def _show_chosen(self) -> None:
        details = ""
        if self.tabs.currentIndex() == _REQUESTS and self.requests.rows():
            details = request_details(self._texts, *self._requests.records[self.requests.rows()[0]])
        elif self.tabs.currentIndex() == _ROWS and self.rows.rows():
            details = row_details(self._texts, self._sheet, self._rows.records[self.rows.rows()[0]])
        self._details.setText(details)
        self.copy_button.allow(bool(self._log_ids()), self._texts("history.no_log_id"))

    def _show_tab(self, at: int) -> None:
        super()._show_tab(at)
        self.devices_button.setVisible(at == _REQUESTS)
