"""Summaries of a list's columns, for a person who chooses: name, examples, distinct and similar cells."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bindtool.core.barcode.recent_ids import Shape
from bindtool.core.common.safe_text import shortened
from bindtool.core.model.device import normalise
from bindtool.core.tabular.columns.names import DISCARDED
from bindtool.core.tabular.table.grid import GridRow, column_name, has_text
from bindtool.core.tabular.table.result import NO_COLUMN, ReadList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_EXAMPLES = 3
_MOST_COLUMNS = 256
_LONGEST = 40
"""Characters of a value that are shown."""
_FEW, _FEWEST_ROWS = 6, 5
"""Repeated values are counted if there are at most so many in at least so many rows."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column below its header.

    `name`: "" for none. `examples`: its first distinct values. `distinct`: the number of values. `empty`: the
    number of empty cells. `alike`: the number of cells with the shape of the marked column's. `counts`: its values,
    the most frequent first, with their frequency, if a few are repeated; else none.
    """

    index: int
    name: str
    examples: tuple[str, ...]
    distinct: int
    empty: int
    alike: int
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def title(self) -> str:
        """Its name, or its letter without one."""
        return self.name or column_name(self.index)

    @property
    def summary(self) -> str:
        """Its title and the frequency of each value, as in "状态: 在库 12 · 已报废 4"."""
        return f"{self.title}: " + " · ".join(f"{shortened(text, _LONGEST)} {n}" for text, n in self.counts)


def facts_of(read: ReadList) -> tuple[ColumnFacts, ...]:
    """Return a summary of each column of a list, in the rows from which devices are taken."""
    layout, rows = read.layout, _rows(read)
    ids = (normalise(row.cell(layout.id_column)) for row in rows) if layout.id_column != NO_COLUMN else ()
    return _facts_of(read, rows, range(min(read.opened.grid.width, _MOST_COLUMNS)), _shapes(ids))


def _rows(read: ReadList) -> Sequence[GridRow]:
    return [row for row in read.opened.grid.rows if row.number > read.layout.header]


def _facts_of(
    read: ReadList, rows: Sequence[GridRow], columns: Iterable[int], shapes: frozenset[Shape]
) -> tuple[ColumnFacts, ...]:
    header = next((row for row in read.opened.grid.rows if row.number == read.layout.header), None)
    return tuple(
        _facts(
            column,
            header.cell(column) if header is not None else "",
            [normalise(row.cell(column)) for row in rows],
            shapes,
        )
        for column in columns
    )


def fates_of(read: ReadList) -> tuple[ColumnFacts, ...]:
    """Return the columns of few values about the fate of a row, such as "状态", or a remark "作废"."""
    rows = _rows(read)
    few = [column for column in range(min(read.opened.grid.width, _MOST_COLUMNS)) if _has_few(rows, column)]
    return tuple(
        facts
        for facts in _facts_of(read, rows, few, frozenset())
        if facts.counts and (_FATE.search(facts.name) or any(DISCARDED.search(text) for text, _ in facts.counts))
    )


_FATE = re.compile(
    "状态|狀態|状態|操作|处理|處理|处置|是否|结果|結果|结论|判定|绑定|綁定|用途|去向|情况|상태|결과|처리"
    r"|\b(?:status|state|action|result|disposition|condition|bind|bound|decision|verdict|zustand|ergebnis|aktion)\b",
    re.IGNORECASE,
)


def _has_few(rows: Iterable[GridRow], column: int) -> bool:
    """Return whether a column has few values; most soon have too many."""
    found = {""}
    for row in rows:
        found.add(row.cell(column))
        if len(found) > _FEW + 1:
            return False
    return True


def _shapes(cells: Iterable[str]) -> frozenset[Shape]:
    """Return the shapes that several cells have, or all shapes if none has."""
    counts = Counter(Shape.of(cell) for cell in cells if has_text(cell))
    return frozenset(shape for shape, count in counts.items() if count > 1) or frozenset(counts)


def _facts(column: int, name: str, cells: Sequence[str], shapes: frozenset[Shape]) -> ColumnFacts:
    values = Counter(cell for cell in cells if has_text(cell))
    filled = values.total()
    few = 1 < len(values) <= _FEW and filled >= max(_FEWEST_ROWS, 2 * len(values))
    # A remark in some of the rows.
    few = few or (0 < len(values) <= _FEW and 2 * filled <= len(cells) and any(map(DISCARDED.search, values)))
    return ColumnFacts(
        column,
        " ".join(name.split()),
        tuple(islice(values, _EXAMPLES)),
        len(values),
        len(cells) - filled,
        sum(count for cell, count in values.items() if Shape.of(cell) in shapes),
        tuple(values.most_common()) if few else (),
    )
