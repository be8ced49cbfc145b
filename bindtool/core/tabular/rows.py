"""Extracts rows from a table: each non-blank one, with an id and a label, and the reason to hold or refuse it.

It decides which rows are no devices, or invalid ones: sums, hidden ones, a repeated header and the rows under its
other title, lines with too many cells, and cells that are struck out or have lost data; and writes refused rows to
a file, to be corrected and opened again. The validity of an id is decided in `core.model.device`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bindtool.core.barcode.recent_ids import Shape
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.common.safe_text import restore, shortened, without_formula
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.columns.names import DISCARDED, folded, is_no_name, names_an_id
from bindtool.core.tabular.columns.regions import is_sum, may_have_sums, stands_elsewhere
from bindtool.core.tabular.table.grid import MOST_COLUMNS, CellFault, Grid, GridRow, Merged, column_name, has_text
from bindtool.core.tabular.table.result import NO_COLUMN, NO_DEVICE, NO_HEADER, Layout, ListKind, ListRow, Opened
from bindtool.core.tabular.table.text_faults import fault_in_id, fault_in_label, is_date, is_name, is_serial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bindtool.core.common.messages import Message

_NOBODY = ReadingProgress()
_SHORT = 4
"""The length up to which an id is no longer than much else in a table."""
_STEP = 500
_LONGEST = 40
_CODE = r"(?=.*\d)[!-~]+"
_PAGE = r"(?i)\bpage\b|\bcont(?:inued|['’.]?d\b|\.)|\d\s*[页頁]|\d\s*/\s*\d|[续續]"


def take_rows(opened: Opened, layout: Layout, progress: ReadingProgress = _NOBODY) -> tuple[ListRow, ...]:
    """Return a row for each non-blank row below the header: none is dropped, nor a device above it.

    Raises:
        ReadingStopped: `progress` says so.
    """
    rows = []
    maker = _RowMaker(opened, layout)
    for count, row in enumerate(opened.grid.rows):
        if count % _STEP == 0:
            progress.at(count / len(opened.grid.rows))
        if row.number > layout.header:
            rows.append(maker.row(row, count))
        elif row.number in layout.above:
            rows.append(maker.row_above(row, layout.above[row.number]))
    return tuple(rows)


def find_unplaced(grid: Grid, layout: Layout, rows: Iterable[ListRow]) -> tuple[tuple[str, str], ...]:
    """Return the cells below the header with the shape of the ids of `rows` that are in none, and their names.

    Those of a second list to the right, or of a row with several devices, would be lost silently.
    """
    others = set(range(grid.width)) - {layout.id_column, layout.label_column}
    if not others:
        return ()
    ids = {normalise(row.device_id) for row in rows}
    counts = Counter(Shape.of(text) for text in ids if len(text) > _SHORT and re.fullmatch(_CODE, text))
    shapes = {shape for shape, count in counts.items() if count > 1} or set(counts)
    lengths = {shape.length for shape in shapes}
    return tuple(
        (cell.strip(), f"{column_name(column)}{row.number}")
        for row in grid.rows
        for column, cell in enumerate(row.cells)
        if row.number > layout.header
        and column in others
        and len(cell.strip()) in lengths
        and Shape.of(normalise(cell)) in shapes
        and normalise(cell) not in ids
    )


class _RowMaker:
    """Creates the rows of a list from those of its table, from top to bottom."""

    def __init__(self, opened: Opened, layout: Layout) -> None:
        self._opened = opened
        self._layout = layout
        self._ids = _MergedColumn(opened.grid, layout.id_column, layout.header)
        self._has_texts_alone = not (opened.grid.faults or opened.grid.merged)
        self._labels = _MergedColumn(opened.grid, layout.label_column, layout.header)
        self._may_have_sums = may_have_sums(opened.grid.rows)
        self._width = _width(opened, layout)
        header = _header_of(opened, layout)
        self._title = folded(header.cell(layout.id_column))
        self._names = {at: folded(cell) for at, cell in enumerate(header.cells) if folded(cell)}
        self._other_names = 0
        above = (row for row in opened.grid.rows if row.number < layout.header)
        self._titles = {_without_numbers(cell) for row in above for cell in row.cells}
        self._second_table = ""

    def row(self, row: GridRow, at: int) -> ListRow:
        """Return the list's row for a row of the table; `at`: its index there."""
        layout = self._layout
        device_id, label = row.cell(layout.id_column), self._label(row)
        is_number = layout.id_column in row.numbers
        if self._has_texts_alone and is_serial(device_id) and (not label or is_name(label)):
            return ListRow(row.number, device_id, label, self._why_held(row, device_id, at), is_number=is_number)
        texts = self._texts(device_id, label)
        refused, place = self._why_either_refused(row.number, layout.id_column, device_id, label)
        if refused is not None:
            return ListRow(row.number, *texts, refused=refused, place=place)
        held = self._why_held(row, device_id, at)
        if held is None and is_date(device_id):
            cell, _ = self._cell(layout.id_column, row.number, device_id)
            held = Hold.of(HoldReason.ID_DATE, cell=cell, text=device_id.strip())
        merged = self._ids.at(row.number)
        is_no_device = held is not None and held.reason in NO_DEVICE
        if merged is not None and has_text(device_id) and not is_no_device:
            cell, place = self._cell(merged.left, merged.top, device_id)
            if self._is_shared(merged, row.number):
                refused = Hold.of(HoldReason.CELL_MERGED, cell=cell, text=device_id.strip())
                return ListRow(row.number, "", texts[1], refused=refused, place=place)
            if held is None and self._labels_differ(merged, label, at):
                held = Hold.of(HoldReason.ID_MERGED, cell=cell, text=label.strip())
        return ListRow(row.number, *texts, held, is_number=is_number)

    def row_above(self, row: GridRow, id_column: int) -> ListRow:
        """Return the list's row for a row above the header, which may be a device."""
        # If its ids are in another column, so may the labels be.
        label = row.cell(self._layout.label_column) if id_column == self._layout.id_column else ""
        device_id = row.cell(id_column)
        refused, place = self._why_either_refused(row.number, id_column, device_id, label)
        held = Hold.of(HoldReason.ABOVE_HEADER) if refused is None else None
        is_number = id_column in row.numbers
        return ListRow(row.number, *self._texts(device_id, label), held, refused, place, is_number)

    def _texts(self, device_id: str, label: str) -> tuple[str, str]:
        """Return the texts of two cells, unescaped if they come from a text; a workbook needs no escaping."""
        is_text = self._opened.kind.is_text
        return (restore(device_id), without_formula(restore(label))) if is_text else (device_id, label)

    def _why_held(self, row: GridRow, device_id: str, at: int) -> Hold | None:
        if self._names_columns(row, device_id):
            self._second_table = self._title_above(at) or self._second_table
            return Hold.of(HoldReason.HEADER_AGAIN)
        if self._may_have_sums and is_sum(row):
            return Hold.of(HoldReason.SUM)
        if self._is_note(row, device_id):
            return Hold.of(HoldReason.NO_DEVICE)
        if self._other_names and has_text(device_id):
            return Hold.of(HoldReason.OTHER_COLUMNS, row=self._other_names)
        if self._second_table and has_text(device_id):
            return Hold.of(HoldReason.SECOND_TABLE, title=self._second_table)
        if row.hidden:
            return Hold.of(HoldReason.HIDDEN_ROW)
        if self._layout.id_column in row.struck:
            return Hold.of(HoldReason.STRUCK_OUT)
        more = list(filter(has_text, row.cells[self._width :])) if len(row.cells) > self._width else []
        if not more:
            return None
        sign = self._opened.delimiter
        return Hold.of(HoldReason.MORE_CELLS, text=shortened(sign.join(more).strip(), _LONGEST), sign=sign)

    def _is_note(self, row: GridRow, device_id: str) -> bool:
        """Return whether a row is a title or a note, and record a title of the discarded devices below it."""
        is_note = row.number in self._layout.notes
        title = next(filter(has_text, row.cells), "") if is_note or not has_text(device_id) else ""
        if DISCARDED.search(title) is None:
            return is_note
        self._second_table = shortened(title.strip(), _LONGEST)
        return True

    def _names_columns(self, row: GridRow, device_id: str) -> bool:
        """Return whether a row is another header, and record whether the ids below it are in another column."""
        if not device_id or is_no_name(device_id):
            return False
        same = [folded(cell) for at, cell in enumerate(row.cells) if cell and folded(cell) == self._names.get(at)]
        if len(same) > 1 and folded(device_id) != self._title:
            # Of a table of something else, such as chargers.
            self._other_names = row.number
            return True
        again = self._title != "" and folded(device_id) == self._title
        elsewhere = False if again else stands_elsewhere(row, self._layout.id_column)
        if elsewhere is not None:
            self._other_names = row.number if elsewhere else 0
        return elsewhere is True or (self._layout.header != NO_HEADER and names_an_id(device_id))

    def _title_above(self, at: int) -> str:
        """Return the title above a repeated header; "" for none, a page number, and the list's own title."""
        above = self._opened.grid.rows[at - 1]
        texts = list(filter(has_text, above.cells)) if at and above.number > self._layout.header else []
        if len(texts) != 1 or re.fullmatch(_CODE, texts[0].strip()) or re.search(_PAGE, texts[0]):
            return ""
        return "" if _without_numbers(texts[0]) in self._titles else shortened(texts[0].strip(), _LONGEST)

    def _why_either_refused(
        self, number: int, id_column: int, device_id: str, label: str
    ) -> tuple[Hold | None, str]:
        """Return the result of `_why_refused` for a row's id, else for its label."""
        refused, place = self._why_refused(number, id_column, fault_in_id(device_id))
        if refused is not None:
            return refused, place
        return self._why_refused(number, self._layout.label_column, fault_in_label(label))

    def _why_refused(self, number: int, column: int, in_text: CellFault | None) -> tuple[Hold | None, str]:
        """Return why a cell is refused, None if it isn't, and its name; `in_text`: the fault of its text."""
        fault = self._opened.grid.faults.get((number, column)) or in_text
        if fault is None or (fault.spares_labels and column == self._layout.label_column):
            return None, ""
        if self._opened.kind is ListKind.CLIPBOARD and fault.reason is HoldReason.CELL_DIGITS:
            return Hold.of(HoldReason.PASTE_DIGITS, text=fault.text), ""
        cell, place = self._cell(column, number, fault.text)
        return fault.at(cell), place

    def _cell(self, column: int, number: int, text: str) -> tuple[str, str]:
        """Return the name of a cell for a person, and its name in the table.

        Copied cells have lost their names; their texts replace these.
        """
        if self._opened.kind is ListKind.CLIPBOARD:
            return f"“{text.strip()}”", ""
        place = f"{column_name(column)}{number}"
        return place, place

    def _label(self, row: GridRow) -> str:
        """Return a row's label; the header's own cell that extends down is none."""
        merged = self._labels.at(row.number)
        from_header = merged is not None and merged.top <= self._layout.header
        return "" if from_header else row.cell(self._layout.label_column)

    def _is_shared(self, merged: Merged, number: int) -> bool:
        """Return whether a merged cell is no id of this row: it is another row's, or a heading over the columns."""
        layout = self._layout
        if number > merged.top or merged.left <= layout.label_column <= merged.right:
            return True
        # In a form the header's cell is as wide as those below; a heading is wider.
        return layout.label_column == NO_COLUMN and merged.right > self._ids.header_ends

    def _labels_differ(self, merged: Merged, label: str, at: int) -> bool:
        """Return whether a device with several rows has another label in one of them."""
        rows = self._opened.grid.rows
        for place in range(at + 1, len(rows)):
            if rows[place].number > merged.bottom:
                break
            if rows[place].cell(self._layout.label_column) not in {"", label}:
                return True
        return False


