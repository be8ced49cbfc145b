"""The result of reading a list: the guess, a person's choices instead, every row, and the certainty of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from string import ascii_uppercase
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.profiles.profile import ListRules
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.tabular.text_encoding import ENCODINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bindtool.core.common.progress import ReadingProgress
    from bindtool.core.tabular.table.grid import Grid

NO_HEADER = 0
NO_COLUMN = -1
_MOST_NAMED = 4
"""Sheets named in the question which one to take."""


class ListKind(StrEnum):
    """The kind of a file, whatever its name, or the clipboard."""

    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    CLIPBOARD = "clipboard"

    @property
    def is_text(self) -> bool:
        """Whether its cells are pieces of a text, in which formulas may have been escaped for a spreadsheet."""
        return self in {ListKind.TEXT, ListKind.CLIPBOARD}


@dataclass(frozen=True, slots=True)
class Choices:
    """A person's choices; None leaves one to the guess.

    `encoding` applies to text and pages, `delimiter` to text, `sheet` to workbooks and pages. `header`: the number
    of the header row, `NO_HEADER` for none. Columns count from 0; `label_column` may be `NO_COLUMN`.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int | None = None
    id_column: int | None = None
    label_column: int | None = None

    @property
    def names_no_column(self) -> bool:
        """Whether the columns and their names are left to the guess."""
        return self.header is None and self.id_column is None and self.label_column is None


NOTHING_CHOSEN = Choices()


@dataclass(frozen=True, slots=True)
class Known:
    """The facts known before a list is read. The command line uses the rules alone, so that all machines agree.

    `rules` and `lists`: the profile's. `remembered`: a person's choices for lists of a layout, by its key, see
    `make_of`; only their columns count.
    """

    rules: ScanRules = field(default=ScanRules())
    remembered: Mapping[str, Choices] = field(default_factory=dict)
    lists: ListRules = field(default=ListRules())


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of a workbook."""

    name: str
    hidden: bool = False


class Workbook:
    """An open file with all of its rows; a reader that reads one sheet at a time has a class of its own.

    `sheets`: from left to right.
    """

    def __init__(self, sheets: Sequence[SheetName], grids: Sequence[Grid] = ()) -> None:
        self.sheets = sheets
        self._grids = grids

    def head(self, place: int, progress: ReadingProgress) -> Grid:
        """Return the first rows of a sheet, those to search for a header, or more."""
        return self.grid(place, progress)

    def grid(self, place: int, progress: ReadingProgress) -> Grid:  # noqa: ARG002 - others read now
        """Return all rows of a sheet.

        Raises:
            BadInput: "file.damaged", "file.encrypted", "file.hostile", "file.too_large".
            ReadingStopped: `progress` says so.
        """
        return self._grids[place]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file with its cells read. `encoding` and `delimiter` are "" for a workbook, `sheet` is "" for text.

    `unclear`: its encoding may be another than `encoding`. `rivals`: other sheets that may be the list, if a person
    has not chosen.
    """

    kind: ListKind
    grid: Grid
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[SheetName, ...] = ()
    rivals: tuple[str, ...] = ()
    unclear: bool = False

    @property
    def unclear_sheet(self) -> Message | None:
        """That another sheet may be the list as well; None if none may, or one was chosen."""
        if not self.rivals:
            return None
        return Message.of("doubt.sheets", sheets=" / ".join([self.sheet, *self.rivals][:_MOST_NAMED]))


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of id and label.

    `header`: the number of the header row, `NO_HEADER` for none. Columns count from 0; `label_column` is
    `NO_COLUMN` if there is none. `why`: how they were found, for display.

    `id_column`: in case of a doubt, only the likeliest one, `NO_COLUMN` if none is likelier than all others.
    `candidates`: the columns that may be the ids, the likeliest first. `doubt`: why a person is asked; None if it
    is clear, and only then may a row be taken unasked. `remembered`: a person chose so for a list of this layout.
    `notes`: the numbers of rows that are titles, notes or a count. `above`: those of rows above the header that may
    be devices, each with the column of its id.
    """

    header: int
    id_column: int
    label_column: int
    why: Message
    candidates: tuple[int, ...] = ()
    doubt: Message | None = None
    remembered: bool = False
    notes: frozenset[int] = frozenset()
    above: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of the list.

    `number`: its line or workbook row. `place`: the name of the cell that `refused` is about, such as "B7".
    `refused`: why it can't be taken unchanged. `held`: why a person has to see it; one tick removes it.
    `is_number`: the id's cell has a number, and no text.
    """

    number: int
    device_id: str
    label: str
    held: Hold | None = None
    refused: Hold | None = None
    place: str = ""
    is_number: bool = False


NO_DEVICE = frozenset({HoldReason.HEADER_AGAIN, HoldReason.SUM, HoldReason.NO_DEVICE})
"""The hold reasons of rows that are no devices."""

_NAMES_A_DEVICE = frozenset({HoldReason.ABOVE_HEADER, HoldReason.ID_MERGED, HoldReason.MORE_CELLS})
"""The hold reasons of rows with a certain id."""


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that has been read.

    `rows`: every non-blank row below the header, and before them possible devices above it. `unplaced`: cells with
    the shape of ids that are in no row, each with its name, such as "D7".
    """

    opened: Opened
    layout: Layout
    rows: tuple[ListRow, ...]
    unplaced: tuple[tuple[str, str], ...] = ()

    @property
    def refused(self) -> tuple[ListRow, ...]:
        """The rows that can't be taken unchanged."""
        return tuple(row for row in self.rows if row.refused is not None)

    @property
    def held(self) -> tuple[ListRow, ...]:
        """The rows that are taken and wait for a tick."""
        return tuple(row for row in self.rows if row.refused is None and row.held is not None)

    @property
    def named(self) -> tuple[tuple[str, ...], int]:
        """The cells that name devices, and the number of rows left out that may be devices as well.

        A sum is none, and a merged cell's repetition is named already. A hidden row, a row below other names, and a
        number that has lost digits name none with certainty.
        """
        ids = []
        left_out = 0
        for row in self.rows:
            why = row.refused or row.held
            if why is None or (row.refused is None and why.reason in _NAMES_A_DEVICE):
                ids.append(row.device_id)
            else:
                left_out += why.reason not in NO_DEVICE and why.reason is not HoldReason.CELL_MERGED
        return tuple(ids), left_out

    @property
    def unclear_encoding(self) -> Message | None:
        """That letters of ids or labels may be wrong; None if they are not, or all are ASCII."""
        if not self.opened.unclear or all(row.device_id.isascii() and row.label.isascii() for row in self.rows):
            return None
        return Message.of("layout.unclear_encoding", encoding=ENCODINGS[self.opened.encoding])

    def arrivals(self, *, numbered: bool = False) -> Iterator[Arrival]:
        """Yield all rows for `intake.take_list`; `numbered`: under their own numbers.

        A refused row is added without a text, so that no rule reads a broken one, and keeps its reason until a
        person gives it an id.
        """
        beside = {int(place.lstrip(ascii_uppercase)): text for text, place in reversed(self.unplaced)}
        return (
            Arrival(
                row.device_id if row.refused is None else "",
                row.label,
                row.number if numbered else None,
                row.refused or row.held,
                row.is_number,
                beside.get(row.number, ""),
            )
            for row in self.rows
        )


def is_certain(read: ReadList) -> bool:
    """Return whether nothing in a list needs a check.

    The columns of ids and labels and the encoding are certain, and every row can be taken.
    """
    return read.layout.doubt is None and read.unclear_encoding is None and not read.refused
