"""Where in a table the ids and the labels stand.

Owns the guess, and that a person's choice goes before it. What the columns are called is for `columns`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.tabular.table.columns import id_rank, label_rank
from bindtool.core.tabular.table.grid import HEAD, column_name, has_text
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, Choices, Layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.tabular.table.grid import Grid, GridRow

_NOTHING_CHOSEN = Choices()


def lay_out(grid: Grid, choices: Choices = _NOTHING_CHOSEN) -> Layout:
    """Return where id and label stand: as chosen, else by a header in the first rows, else the first columns.

    A header is a row with a cell that names the ids; one that names the labels too goes before it.
    """
    header = _header(grid, choices)
    names = header.cells if header is not None else ()
    by_name = _named(names, id_rank)
    id_column = choices.id_column
    if id_column is None:
        id_column = by_name if by_name != NO_COLUMN else _first_column(grid, header)
    label_column = choices.label_column
    if label_column is None:
        label_column = _named(names, label_rank, but=id_column)
        if label_column == NO_COLUMN and by_name == NO_COLUMN:
            label_column = id_column + 1 if id_column + 1 < grid.width else NO_COLUMN
    number = header.number if header is not None else NO_HEADER
    return Layout(number, id_column, label_column, _why(header, id_column))


def knows(grid: Grid) -> int:
    """Return how many of the two columns a header names: 0, 1 or 2. The sheet with the ids has most."""
    return max(map(_columns_named, grid.rows[:HEAD]), default=0)


def _header(grid: Grid, choices: Choices) -> GridRow | None:
    if choices.header is not None:
        return next((row for row in grid.rows if row.number == choices.header), None)
    best = max(grid.rows[:HEAD], key=_columns_named, default=None)
    return best if best is not None and _columns_named(best) else None


def _columns_named(row: GridRow) -> int:
    ids = _named(row.cells, id_rank)
    return 0 if ids == NO_COLUMN else 1 + (_named(row.cells, label_rank, but=ids) != NO_COLUMN)


def _named(names: tuple[str, ...], rank_of: Callable[[str], int | None], but: int = NO_COLUMN) -> int:
    ranked = [(rank_of(name), column) for column, name in enumerate(names) if column != but]
    return min(((rank, column) for rank, column in ranked if rank is not None), default=(0, NO_COLUMN))[1]


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
