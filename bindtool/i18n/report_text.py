"""Reports in words: the lines of sheets, their totals, and their owners, in the language of the person.

It decides the contents of a report and their titles. Its rows are chosen in `core.reports.rows`; files are made of
it in `core.reports`, pages in `gui.reports.print_layout`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from bindtool.core.common.safe_text import first_few
from bindtool.core.model.handoff import HandoffFormat
from bindtool.core.model.outcome import State
from bindtool.core.reports.csv_writer import BENCHES_COLUMNS, COLUMNS, ReportLine, cells, report_csv
from bindtool.core.reports.layout import Report, Section, SumTable
from bindtool.core.reports.totals import Hour, bound_at_several, device_sums, hours, sums
from bindtool.i18n.row_text import report_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bindtool.core.model.row import SheetHead
    from bindtool.core.reports.other_benches import BenchesOfDay
    from bindtool.core.reports.rows import ReportPart
    from bindtool.i18n.catalogue import Texts

_NAMED = 20
"""Devices of several benches that a note names; the others are found by their lines."""

WORKBOOK = ".xlsx"
TEXT = ".csv"

_OF_SUMS = (
    "column.sheet",
    "report.column_planned",
    "report.column_devices",
    "column.bound",
    "column.refused",
    "column.unknown",
    "report.column_open",
)
_OF_BENCHES = (
    "column.bench",
    "report.column_devices",
    "column.bound",
    "column.refused",
    "column.unknown",
    "report.column_open",
    "report.column_last",
)
_OF_HOURS = ("report.column_hour", "column.bound", "column.refused")


def report_of(
    texts: Texts,
    title: str,
    parts: Sequence[ReportPart],
    now: datetime,
    *,
    practice: bool,
    columns: Sequence[str] = COLUMNS,
    gone: Sequence[str] = (),
) -> Report:
    """Return the report of rows of sheets, sheet by sheet.

    Args:
        texts: the language.
        title: the subject of the report, in words.
        parts: the rows, a sheet after the other.
        now: when the report is made.
        practice: nothing of it was sent to Coze; each line says so after its profile.
        columns: of the lines, by the names of `csv_writer.COLUMNS`.
        gone: ids that were bound and whose rows are deleted.
    """
    sections = tuple(_section(texts, part, practice=practice) for part in parts)
    lines = tuple(line for section in sections for line in section.lines)
    return Report(
        title=title,
        practice=texts("report.practice") if practice else "",
        facts=_facts(texts, parts, lines, now),
        notes=_notes(texts, parts, gone),
        sums=_sums(texts, parts, sections),
        hours=_hours(texts, hours(lines)),
        columns=tuple(columns),
        sections=sections,
        tabs=(texts("report.tab_lines"), texts("report.tab_summary")),
    )


def report_of_benches(
    texts: Texts,
    title: str,
    parts: Sequence[ReportPart],
    benches: BenchesOfDay,
    now: datetime,
    *,
    practice: bool,
    gone: Sequence[str] = (),
) -> Report:
    """Return the report of rows of sheets, and of other benches' bindings, bench by bench.

    A device that several benches have bound has a line for each, and counts once.
    """
    report = report_of(texts, title, parts, now, practice=practice, columns=BENCHES_COLUMNS, gone=gone)
    own = tuple(
        replace(section, lines=tuple(replace(line, bench=benches.own) for line in section.lines))
        for section in report.sections
    )
    sections = (*own, *(Section(day.name, day.lines) for day in benches.others))
    lines = tuple(line for section in sections for line in section.lines)
    several = bound_at_several(lines)
    notes = [texts("report.only_bound")]
    if several:
        named = texts("list.separator").join(first_few(several, _NAMED))
        notes.append(texts("report.at_several", n=len(several), ids=named))
    return replace(
        report,
        facts=_facts(texts, parts, lines, now, list(chain.from_iterable(day.jobs for day in benches.others))),
        notes=(*report.notes, *notes),
        sums=_sums_of_benches(texts, benches.own, lines),
        hours=_hours(texts, hours(lines)),
        sections=sections,
    )


def report_file(report: Report, ending: str) -> bytes:
    """Return the report as a file with that extension: a workbook for `WORKBOOK`, CSV for any other."""
    if ending.lower() != WORKBOOK:
        return report_csv(report.lines, report.columns)
    # zipfile takes a few ms to load, and a `bind` that writes CSV or nothing does not need it.
    from bindtool.core.reports.report_xlsx import report_xlsx

    return report_xlsx(report)


def handoff_file(texts: Texts, part: ReportPart, form: HandoffFormat) -> bytes:
    """Return the rows of a run as a file: the report's columns as CSV, or as a JSON array of objects.

    In JSON an empty value is null.
    """
    lines = tuple(report_lines(texts, part.rows, part.head.profile))
    if form is HandoffFormat.CSV:
        return report_csv(lines)
    objects = (dict(zip(COLUMNS, values, strict=True)) for values in cells(lines, COLUMNS))
    written = (
        json.dumps({name: None if value == "" else value for name, value in each.items()}) for each in objects
    )
    return "[\n{}\n]\n".format(",\n".join(written)).encode()


def name_of(texts: Texts, head: SheetHead) -> str:
    """Return the name of a sheet: its job, or else the time when it was begun, and its profile if it has one."""
    which = head.job or f"{head.created_at:%Y-%m-%d %H:%M}"
    return " · ".join(filter(None, (which, texts.name(head.profile))))


def _section(texts: Texts, part: ReportPart, *, practice: bool) -> Section:
    profile = part.head.profile
    shown = texts("report.practised", profile=profile).strip() if practice else profile
    return Section(name_of(texts, part.head), tuple(report_lines(texts, part.rows, shown)))


def _facts(
    texts: Texts,
    parts: Sequence[ReportPart],
    lines: Sequence[ReportLine],
    now: datetime,
    remote_jobs: Sequence[str] = (),
) -> tuple[tuple[str, str], ...]:
    jobs = [*(part.head.job for part in parts), *remote_jobs]
    profiles = [
        *(texts.name(part.head.profile) for part in parts),
        *(line.profile for line in lines if line.remote),
    ]
    facts = [
        ("report.jobs", dict.fromkeys(filter(None, jobs))),
        ("report.profiles", dict.fromkeys(filter(None, profiles))),
        ("report.operators", dict.fromkeys(line.row.operator for line in lines if line.row.operator)),
    ]
    named = tuple((texts(id_), texts("list.separator").join(names)) for id_, names in facts if names)
    counted = [part.requests for part in parts if part.requests is not None]
    if counted:
        named = (*named, (texts("report.requests"), str(sum(counted))))
    return (*named, (texts("report.made"), f"{now:%Y-%m-%d %H:%M}"))


def _notes(texts: Texts, parts: Sequence[ReportPart], gone: Sequence[str]) -> tuple[str, ...]:
    unchecked = dict.fromkeys(texts.name(part.head.profile) for part in parts if part.unchecked)
    notes = [texts("report.unchecked", profile=profile) for profile in unchecked]
    if gone:
        notes.append(texts("report.gone", n=len(gone), ids=texts("list.separator").join(gone)))
    return tuple(notes)


def _sums(texts: Texts, parts: Sequence[ReportPart], sections: Sequence[Section]) -> SumTable:
    planned = [part.head.expected for part in parts]
    rows = [
        _sum_row(section.name, section.lines, expected) for section, expected in zip(sections, planned, strict=True)
    ]
    if len(parts) > 1:
        every = [line for section in sections for line in section.lines]
        known = [expected for expected in planned if expected is not None]
        rows.append(_sum_row(texts("report.total"), every, sum(known) if len(known) == len(planned) else None))
    return SumTable(texts("report.sums"), tuple(map(texts, _OF_SUMS)), tuple(rows))


def _sum_row(name: str, lines: Sequence[ReportLine], planned: int | None) -> tuple[str | int, ...]:
    of_lines = sums(lines)
    expected = "" if planned is None else planned
    return (name, expected, of_lines.total, of_lines.bound, of_lines.refused, of_lines.unknown, of_lines.open)


def _sums_of_benches(texts: Texts, own: str, lines: Sequence[ReportLine]) -> SumTable:
    by_bench: dict[str, list[ReportLine]] = {own: []}
    for line in lines:
        by_bench.setdefault(line.bench, []).append(line)
    rows = [_bench_row(name, of_bench, whole=name == own) for name, of_bench in by_bench.items()]
    total = _bench_row(texts("report.total"), lines, whole=False)
    return SumTable(texts("report.sums"), tuple(map(texts, _OF_BENCHES)), (*rows, total))


def _bench_row(name: str, lines: Sequence[ReportLine], *, whole: bool) -> tuple[str | int, ...]:
    """Return the figures of a bench; `whole`: its rows that are not bound are known as well."""
    counted = device_sums(lines)
    others = (counted.refused, counted.unknown, counted.open) if whole else ("", "", "")
    answers = (line.row.outcome.answer for line in lines if line.state is State.BOUND)
    last = max((answer.time for answer in answers if answer is not None), default=None)
    return (name, counted.total, counted.bound, *others, "" if last is None else f"{last:%H:%M}")


def _hours(texts: Texts, counted: Sequence[Hour]) -> SumTable:
    several = len({hour.begins.date() for hour in counted}) > 1
    form = "%m-%d %H:%M" if several else "%H:%M"
    rows = tuple((hour.begins.strftime(form), hour.bound, hour.refused) for hour in counted)
    return SumTable(texts("report.hours"), tuple(map(texts, _OF_HOURS)), rows)
