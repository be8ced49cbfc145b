"""The devices of one `bind`: read from its file, and reported to another.

Owns reading FILE and writing the report. What stands in a table, what makes a row and how a report looks is for the
core.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.atomic import write_atomically
from bindtool.core.channel import Behaviour
from bindtool.core.errors import BadInput
from bindtool.core.intake import Arrival, Stamp, take_list
from bindtool.core.labels import LabelTemplate
from bindtool.core.report_parts import part_of
from bindtool.core.row import SheetHead, Source
from bindtool.core.sheet import Sheet
from bindtool.core.tabular import read_table
from bindtool.reporting import report_file, report_of

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.surroundings import Surroundings
    from bindtool.core.clock import Clock
    from bindtool.core.profile import Profile
    from bindtool.texts import Texts

STANDARD_INPUT = "-"


def read_devices(given: argparse.Namespace, surroundings: Surroundings, profile: Profile) -> Sheet:
    """Return the rows of FILE, numbered by their lines. They count as saved: none is shown before it is.

    Raises:
        BadInput: the file can't be read or is no table; the report could not be written where it is wanted.
    """
    if given.report is not None and not Path(given.report).absolute().parent.is_dir():
        raise BadInput("cli.no_folder_for_report", path=given.report)
    table = read_table(_content(given.file, surroundings))
    stamp = Stamp(
        Source.FILE,
        surroundings.clock.now(),
        given.operator.strip(),
        LabelTemplate.parse(profile.label_template),
        profile.scan,
    )
    arrivals = [Arrival(row.device_id, row.label, row.line) for row in table.rows]
    return Sheet(row.as_saved() for row in take_list(Sheet(), arrivals, stamp))


def origin_of(file: str) -> str:
    """Return the name under which the sheet of a file is kept."""
    name = Path(file).name
    # A window's own sheet has this origin.
    return name if name != "window" else "./window"


def write_report(given: argparse.Namespace, sheet: Sheet, profile: Profile, texts: Texts, clock: Clock) -> None:
    """Write the report of all rows as they stand to `--report`, where it was asked for.

    Raises:
        BadInput: "file.unwritable", "file.in_use".
    """
    if given.report is None:
        return
    path, now = Path(given.report), clock.now()
    head = SheetHead(0, now, profile.name, operator=given.operator.strip(), origin=origin_of(given.file))
    part = part_of(head, sheet, unchecked=profile.behaviour is Behaviour.NOT_CHECKED)
    title = texts("report.of_file", file=Path(given.file).name)
    report = report_of(texts, title, [part], now, practice=given.practice)
    write_atomically(path, report_file(report, path.suffix))


def _content(file: str, surroundings: Surroundings) -> bytes:
    if file == STANDARD_INPUT:
        return surroundings.stdin.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise BadInput("file.unreadable", path=file, why=error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the name
        raise BadInput("file.unreadable", path=file, why=str(error)) from error
