"""Facts of the columns of a list, for a person who chooses: name, examples, and how many are distinct or alike."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from bindtool.core.barcode.recent_ids import Shape
from bindtool.core.model.device import normalise
from bindtool.core.tabular.table.grid import has_text
from bindtool.core.tabular.table.result import NO_COLUMN
from bindtool.values import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.tabular.table.result import ReadList

_EXAMPLES = 3
_MOST_COLUMNS = 256
_FEW, _FEWEST_ROWS = 6, 5
"""Values that come again and again are counted where there are so few of them in so many rows."""


@value(frozen=True, slots=True)
class ColumnFacts:
    """A column below its header.

    `name`: "" for none. `examples`: its first values, each once. `distinct`: how many values there are. `empty`:
    how many cells have none. `alike`: how many are made like those of the marked column. `counts`: its values, the
    most frequent first, with how often each occurs, where a few come again and again; else none.
    """

    index: int
    name: str
    examples: tuple[str, ...]
    distinct: int
    empty: int
    alike: int
    counts: tuple[tuple[str, int], ...] = ()


def facts_of(read: ReadList) -> tuple[ColumnFacts, ...]:
    """Return what is in each column of a list, in the rows from which it takes its devices."""
    grid, layout = read.opened.grid, read.layout
    header = next((row for row in grid.rows if row.number == layout.header), None)
    rows = [row for row in grid.rows if row.number > layout.header]
    texts = {
        column: [normalise(row.cell(column)) for row in rows] for column in range(min(grid.width, _MOST_COLUMNS))
    }
    shapes = _shapes(texts[layout.id_column]) if layout.id_column != NO_COLUMN else frozenset()
    return tuple(
        _facts(column, header.cell(column) if header is not None else "", cells, shapes)
        for column, cells in texts.items()
    )


def _shapes(cells: Sequence[str]) -> frozenset[Shape]:
    """Return the shapes that several cells have, or all where none has."""
    counts = Counter(Shape.of(cell) for cell in cells if has_text(cell))
    return frozenset(shape for shape, count in counts.items() if count > 1) or frozenset(counts)


def _facts(column: int, name: str, cells: Sequence[str], shapes: frozenset[Shape]) -> ColumnFacts:
    values = Counter(cell for cell in cells if has_text(cell))
    filled = values.total()
    few = 1 < len(values) <= _FEW and filled >= max(_FEWEST_ROWS, 2 * len(values))
    return ColumnFacts(
        column,
        " ".join(name.split()),
        tuple(islice(values, _EXAMPLES)),
        len(values),
        len(cells) - filled,
        sum(count for cell, count in values.items() if Shape.of(cell) in shapes),
        tuple(values.most_common()) if few else (),
    )
