"""Records of the history: a read-only table model, and the texts of each kind.

The model maps lines to records, whose texts are created when they are drawn. A record is a device, a sheet, a row
or a request. Times are in local time, as on the clock of that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QGuiApplication

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.binding.events import Ending
from bindtool.core.common.safe_text import escaped, first_few
from bindtool.core.model.outcome import State
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.i18n.row_text import answer_words, by_words, row_message, site_words, state_of, state_words, tail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bindtool.core.model.history_records import Record, SheetRecord
    from bindtool.core.model.row import Row, SheetHead
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Run, SentRequest
    from bindtool.i18n.catalogue import Texts


T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_TEXTS = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole})


@dataclass(frozen=True, slots=True)
class RecordLine:
    """The cells of a line, and the icon for its state cell; None for no icon."""

    cells: tuple[str, ...]
    mark: Mark | None = None


class RecordModel(QAbstractTableModel, Generic[T]):
    """A read-only model of records.

    Args:
        headers: the column titles.
        describe: returns the line of a record.
        marked: the column with the icon.
        numbers: the right-aligned columns.
    """

    def __init__(
        self,
        headers: Sequence[str],
        describe: Callable[[T], RecordLine],
        *,
        marked: int = -1,
        numbers: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__()
        self._headers = tuple(headers)
        self._describe = describe
        self._marked = marked
        self._numbers = numbers
        self._records: Sequence[T] = ()

    @property
    def records(self) -> Sequence[T]:
        """The records shown, from the top."""
        return self._records

    def show(self, records: Sequence[T]) -> None:
        """Show other records."""
        self.beginResetModel()
        self._records = records
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title, aligned like its cells."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text; the tool tip has the full text, and the edit role the raw text."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role in _TEXTS:
            text = self._describe(self._records[index.row()]).cells[index.column()]
            return text if role == Qt.ItemDataRole.EditRole else escaped(text, keep="\n")
        if index.column() != self._marked:
            return None
        mark = self._describe(self._records[index.row()]).mark
        if mark is not None and role == Qt.ItemDataRole.DecorationRole:
            return mark.icon(QGuiApplication.palette())
        if mark is not None and role == Qt.ItemDataRole.ForegroundRole:
            return QBrush(theme.text_colour(mark.tone, QGuiApplication.palette()))
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag | None:
        if column not in self._numbers:
            return None
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


RECORD_COLUMNS = (
    "column.time", "column.device_id", "column.label", "column.status", "column.log_id",
    "column.bench", "column.operator", "column.profile", "column.sheet",
)  # fmt: skip
SHEET_COLUMNS = (
    "column.begun", "column.job", "column.profile", "column.operator", "column.rows",
    "column.bound", "column.refused", "column.unknown", "column.runs", "column.closed",
)  # fmt: skip
ROW_COLUMNS = (
    "column.number", "column.device_id", "column.label", "column.status", "column.message",
    "column.log_id", "column.time", "column.operator",
)  # fmt: skip
REQUEST_COLUMNS = (
    "column.run", "column.sent", "column.request", "column.devices", "column.answer",
    "column.log_id", "column.took",
)  # fmt: skip

_SHOWN = 3
"""Number of devices of a request to name; the others are counted."""


def headers(texts: Texts, ids: tuple[str, ...]) -> list[str]:
    return [texts(id_) for id_ in ids]


def record_line(texts: Texts, record: Record) -> RecordLine:
    """Return the line for a device."""
    cells = (
        minute(record.time),
        record.device_id,
        record.label,
        state_words(texts, record.state),
        record.log_id,
        record.machine or texts("history.this_bench"),
        record.operator,
        texts.name(record.profile),
        _sheet_of(texts, record),
    )
    return RecordLine(cells, Mark.of(record.state))


def record_details(texts: Texts, record: Record) -> str:
    """Return all details of a device."""
    parts = [
        record.device_id,
        f"{state_words(texts, record.state)} {second(record.time)}",
        answer_words(texts, record.answer) if record.answer is not None and record.answer.code else "",
        record.label,
        by_words(texts, record.operator, record.machine),
        texts("look_up.log_id", log_id=record.log_id) if record.log_id else "",
        _place(texts, record),
    ]
    if record.channel is not None:
        parts.append(
            texts(
                "history.channel", site=site_words(record.channel.site), channel=tail(record.channel.connector_id)
            )
        )
        parts.append(texts("history.user", uid=record.channel.user_id) if record.channel.user_id else "")
    return _in_a_row(parts)


def sheet_line(texts: Texts, sheet: SheetRecord) -> RecordLine:
    """Return the line for a sheet."""
    head = sheet.head
    counts = (sheet.rows, sheet.bound, sheet.refused, sheet.unknown, sheet.runs)
    closed = texts("history.open") if sheet.closed_at is None else minute(sheet.closed_at)
    begun, profile = minute(head.created_at), texts.name(head.profile)
    return RecordLine((begun, _name(texts, head), profile, head.operator, *map(str, counts), closed))


def sheet_title(texts: Texts, head: SheetHead) -> str:
    """Return the title of an opened sheet."""
    return _in_a_row([_name(texts, head), texts.name(head.profile), head.operator, minute(head.created_at)])


def row_line(texts: Texts, sheet: Sheet, row: Row) -> RecordLine:
    """Return the line for a row of a sheet."""
    status = sheet.status(row.number)
    mark = Mark.of(status.state, held=status.held)
    answer = row.outcome.answer
    cells = (
        str(row.number),
        row.device_id,
        row.label,
        state_words(texts, state_of(status)),
        row_message(texts, row, status),
        "" if answer is None else answer.log_id,
        minute(row.added_at if answer is None else answer.time),
        row.operator,
    )
    return RecordLine(cells, mark)


def row_details(texts: Texts, sheet: Sheet, row: Row) -> str:
    """Return all details of a row of a sheet."""
    number, device_id, label, state, message, log_id, time, operator = row_line(texts, sheet, row).cells
    parts = [
        texts("look_up.row", row=number),
        device_id,
        f"{state} {time}",
        message,
        label,
        texts("look_up.by", operator=operator) if operator else "",
        texts("look_up.log_id", log_id=log_id) if log_id else "",
    ]
    return _in_a_row(parts)


def request_line(texts: Texts, run: Run, request: SentRequest | None) -> RecordLine:
    """Return the line for a request of a run, or for a run that has sent none."""
    if request is None:
        return RecordLine((str(run.run_id), minute(run.started_at), "", "0", _ending(texts, run), "", ""))
    answer, took = request.answer, request.duration
    cells = (
        str(run.run_id),
        second(request.begun_at),
        str(request.number),
        str(len(request.devices)),
        _answer(texts, request),
        "" if answer is None else answer.log_id,
        "" if took is None else texts("history.seconds", s=f"{took.total_seconds():.1f}"),
    )
    return RecordLine(cells)


def request_details(texts: Texts, run: Run, request: SentRequest | None) -> str:
    """Return all details of a run and of one of its requests."""
    parts = [
        texts("history.run", run=run.run_id, time=second(run.started_at)),
        texts("look_up.by", operator=run.operator) if run.operator else "",
        texts.name(run.profile),
        texts("history.channel", site=site_words(run.channel.site), channel=tail(run.channel.connector_id)),
        _ending(texts, run),
    ]
    if request is not None:
        ids = [device.device_id for device in request.devices]
        named = texts("list.separator").join(first_few(ids, _SHOWN))
        parts.append(texts("history.request_devices", n=len(ids), ids=named))
    return _in_a_row(parts)


def minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def second(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"


def _in_a_row(parts: Sequence[str]) -> str:
    return " · ".join(escaped(part) for part in parts if part)


def _name(texts: Texts, head: SheetHead) -> str:
    """Return a sheet's name: its job, or for an imported sheet the file's name, or at least its number."""
    from_file = "" if head.origin == "window" else head.origin
    return head.job or from_file or texts("history.sheet", sheet=head.sheet_id)


def _sheet_of(texts: Texts, record: Record) -> str:
    if record.sheet_id is None:
        # Of another bench's sheet only the job may be known.
        return record.job
    return record.job or texts("history.sheet", sheet=record.sheet_id)


def _place(texts: Texts, record: Record) -> str:
    if record.machine:
        return record.job
    if record.number is None:
        return texts("history.sheet_gone")
    return texts("history.row", row=record.number, sheet=_sheet_of(texts, record))


def _answer(texts: Texts, request: SentRequest) -> str:
    if request.kind is VerdictKind.BOUND:
        return state_words(texts, State.BOUND)
    if request.kind is VerdictKind.NEVER_SENT:
        return state_words(texts, State.UNSENT)
    said = "" if request.answer is None else answer_words(texts, request.answer)
    return said or texts("history.no_answer")


def _ending(texts: Texts, run: Run) -> str:
    if run.ended_at is None:
        return texts("history.no_end")
    if run.ending == Ending.FINISHED:
        return texts("history.finished", time=second(run.ended_at))
    return texts("history.stopped", time=second(run.ended_at))
