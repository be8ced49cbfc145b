"""The lines of a report and their columns, and a report as CSV.

The format of each value is decided here, for workbooks too (`report_xlsx`). The rows of a report are chosen in
`rows`; the words for a reason come from the caller.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bindtool.core.common.safe_text import defuse, without_nul
from bindtool.core.model.outcome import Answer, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bindtool.core.model.row import Row

COLUMNS: Final = (
    "row",
    "device_id",
    "label",
    "status",
    "code",
    "message",
    "logid",
    "time",
    "attempts",
    "source",
    "operator",
    "profile",
)

BENCHES_COLUMNS: Final = (*COLUMNS, "bench")
"""The columns of a report of several benches."""

TO_HANDLE_COLUMNS: Final = ("device_id", "label", "status", "code", "message", "logid", "row", "profile")
"""The columns of a file to be corrected and opened again: those that are read come first."""

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A row of a report.

    `state` is the state shown, which may be `incomplete` although the row's outcome is not. `reason` is in words
    and replaces the server's message; "" for none. `profile` is the profile's name, `bench` that of the computer.
    `remote`: the row is another bench's; its number, its attempts and its source are not known here.
    """

    row: Row
    state: State
    reason: str = ""
    profile: str = ""
    bench: str = ""
    remote: bool = False

    @property
    def answer(self) -> Answer:
        """The row's last answer; without one, an empty answer of the time when the row came in."""
        return self.row.outcome.answer or Answer(self.row.added_at)


def report_csv(lines: Iterable[ReportLine], columns: Sequence[str] = COLUMNS) -> bytes:
    """Return the report in UTF-8 with BOM, which spreadsheets detect."""
    # A scan can contain a lone surrogate, which must not cost the whole report.
    return csv_text(columns, cells(lines, columns)).encode("utf-8-sig", "backslashreplace")


def cells(lines: Iterable[ReportLine], columns: Sequence[str]) -> Iterable[list[Cell]]:
    """Yield each line's cells in the order of `columns`, which are some of `BENCHES_COLUMNS`."""
    written = [_CELLS[column] for column in columns]
    return ([cell(line) for cell in written] for line in lines)


def csv_text(head: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV, lines ended by CR LF, with formulas escaped that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_written(cell) for cell in line] for line in lines)
    return text.getvalue()


_CELLS: Mapping[str, Callable[[ReportLine], Cell]] = {
    "row": lambda line: None if line.remote else line.row.number,
    "device_id": lambda line: line.row.device_id,
    "label": lambda line: line.row.label,
    "status": lambda line: line.state.value,
    "code": lambda line: line.answer.code,
    "message": lambda line: line.reason or line.answer.message,
    "logid": lambda line: line.answer.log_id,
    "time": lambda line: line.answer.time.isoformat(timespec="seconds"),
    "attempts": lambda line: None if line.remote else line.row.outcome.attempts,
    "source": lambda line: None if line.remote else line.row.source.value,
    "operator": lambda line: line.row.operator,
    "profile": lambda line: line.profile,
    "bench": lambda line: line.bench,
}


def _written(cell: Cell) -> Cell:
    """Escape texts only: numbers are ours and safe."""
    return defuse(without_nul(cell)) if isinstance(cell, str) else cell
