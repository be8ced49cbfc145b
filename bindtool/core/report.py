"""The report of a sheet as CSV (contract, "Report").

Owns the columns and how each value is written. Which rows stand in it, and the words for a reason, are for the
caller.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.formula import defuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.outcome import State
    from bindtool.core.row import Row

COLUMNS = (
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


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A row as it is to be reported.

    `state` is the one that is shown, which may be `incomplete` where the row's outcome is not. `reason` is in
    words and stands in for the server's message; "" where there is none. `profile` is the profile's name.
    """

    row: Row
    state: State
    reason: str = ""
    profile: str = ""


def report_csv(lines: Iterable[ReportLine]) -> bytes:
    """Return the report in UTF-8 with BOM, so that a spreadsheet reads it rightly."""
    # A lone surrogate can come out of a scanner and must not cost the whole report.
    return csv_text(COLUMNS, map(_cells, lines)).encode("utf-8-sig", "backslashreplace")


def csv_text(head: Sequence[str], lines: Iterable[Sequence[str | int | None]]) -> str:
    """Return a table as CSV, lines ended by CR LF, with no cell in it that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_written(cell) for cell in line] for line in lines)
    return text.getvalue()


def _cells(line: ReportLine) -> tuple[str | int | None, ...]:
    """Return a line's cells in the order of `COLUMNS`; the time is the answer's, or when the row came in."""
    row = line.row
    answer = row.outcome.answer
    return (
        row.number,
        row.device_id,
        row.label,
        line.state.value,
        answer.code if answer else None,
        line.reason or (answer.message if answer else ""),
        answer.log_id if answer else "",
        (answer.time if answer else row.added_at).isoformat(timespec="seconds"),
        row.outcome.attempts,
        row.source.value,
        row.operator,
        line.profile,
    )


def _written(cell: str | int | None) -> str | int | None:
    """Numbers are ours and stay numbers. A NUL would make the file binary, so its picture stands for it."""
    return defuse(cell.replace("\0", "\u2400")) if isinstance(cell, str) else cell
