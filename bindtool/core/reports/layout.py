"""The contents of a report, for a workbook or a printed page.

Values only. The words come from `i18n.report_text`; the arrangement is decided in `report_xlsx` and
`gui.reports.print_layout`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.reports.csv_writer import ReportLine


@dataclass(frozen=True, slots=True)
class SumTable:
    """A small table: its title, its column titles, and rows of a name and figures; "" for no figure."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one sheet under its name."""

    name: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    `practice`: the mark of practice mode, "" for real use. `facts`: names and values, such as the job. `notes`:
    reservations, each a sentence. `sums`: a row for each sheet, and their total if there are several. `hours`:
    hour, bound and refused; empty without answers. `columns`: of the lines, by the names of `csv_writer.COLUMNS`.
    `tabs`: a workbook's sheet names for lines and summary.
    """

    title: str
    practice: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    sums: SumTable
    hours: SumTable
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    tabs: tuple[str, str]

    @property
    def lines(self) -> tuple[ReportLine, ...]:
        """All lines, sheet by sheet."""
        return tuple(line for section in self.sections for line in section.lines)
