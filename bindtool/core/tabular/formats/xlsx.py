"""Excel's workbooks (ECMA-376): which sheets there are, and the cells of one (part 1, 18.3)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.formats.number_format import GENERAL, number_text
from bindtool.core.tabular.formats.xlsx_parts import (
    SharedParts,
    full_names,
    named,
    read_formats,
    read_relationships,
    read_strings,
    unescaped,
    whole_number,
)
from bindtool.core.tabular.formats.zip_xml import Archive, Handlers
from bindtool.core.tabular.table.grid import HEAD, MOST_SHEETS, CellFault, GridMaker, LostDigits, Room
from bindtool.core.tabular.table.result import SheetName, Workbook

if TYPE_CHECKING:
    from bindtool.core.common.progress import ReadingProgress
    from bindtool.core.tabular.table.grid import Grid

_DIGITS = "0123456789"
_LONGEST_COLUMN = 3
_EXACT_DIGITS = 15


class Enough(Exception):
    """As many rows are read as were wanted."""


class SheetReader:
    """Takes a sheet's elements and hands rows on.

    Args:
        made: takes the rows.
        parts: what the cells refer to.
        most_rows: after so many, `Enough` is raised; 0 for all.
    """

    def __init__(self, made: GridMaker, parts: SharedParts, *, most_rows: int = 0) -> None:
        self._made = made
        self._parts = parts
        self._most_rows = most_rows
        self._columns: dict[str, int] = {}
        self._row = 0
        self._hidden = False
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._formula = False
        self._cells: dict[int, str] = {}
        self._faults: dict[int, CellFault] = {}
        starts = {
            "row": self._begin_row,
            "c": self._begin_cell,
            "f": self._note_formula,
            "mergeCell": self._note_merged,
        }
        ends = {"row": self._end_row, "c": self._end_cell}
        self.handlers = Handlers(named(starts), named(ends), full_names("v", "t"), full_names("rPh"))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        self._row = self._row + 1 if given is None else whole_number(given)
        self._hidden = attributes.get("hidden") in {"1", "true"}
        self._column = -1

    def _end_row(self) -> None:
        self._made.add(self._row, self._cells, self._faults, hidden=self._hidden)
        self._cells, self._faults = {}, {}
        if self._most_rows and self._made.count >= self._most_rows:
            raise Enough

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        name = attributes.get("r")
        self._column = self._column + 1 if name is None else self._column_of(name.rstrip(_DIGITS))
        self._kind = attributes.get("t", "n")
        style = attributes.get("s")
        self._style = 0 if style is None else whole_number(style)
        self._formula = False
        self.handlers.take()

    def _end_cell(self) -> None:
        text, lost = self._value(self.handlers.take())
        if text:
            self._cells[self._column] = text
        if lost is not None:
            self._cells.setdefault(self._column, "")
            self._faults[self._column] = CellFault(lost, text)

    def _value(self, raw: str) -> tuple[str, LostDigits | None]:
        """Return what a cell says, and why it is not what was typed; `raw` is its value in the file."""
        match self._kind:
            case "n":
                return self._number(raw.strip())
            case "s":
                return self._string(raw.strip())
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(raw.strip(), raw), None
            case "e":
                return raw, LostDigits.ERROR
            case "d":
                return raw, LostDigits.DATE
        return unescaped(raw), None

    def _number(self, raw: str) -> tuple[str, LostDigits | None]:
        if not raw:
            return "", LostDigits.FORMULA if self._formula else None
        formats = self._parts.formats
        shown_as = formats[self._style] if 0 <= self._style < len(formats) else GENERAL
        if shown_as is GENERAL and len(raw) <= _EXACT_DIGITS and raw.isdecimal() and raw[0] != "0":
            return raw, None
        try:
            return number_text(float(raw), shown_as, from_1904=self._parts.from_1904)
        except ValueError as error:
            raise BadInput("file.damaged") from error

    def _string(self, raw: str) -> tuple[str, LostDigits | None]:
        number = whole_number(raw)
        if not 0 <= number < len(self._parts.strings):
            raise BadInput("file.damaged")
        return self._parts.strings[number], None

    def _column_of(self, letters: str) -> int:
        """Return the place of a column, from 0, by its letters."""
        column = self._columns.get(letters)
        if column is None:
            if not (0 < len(letters) <= _LONGEST_COLUMN and letters.isascii() and letters.isalpha()):
                raise BadInput("file.damaged")
            column = 0
            for letter in letters.upper():
                column = column * 26 + ord(letter) - ord("A") + 1
            self._columns[letters] = column = column - 1
        return column

    def _note_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _note_merged(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        letters = first.rstrip(_DIGITS)
        top, bottom = whole_number(first[len(letters) :]), whole_number(last[len(last.rstrip(_DIGITS)) :])
        if 0 < top < bottom:
            self._made.merge(top, bottom, self._column_of(letters))


_NO_CELLS = ("chartsheet", "dialogsheet")


class XlsxWorkbook(Workbook):
    """An open workbook.

    Raises:
        BadInput: those of `Archive`.
        ReadingStopped: `progress` says so.
    """

    def __init__(self, data: bytes, progress: ReadingProgress) -> None:
        progress = progress.quietly()
        self._archive = Archive(data)
        book = read_relationships(self._archive, "", progress).by_kind.get("officeDocument", "xl/workbook.xml")
        if book not in self._archive:
            raise BadInput("file.damaged")
        self._related = read_relationships(self._archive, book, progress)
        self._strings_at = self._related.by_kind.get("sharedStrings", "")
        self._from_1904 = False
        self._parts: SharedParts | None = None
        self._paths: list[str] = []
        self._sheets: list[SheetName] = []
        handlers = Handlers(named({"sheet": self._sheet, "workbookPr": self._properties}))
        self._archive.read_xml(book, handlers, progress)
        super().__init__(self._sheets)

    def head(self, place: int, progress: ReadingProgress) -> Grid:
        """Return the first rows of a sheet."""
        made = GridMaker(Room())
        reader = SheetReader(made, self._shared(progress), most_rows=HEAD)
        with suppress(Enough):
            self._archive.read_xml(self._paths[place], reader.handlers, progress)
        return made.grid()

    def grid(self, place: int, progress: ReadingProgress) -> Grid:
        """Return all rows of a sheet."""
        path = self._paths[place]
        strings = self._archive.size(self._strings_at)
        share = strings / max(1, strings + self._archive.size(path))
        made = GridMaker(Room())
        reader = SheetReader(made, self._shared(progress.between(0, share)))
        self._archive.read_xml(path, reader.handlers, progress.between(share, 1))
        return made.grid(progress)

    def _shared(self, progress: ReadingProgress) -> SharedParts:
        if self._parts is None:
            formats = read_formats(self._archive, self._related.by_kind.get("styles", ""), progress.quietly())
            self._parts = SharedParts(
                read_strings(self._archive, self._strings_at, progress), formats, self._from_1904
            )
        return self._parts

    def _sheet(self, attributes: dict[str, str]) -> None:
        id_ = next((value for name, value in attributes.items() if name.endswith("relationships id")), "")
        path = self._related.by_id.get(id_, "")
        if len(self._sheets) == MOST_SHEETS:
            raise BadInput("file.too_large")
        if path in self._archive and not any(f"/{kind}s/" in path for kind in _NO_CELLS):
            hidden = attributes.get("state", "visible") != "visible"
            self._sheets.append(SheetName(attributes.get("name", ""), hidden))
            self._paths.append(path)

    def _properties(self, attributes: dict[str, str]) -> None:
        self._from_1904 = attributes.get("date1904") in {"1", "true"}