def _without_numbers(title: str) -> str:
    """Return a title for comparison: each page of a printout may have another number in it."""
    return re.sub(r"\d+", "", folded(title))


def _width(opened: Opened, layout: Layout) -> int:
    """Return the maximum number of cells of a row; an unquoted comma in a label makes it longer than the header."""
    names = _header_of(opened, layout)
    if not names.cells or opened.delimiter in {"", "\t"}:
        return MOST_COLUMNS
    return max(len(names.cells), layout.id_column + 1, layout.label_column + 1)


def _header_of(opened: Opened, layout: Layout) -> GridRow:
    """Return the header row, an empty row if there is none."""
    return next((row for row in opened.grid.rows if row.number == layout.header), GridRow(NO_HEADER, ()))


class _MergedColumn:
    """The merged cells of a column, looked up from top to bottom.

    Attributes:
        header_ends: the last column of the header's cell in it.
    """

    def __init__(self, grid: Grid, column: int, header: int) -> None:
        found = (merged for merged in grid.merged if merged.left <= column <= merged.right)
        self._below = sorted(found, key=lambda merged: merged.top, reverse=True)
        self._now: Merged | None = None
        of_header = self.at(header)
        self.header_ends = column if of_header is None else of_header.right

    def at(self, row: int) -> Merged | None:
        """Return the merged cell that covers part of a row; None for none."""
        while self._below and self._below[-1].top <= row:
            self._now = self._below.pop()
        return self._now if self._now is not None and row <= self._now.bottom else None


REJECTED_COLUMNS = ("device_id", "label", "row", "cell", "reason")
"""The first two are those by which a list is read."""


def rejected_csv(rows: Iterable[ListRow], say: Callable[[Message], str]) -> bytes:
    """Return the refused ones of `rows` as CSV, in UTF-8 with BOM; `say` returns the words of a reason."""
    # Most lists have none.
    from bindtool.core.reports.csv_writer import csv_text

    lines = [
        (row.device_id, row.label, row.number, row.place, say(row.refused.message))
        for row in rows
        if row.refused is not None
    ]
    return csv_text(REJECTED_COLUMNS, lines).encode("utf-8-sig", "backslashreplace")
