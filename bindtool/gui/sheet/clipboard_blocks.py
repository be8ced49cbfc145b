"""Converts between table cells and the clipboard: finds the cells the user means, and interprets a paste.

`core.tabular.clipboard` parses blocks of text, `core.tabular` lists; `edit_commands` changes the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QMimeData

from bindtool.core.common.errors import BadInput
from bindtool.core.intake.intake import Arrival
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.util.clipboard import block_of
from bindtool.gui.sheet.table_model import EDITABLE, SheetTableModel

if TYPE_CHECKING:
    from collections.abc import Iterable


_OURS = "application/x-bindtool-cells"
"""MIME type of our own copies: ids and labels apart, ids first, whatever other columns a spreadsheet gets."""


@dataclass(frozen=True, slots=True)
class Written:
    """The effect of a paste: texts for cells by row number and column, and texts to add below the last row."""

    texts: dict[int, dict[Column, str]]
    more: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class Selected:
    """The selected cells that are visible, by view row and column.

    `shown`: the visible columns, from the left.
    """

    cells: frozenset[tuple[int, Column]]
    shown: tuple[Column, ...] = tuple(Column)

    @classmethod
    def of(cls, selection: QItemSelection, shown: Iterable[Column]) -> Selected:
        """Return the cells of a selection, without hidden ones."""
        shown = tuple(shown)
        return cls(
            frozenset(
                (row, column)
                for part in selection.toList()
                for column in shown
                if part.left() <= column <= part.right()
                for row in range(part.top(), part.bottom() + 1)
            ),
            shown,
        )

    @property
    def rows(self) -> list[int]:
        """The view rows that have a selected cell, from the top."""
        return sorted({row for row, _ in self.cells})

    @property
    def can_be_written(self) -> bool:
        """Whether only ids and labels are selected: then the user means the cells, not whole rows."""
        return bool(self.cells) and all(column in EDITABLE for _, column in self.cells)

    @property
    def can_be_emptied(self) -> bool:
        """Whether only labels are selected. A row needs an id: with ids selected, the rows are meant."""
        return bool(self.cells) and all(column == Column.LABEL for _, column in self.cells)

    @property
    def columns(self) -> list[Column]:
        """The columns that have a selected cell, from the left."""
        having = {column for _, column in self.cells}
        return [column for column in self.shown if column in having]

    @property
    def targets(self) -> list[Column]:
        """The columns a block is written to: the editable ones from the first selected column to the right."""
        return [one for one in self.shown[self.shown.index(self.columns[0]) :] if one in EDITABLE]


def to_clipboard(model: SheetTableModel, selected: Selected) -> QMimeData:
    """Return the selected cells in a spreadsheet's format; unselected cells between them are empty."""
    from bindtool.core.tabular.clipboard import as_text

    data = QMimeData()
    data.setText(as_text(block_of(model, selected.cells, selected.columns)))
    ours = sorted(EDITABLE.intersection(selected.columns))
    if ours:
        data.setData(_OURS, as_text(block_of(model, selected.cells, ours)).encode())
    return data


def from_clipboard(data: QMimeData) -> tuple[str, bool]:
    """Return the clipboard's text, and whether it was copied from this table."""
    if data.hasFormat(_OURS):
        return bytes(data.data(_OURS).data()).decode(), True
    return data.text(), False


def emptied(model: SheetTableModel, selected: Selected) -> Written:
    """Return the texts that empty the selected cells."""
    texts: dict[int, dict[Column, str]] = {}
    for row, column in sorted(selected.cells):
        texts.setdefault(model.number_at(row), {})[column] = ""
    return Written(texts)


def written(model: SheetTableModel, selected: Selected, text: str, *, ours: bool) -> Written | None:
    """Return the cells changed by pasting `text`; None if it is a list, which makes new rows.

    Cells are changed if only ids or labels are selected. A single text goes into each of them, a block from their
    upper left corner to the right and downwards as the rows stand; texts below the last row are added. But several
    ids from elsewhere over a single selected id are a list: the ids below it would be lost.

    Raises:
        BadInput: "paste.too_wide": the block has more columns than fit.
    """
    from bindtool.core.tabular.clipboard import read_block

    block = read_block(text)
    if not selected.can_be_written or not block:
        return None
    top, targets = selected.rows[0], selected.targets
    if ours and len(targets) > 1:
        targets.sort()
    single = len(block) == len(block[0]) == 1
    if single:
        texts = emptied(model, selected).texts
        return Written({number: dict.fromkeys(cells, block[0][0]) for number, cells in texts.items()})
    if targets[0] is Column.DEVICE_ID and len(selected.cells) == 1 and not ours:
        return None
    wide = max(map(len, block))
    if wide > len(targets):
        raise BadInput("paste.too_wide", columns=wide, room=len(targets))
    there = min(len(block), model.rowCount() - top)
    return Written(
        {
            model.number_at(top + at): dict(zip(targets, cells, strict=False))
            for at, cells in enumerate(block[:there])
        },
        tuple(_arrival(dict(zip(targets, cells, strict=False))) for cells in block[there:] if any(cells)),
    )


def _arrival(cells: dict[Column, str]) -> Arrival:
    return Arrival(cells.get(Column.DEVICE_ID, ""), cells.get(Column.LABEL, ""))
