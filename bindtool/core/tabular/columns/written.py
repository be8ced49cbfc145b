"""Columns on the command line: given as a letter, a number or a name, recognised by name, and displayed."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.safe_text import first_few, shortened
from bindtool.core.tabular.columns.layout import discarded_above, has_rival, recognise
from bindtool.core.tabular.columns.names import PLAIN_IDS, folded
from bindtool.core.tabular.table.grid import HEAD, Grid, GridRow, column_name, has_text
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, Choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_LONGEST = 40
_MOST_SHOWN = 12
_EXAMPLES = 3


def written_columns(grid: Grid, id_column: str | None, label_column: str | None) -> Choices:
    """Parse columns given as "C", "3" or "Serial"; None leaves one to the guess.

    Case, width and punctuation are ignored. `label_column` is "" if no column has the labels. For a name, the first
    row that contains it becomes the header, if the recognised one lacks it.

    Raises:
        BadInput: "file.no_such_column" with `column` and `columns`; "file.ambiguous_column" with the same if it
            is the name of several columns, or of one and the letter or number of another; "file.empty".
    """
    if not grid.rows:
        raise BadInput("file.empty")
    if id_column is None and not label_column:
        return Choices(label_column=None if label_column is None else NO_COLUMN)
    label = label_column or None
    names = [text for text in (id_column, label) if text is not None and _place(text, grid) is None]
    header = _header(grid, names)

    def column(text: str | None) -> int | None:
        return None if text is None else _column(grid, header, text)

    number = header.number if header is not None and names else None
    return Choices(
        header=number,
        id_column=column(id_column),
        label_column=NO_COLUMN if label_column == "" else column(label),
    )


def plainly_named(grid: Grid, header: int) -> int | None:
    """Return the column that a script takes by its name, one of `PLAIN_IDS`; None for none or several.

    None too if another column has two cells of the same shape, or a title such as "Removed" stands above. `header`:
    the number of the header row.
    """
    names = next((row for row in grid.rows if row.number == header), None)
    found = [at for at, cell in enumerate(names.cells if names is not None else ()) if folded(cell) in PLAIN_IDS]
    if names is None or len(found) != 1 or found[0] in grid.hidden or any(discarded_above(grid, names)):
        return None
    rows = [row for row in grid.rows if row.number > header]
    columns = [[row.cell(at) for row in rows] for at in range(grid.width)]
    return None if has_rival(columns, found[0]) else found[0]


def shown_columns(grid: Grid, header: int, columns: Sequence[int], *, examples: bool = True) -> str:
    """Describe columns for a person, as in "C “Serial” (SPK1, SPK2); D (A4:C1)".

    `header`: the number of the header row. `examples`: include some of their cells.
    """
    title = next((row for row in grid.rows if row.number == header), None)
    rows = [row for row in grid.rows[: 2 * HEAD] if row.number > header]
    shown = (_shown(column, title, rows if examples else ()) for column in columns)
    return "; ".join(first_few(shown, _MOST_SHOWN))


def _shown(column: int, header: GridRow | None, rows: Iterable[GridRow]) -> str:
    name = _one_line(header.cell(column)) if header is not None else ""
    filled = dict.fromkeys(_one_line(row.cell(column)) for row in rows if has_text(row.cell(column)))
    examples = ", ".join(islice(filled, _EXAMPLES))
    return " ".join(
        [column_name(column), *([f"“{name}”"] if name else []), *([f"({examples})"] if examples else [])]
    )


def _one_line(cell: str) -> str:
    return shortened(" ".join(cell.split()), _LONGEST)


def _header(grid: Grid, names: Sequence[str]) -> GridRow | None:
    """Return the row that contains all these names; for no names, the recognised header."""
    recognised = recognise(grid).header
    # The recognised one first, then the others in order.
    rows = sorted(grid.rows[:HEAD], key=lambda row: row.number != recognised)
    if not names:
        return rows[0] if recognised != NO_HEADER else None
    for row in rows:
        if all(_named(row, name) for name in names):
            return row
    missing = next(name for name in names if recognised == NO_HEADER or not _named(rows[0], name))
    raise _error("file.no_such_column", missing, grid, recognised, range(grid.width))


def _column(grid: Grid, header: GridRow | None, text: str) -> int:
    found = _named(header, text) if header is not None else set()
    place = _place(text, grid)
    if place is not None:
        found.add(place)
    if len(found) > 1:
        number = header.number if header is not None else NO_HEADER
        raise _error("file.ambiguous_column", text, grid, number, sorted(found))
    return found.pop()


def _error(id_: str, text: str, grid: Grid, header: int, columns: Sequence[int]) -> BadInput:
    return BadInput(id_, column=text, columns=shown_columns(grid, header, columns, examples=False))


def _named(header: GridRow, name: str) -> set[int]:
    wanted = folded(name)
    return {column for column, cell in enumerate(header.cells) if wanted and folded(cell) == wanted}


def _place(text: str, grid: Grid) -> int | None:
    """Return the column with this letter or number; None if the table has none."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if re.fullmatch("[0-9]{1,5}", plain):
        column = int(plain) - 1
    elif re.fullmatch("[A-Z]{1,3}", plain):
        column = -1
        for letter in plain:
            column = (column + 1) * 26 + ord(letter) - ord("A")
    else:
        return None
    return column if 0 <= column < grid.width else None
