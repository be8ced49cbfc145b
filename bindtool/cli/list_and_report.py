"""The input and output of one `bind`: reads FILE, and writes the report.

A table is read in `core.tabular`, rows are made in `core.intake`, a report is formatted in `core.reports`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.cli.interruption import interruptible
from bindtool.core.common.atomic_files import write_atomically
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput
from bindtool.core.intake.holds import hold_other_case, hold_unseen_labels
from bindtool.core.intake.intake import Stamp, take_list
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.row import Row, SheetHead, Source
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.tabular.columns.facts import fates_of
from bindtool.core.tabular.columns.written import plainly_named, shown_columns, written_columns
from bindtool.core.tabular.reader import open_list, read_limited, read_rows
from bindtool.core.tabular.table.grid import column_name
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, Choices, Known, ReadList
from bindtool.core.tabular.text_encoding import ENCODINGS, encoding_called

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.common.clock import Clock
    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts

STANDARD_INPUT = "-"


def read_devices(
    given: argparse.Namespace,
    process: ProcessEnvironment,
    profile: Profile,
    console: Console,
    labels: Labeller,
) -> Sheet:
    """Return the rows of FILE, numbered by its lines or a workbook's rows, and report the columns of id and label.

    They count as saved: none is shown before it is.

    `labels`: assigns labels to devices without one in FILE.

    Raises:
        BadInput: the file can't be read or is no table, an option names a missing part of it, or its columns are
            not clear.
    """
    found = _read(given, process, profile, console)
    if found.layout.header != NO_HEADER or found.opened.grid.width > 1:
        _print_layout(given.file, found, console)
    stamp = Stamp(
        Source.FILE,
        process.clock.now(),
        given.operator.strip(),
        labels,
        profile.scan,
        saved=True,
    )
    rows = hold_other_case(Sheet(), take_list(Sheet(), found.arrivals(numbered=True), stamp))
    return Sheet(hold_unseen_labels(rows, stamp.labels))


def check_report(given: argparse.Namespace, process: ProcessEnvironment) -> None:
    """Check that the report can be written to its path, before anything is sent.

    Raises:
        BadInput: "cli.no_folder_for_report", or those of `check_output`: it would overwrite FILE, say.
    """
    if given.report is None:
        return
    # As in `write_report`.
    from bindtool.core.common.output_files import check_output, is_folder

    path = Path(given.report)
    if not is_folder(path.absolute().parent):
        raise BadInput("cli.no_folder_for_report", path=given.report)
    inputs: list[Path | int] = [Path(given.file)]
    if given.file == STANDARD_INPUT:
        inputs.clear()
        with suppress(OSError):  # it may be no regular file
            inputs.append(process.stdin.fileno())
    check_output(path, DataFolder.of(process.environ), inputs)


def origin_of(file: str) -> str:
    """Return the origin of the sheet of a file."""
    name = Path(file).name
    # "window" is the origin of a window's own sheet.
    return name if name != "window" else "./window"


def write_report(
    given: argparse.Namespace,
    sheet: Sheet,
    profile: Profile,
    texts: Texts,
    clock: Clock,
    requests: int | None = None,
) -> None:
    """Write the report of all rows in their current state to `--report`, if given.

    `requests`: the number sent; None if unknown.

    Raises:
        BadInput: "file.unwritable", "file.in_use".
    """
    if given.report is None:
        return
    # Most runs write no report, and need not wait for the import.
    from bindtool.core.reports.rows import part_of
    from bindtool.i18n.report_text import report_file, report_of

    path, now = Path(given.report), clock.now()
    head = SheetHead(0, now, profile.name, operator=given.operator.strip(), origin=origin_of(given.file))
    part = part_of(head, sheet, unchecked=profile.behaviour is Behaviour.NOT_CHECKED)
    part = replace(part, requests=requests)
    title = texts("report.of_file", file=Path(given.file).name)
    report = report_of(texts, title, [part], now, practice=given.practice)
    write_atomically(path, report_file(report, path.suffix))


def change_saved(sheet: Sheet, rows: Sequence[Row]) -> None:
    """Replace rows of a file, which count as saved: none is shown before it is."""
    sheet.change(rows)
    sheet.mark_saved([row.number for row in rows])


def _print_layout(file: str, found: ReadList, console: Console) -> None:
    sheet = found.opened.sheet
    name = f"{origin_of(file)} · {sheet}" if sheet else origin_of(file)
    layout, texts = found.layout, console.texts
    why = texts.say(layout.why)
    if layout.label_column != NO_COLUMN:
        why = texts("import.ids_and_labels", ids=why, column=column_name(layout.label_column))
    console.say(texts("cli.list_read", file=name, why=why))


def _read(given: argparse.Namespace, process: ProcessEnvironment, profile: Profile, console: Console) -> ReadList:
    # A pipe may stay silent, and reading a list may take long: meanwhile no loop handles a signal.
    with interruptible():
        source = read_limited(process.stdin) if given.file == STANDARD_INPUT else Path(given.file)
        encoding = _encoding(given.encoding)
        said = profile.list_rules
        sheet = given.sheet if given.sheet is not None else said.sheet or None
        opened = open_list(source, choices=Choices(encoding, sheet=sheet))
        if given.sheet is not None and not opened.sheets:
            raise BadInput("cli.no_sheets", file=origin_of(given.file))
        if encoding is not None and not opened.encoding:
            raise BadInput("cli.no_encoding", file=origin_of(given.file))
        id_column = given.id_column if given.id_column is not None else said.id_column or None
        label_column = given.label_column if given.label_column is not None else said.label_column
        columns = written_columns(opened.grid, id_column, label_column)
        # Devices seen before on this computer are ignored: the same file gives the same result everywhere.
        columns = replace(columns, sheet=sheet)
        found = read_rows(opened, columns, Known(profile.scan))
        if found.layout.doubt is not None and columns.id_column is None:
            taken = plainly_named(opened.grid, found.layout.header)
            if taken is not None:
                found = read_rows(opened, replace(columns, id_column=taken), Known(profile.scan))
    if not found.rows and found.layout.doubt is None:
        raise BadInput("file.empty")
    _check_clear(found, given.file, console)
    _check_fates(found, given.file, console, named=columns.id_column is not None)
    return found


def _check_fates(found: ReadList, file: str, console: Console, *, named: bool) -> None:
    """Report the frequency of each value about the fate of a row, which is never interpreted.

    `named`: the column of the ids was named by an option or the profile.

    Raises:
        BadInput: "cli.fates", it was not.
    """
    fates = fates_of(found)
    if fates:
        # Few lists have one.
        from bindtool.core.reports.csv_writer import COLUMNS

        header = next((row.cells for row in found.opened.grid.rows if row.number == found.layout.header), ())
        # Our own reports have the outcome of another run.
        fates = () if header[: len(COLUMNS)] == COLUMNS else fates
    counts = "; ".join(fate.summary for fate in fates)
    if fates and not named:
        column = column_name(found.layout.id_column)
        raise BadInput("cli.fates", file=origin_of(file), counts=counts, column=column)
    if fates:
        console.say(counts)


def _encoding(name: str | None) -> str | None:
    """Return the encoding by any of its names, None for no name.

    Raises:
        BadInput: "cli.no_such_encoding".
    """
    found = None if name is None else encoding_called(name)
    if found is None and name is not None:
        raise BadInput("cli.no_such_encoding", encoding=name, encodings=", ".join(ENCODINGS.values()))
    return found


def _check_clear(found: ReadList, file: str, console: Console) -> None:
    """Check that ids and labels are unambiguous, since no person can be asked.

    Raises:
        BadInput: "cli.unclear_encoding", "cli.unclear_sheet", "cli.unclear_columns".
    """
    layout, opened, name = found.layout, found.opened, origin_of(file)
    if found.unclear_encoding is not None:
        row = next(row for row in found.rows if not (row.device_id + row.label).isascii())
        text = row.label if row.device_id.isascii() else row.device_id
        values = found.unclear_encoding.values
        raise BadInput("cli.unclear_encoding", file=name, row=row.number, text=text, **values)
    if opened.unclear_sheet is not None:
        why = console.texts.say(opened.unclear_sheet)
        raise BadInput("cli.unclear_sheet", file=name, why=why, sheet=opened.sheet)
    if layout.doubt is not None:
        columns = layout.candidates or range(opened.grid.width)
        raise BadInput(
            "cli.unclear_columns",
            file=name,
            why=console.texts.say(layout.doubt),
            columns=shown_columns(opened.grid, layout.header, columns),
            column=column_name(columns[0]),
        )
