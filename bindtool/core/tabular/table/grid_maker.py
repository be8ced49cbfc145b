"""A grid as it grows, row by row.

Owns what holds for every kind of workbook: blank rows are left out, a cell that is merged over several rows stands
in each of them, and there is an end to what a program's memory holds.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import Watch
from bindtool.core.tabular.table.grid import Grid, GridRow, has_text
from bindtool.core.tabular.table.room import MOST_COLUMNS, Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.tabular.table.grid import Fault

_NOBODY = Watch()
_STEP = 100


class GridMaker:
    """Takes rows from above to below.

    Args:
        room: what there is for the whole file.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._merging = Room()
        self._merged: list[tuple[int, int, int]] = []
        self._rows: list[GridRow] = []
        self._faults: dict[tuple[int, int], Fault] = {}

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def add(
        self,
        number: int,
        cells: Mapping[int, str],
        faults: Mapping[int, Fault] | None = None,
        *,
        hidden: bool = False,
    ) -> None:
        """Add a row: its cells and what is wrong with them by column, from 0. One without any text is left out.

        Raises:
            BadInput: "file.too_large".
        """
        if not faults and not any(map(has_text, cells.values())):
            return
        width = max(cells) + 1
        if width > MOST_COLUMNS:
            raise BadInput("file.too_large")
        self._room.take(rows=1, cells=width, characters=sum(map(len, cells.values())))
        row = [""] * width
        for column, text in cells.items():
            row[column] = text
        self._rows.append(GridRow(number, tuple(row), hidden))
        for column, fault in (faults or {}).items():
            self._faults[number, column] = fault

    def merge(self, first_row: int, last_row: int, column: int) -> None:
        """Let a cell stand in the rows below it too, as far as there is anything in them; rows count from 1.

        That is done at the end: workbooks name merged cells before or behind all rows.

        Raises:
            BadInput: "file.too_large".
        """
        self._merging.take(rows=1)
        self._merged.append((first_row, last_row, column))

    def _merge(self, first_row: int, last_row: int, column: int) -> None:
        at = bisect_left(self._rows, first_row, key=_number)
        if at == len(self._rows) or self._rows[at].number != first_row:
            return
        text, fault = self._rows[at].cell(column), self._faults.get((first_row, column))
        for below in range(at + 1, len(self._rows)):
            row = self._rows[below]
            if row.number > last_row:
                return
            self._room.take(cells=1, characters=len(text))
            if row.cell(column):
                continue
            cells = [*row.cells, *[""] * (column + 1 - len(row.cells))]
            cells[column] = text
            self._rows[below] = replace(row, cells=tuple(cells))
            if fault is not None:
                self._faults[row.number, column] = fault

    def grid(self, watch: Watch = _NOBODY) -> Grid:
        """Return what there is; merged cells stand in all their rows.

        Raises:
            BadInput: "file.too_large".
            ReadingStopped: `watch` says so.
        """
        for count, merged in enumerate(self._merged):
            if count % _STEP == 0:
                watch.quietly().at(0)
            self._merge(*merged)
        self._merged.clear()
        return Grid(tuple(self._rows), self._faults)


def _number(row: GridRow) -> int:
    return row.number
