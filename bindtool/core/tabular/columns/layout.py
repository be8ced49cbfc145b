"""Which columns of a table have the ids and the labels: by the names that people give them, else by place."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.tabular.columns.names import IDS, LABELS, folded, rank
from bindtool.core.tabular.table.grid import HEAD, column_name, has_text
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, NOTHING_CHOSEN, NOTHING_KNOWN, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.tabular.table.grid import Grid, GridRow
    from bindtool.core.tabular.table.result import Choices, Known

_DIGEST = 16


def recognise(grid: Grid, choices: Choices = NOTHING_CHOSEN, known: Known = NOTHING_KNOWN) -> Layout:
    """Return where id and label stand: as chosen, else by a header in the first rows, else the first columns.

    A header is a row with a cell that names the ids; one that names the labels too goes before it.
    """
    answer = known.remembered.get(make_of(grid)) if known.remembered and choices.names_no_column else None
    choices = answer or choices
    header = _header(grid, choices)
    names = header.cells if header is not None else ()
    by_name = _named(names, IDS)
    id_column = choices.id_column
    if id_column is None:
        id_column = by_name if by_name != NO_COLUMN else _first_column(grid, header)
    label_column = choices.label_column
    if label_column is None:
        label_column = _named(names, LABELS, but=id_column)
        if label_column == NO_COLUMN and by_name == NO_COLUMN:
            label_column = id_column + 1 if id_column + 1 < grid.width else NO_COLUMN
    number = header.number if header is not None else NO_HEADER
    return Layout(number, id_column, label_column, _why(header, id_column), remembered=answer is not None)


def named_columns(grid: Grid) -> int:
    """Return how many of the two columns a header names: 0, 1 or 2. The sheet with the ids has most."""
    return max(map(_columns_named, grid.rows[:HEAD]), default=0)


def make_of(grid: Grid) -> str:
    """Return the key under which is remembered what a person chose for lists of this make.

    Lists with the same names of columns in the same order have the same, whatever a person chose; of those without
    a header, lists of the same width. No cell below the header has a part in it.
    """
    header = _header(grid, NOTHING_CHOSEN)
    make = "\t".join(map(folded, header.cells)).rstrip("\t") if header is not None else str(grid.width)
    return blake2b(make.encode(errors="replace"), digest_size=_DIGEST).hexdigest()


def _header(grid: Grid, choices: Choices) -> GridRow | None:
    if choices.header is not None:
        return next((row for row in grid.rows if row.number == choices.header), None)
    best = max(grid.rows[:HEAD], key=_columns_named, default=None)
    return best if best is not None and _columns_named(best) else None


def _columns_named(row: GridRow) -> int:
    ids = _named(row.cells, IDS)
    return 0 if ids == NO_COLUMN else 1 + (_named(row.cells, LABELS, but=ids) != NO_COLUMN)


def _named(names: tuple[str, ...], ranks: Mapping[str, int], but: int = NO_COLUMN) -> int:
    ranked = [(rank(name, ranks), column) for column, name in enumerate(names) if column != but]
    return min(((at, column) for at, column in ranked if at is not None), default=(0, NO_COLUMN))[1]


def _first_column(grid: Grid, header: GridRow | None) -> int:
    """Return the first column that holds anything."""
    rows = [row for row in grid.rows if header is None or row.number > header.number][:HEAD]
    filled = (column for row in rows for column, cell in enumerate(row.cells) if has_text(cell))
    return min(filled, default=0)


def _why(header: GridRow | None, id_column: int) -> Message:
    column = column_name(id_column)
    if header is None:
        return Message.of("layout.no_header", column=column)
    return Message.of("layout.header", row=header.number, column=column, name=header.cell(id_column).strip())
