"""The devices of one `bind`: read from its file, and reported to another.

Owns reading FILE and writing the report. What stands in a table, what makes a row and how a report looks is for the
core.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.atomic import write_atomically
from bindtool.core.errors import BadInput
from bindtool.core.intake import Arrival, Stamp, take_list
from bindtool.core.labeller import Labeller
from bindtool.core.labels import LabelTemplate
from bindtool.core.report import report_csv
from bindtool.core.row import Source
from bindtool.core.sheet import Sheet
from bindtool.core.tabular import read_table
from bindtool.wording import report_lines

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.surroundings import Surroundings
    from bindtool.core.profile import Profile
    from bindtool.texts import Texts

STANDARD_INPUT = "-"


def read_devices(
    given: argparse.Namespace, surroundings: Surroundings, profile: Profile, labels: Labeller | None = None
) -> Sheet:
    """Return the rows of FILE, numbered by their lines. They count as saved: none is shown before it is.

    `labels`: what gives a device its label where FILE has none; the profile's template, if not given.

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
        labels or Labeller(LabelTemplate.parse(profile.label_template)),
        profile.scan,
    )
    arrivals = [Arrival(row.device_id, row.label, row.line) for row in table.rows]
    return Sheet(row.as_saved() for row in take_list(Sheet(), arrivals, stamp))


def origin_of(file: str) -> str:
    """Return the name under which the sheet of a file is kept."""
    name = Path(file).name
    # A window's own sheet has this origin.
    return name if name != "window" else "./window"


def write_report(path: str, sheet: Sheet, profile: Profile, texts: Texts) -> None:
    """Write the report of all rows as they stand.

    Raises:
        BadInput: "file.unwritable".
    """
    write_atomically(Path(path), report_csv(report_lines(texts, sheet, profile.name)))


def _content(file: str, surroundings: Surroundings) -> bytes:
    if file == STANDARD_INPUT:
        return surroundings.stdin.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise BadInput("file.unreadable", path=file, why=error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the name
        raise BadInput("file.unreadable", path=file, why=str(error)) from error
