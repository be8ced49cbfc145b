"""Reads Excel's workbooks (ECMA-376): the list of sheets, the cells of one (part 1, 18.3), and their references.

These are relationships, number formats and shared texts, in parts of their own.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.errors import BadInput
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.formats.number_format import GENERAL, NumberFormat, number_text
from bindtool.core.tabular.formats.zip_xml import MOST_PARTS, Archive, Handlers, path_of
from bindtool.core.tabular.table.grid import HEAD, MOST_SHEETS, Grid, GridMaker, Merged, Room, RowCells
from bindtool.core.tabular.table.result import SheetName, Workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.common.progress import ReadingProgress

T = TypeVar("T")

_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The usual one, and that of "Strict Open XML"."""

_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

_DIGITS = "0123456789"
_LONGEST_COLUMN = 3
_EXACT_DIGITS = 15


@dataclass(frozen=True, slots=True)
class _SharedParts:
    """The parts shared by the cells of all sheets: texts by number, number formats by style, the date system.

    `struck_strings` and `struck_styles`: the numbers of those that are struck out, in part or whole.
    `to_calculate`: the program that wrote the file has left formulas to be calculated on opening.
    """

    strings: list[str]
    struck_strings: frozenset[int]
    formats: list[NumberFormat]
    struck_styles: frozenset[int]
    from_1904: bool
    to_calculate: bool


@dataclass(frozen=True, slots=True)
class _Relationships:
    """The parts that a part refers to, by type, such as "styles", and by id."""

    by_kind: Mapping[str, str]
    by_id: Mapping[str, str]


def _named(handlers: Mapping[str, T]) -> dict[str, T]:
    """Return handlers by the full names of spreadsheet elements."""
    return {f"{namespace} {name}": handler for namespace in _NAMESPACES for name, handler in handlers.items()}


def _full_names(*names: str) -> list[str]:
    """Return the full names of spreadsheet elements."""
    return [f"{namespace} {name}" for namespace in _NAMESPACES for name in names]


def _unescaped(text: str) -> str:
    """Undo the escaping of characters that XML can't contain, such as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _whole_number(text: str | None) -> int:
    """Parse a number in an attribute; -1, which refers to nothing, if it is missing."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004 - 32 bits


def _is_on(attributes: Mapping[str, str]) -> bool:
    """Return whether a font property is on, which is its default without a value."""
    return attributes.get("val", "1") in {"1", "true"}


class _Enough(Exception):
    """The requested number of rows is read."""


class _SheetReader:
    """Handles a sheet's elements and passes rows on.

    Args:
        made: takes the rows.
        parts: the cells' shared parts.
        most_rows: after so many, `_Enough` is raised; 0 for all.
    """

    def __init__(self, made: GridMaker, parts: _SharedParts, *, most_rows: int = 0) -> None:
        self._made = made
        self._parts = parts
        self._most_rows = most_rows
        self._columns: dict[str, int] = {}
        self._row = 0
        self._hidden = False
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._formula = self._cell_struck = False
        self._cells = RowCells()
        starts = {
            "col": self._note_hidden,
            "row": self._begin_row,
            "c": self._begin_cell,
            "f": self._note_formula,
            "strike": self._note_struck,
            "mergeCell": self._note_merged,
        }
        ends = {"row": self._end_row, "c": self._end_cell}
        self.handlers = Handlers(_named(starts), _named(ends), _full_names("v", "t"), _full_names("rPh"))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        self._row = self._row + 1 if given is None else _whole_number(given)
        self._hidden = attributes.get("hidden") in {"1", "true"}
        self._column = -1

    def _end_row(self) -> None:
        self._made.add(self._row, self._cells, hidden=self._hidden)
        self._cells = RowCells()
        if self._most_rows and self._made.count >= self._most_rows:
            raise _Enough

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        name = attributes.get("r")
        self._column = self._column + 1 if name is None else self._column_of(name.rstrip(_DIGITS))
        self._kind = attributes.get("t", "n")
        style = attributes.get("s")
        self._style = 0 if style is None else _whole_number(style)
        self._formula, self._cell_struck = False, self._style in self._parts.struck_styles
        self.handlers.take()

    def _end_cell(self) -> None:
        text, lost = self._value(self.handlers.take())
        self._cells.put(self._column, text, lost, struck=self._cell_struck, is_number=self._kind == "n")

    def _value(self, raw: str) -> tuple[str, HoldReason | None]:
        """Return a cell's text, and why it differs from the input; `raw` is its value in the file."""
        if self._formula and self._parts.to_calculate:
            return "", HoldReason.CELL_FORMULA
        match self._kind:
            case "n":
                return self._number(raw.strip())
            case "s":
                return self._string(raw.strip())
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(raw.strip(), raw), HoldReason.CELL_BOOLEAN
            case "e":
                return raw, HoldReason.CELL_ERROR
            case "d":
                return raw, HoldReason.CELL_DATE
        return _unescaped(raw), None

    def _number(self, raw: str) -> tuple[str, HoldReason | None]:
        if not raw:
            return "", HoldReason.CELL_FORMULA if self._formula else None
        formats = self._parts.formats
        shown_as = formats[self._style] if 0 <= self._style < len(formats) else GENERAL
        if shown_as is GENERAL and len(raw) <= _EXACT_DIGITS and raw.isdecimal() and raw[0] != "0":
            return raw, None
        try:
            return number_text(float(raw), shown_as, from_1904=self._parts.from_1904)
        except ValueError as error:
            raise BadInput("file.damaged") from error

    def _string(self, raw: str) -> tuple[str, HoldReason | None]:
        if not raw:
            return "", None
        number = _whole_number(raw)
        if not 0 <= number < len(self._parts.strings):
            raise BadInput("file.damaged")
        self._cell_struck |= number in self._parts.struck_strings
        return self._parts.strings[number], None

    def _column_of(self, letters: str) -> int:
        """Return the index of a column, from 0, by its letters."""
        column = self._columns.get(letters)
        if column is None:
            if not (0 < len(letters) <= _LONGEST_COLUMN and letters.isascii() and letters.isalpha()):
                raise BadInput("file.damaged")
            column = 0
            for letter in letters.upper():
                column = column * 26 + ord(letter) - ord("A") + 1
            self._columns[letters] = column = column - 1
        return column

    def _note_hidden(self, attributes: dict[str, str]) -> None:
        first, last = _whole_number(attributes.get("min")), _whole_number(attributes.get("max"))
        if attributes.get("hidden") in {"1", "true"} and first > 0:
            self._made.hide(first - 1, last - 1)

    def _note_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _note_struck(self, attributes: dict[str, str]) -> None:
        self._cell_struck |= _is_on(attributes)

    def _note_merged(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        left, right = first.rstrip(_DIGITS), last.rstrip(_DIGITS)
        top, bottom = _whole_number(first[len(left) :]), _whole_number(last[len(right) :])
        if 0 < top <= bottom:
            self._made.merge(Merged(top, self._column_of(left), bottom, self._column_of(right)))


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
        book = _read_relationships(self._archive, "", progress).by_kind.get("officeDocument", "xl/workbook.xml")
        if book not in self._archive:
            raise BadInput("file.damaged")
        self._related = _read_relationships(self._archive, book, progress)
        self._strings_at = self._related.by_kind.get("sharedStrings", "")
        self._from_1904 = self._to_calculate = False
        self._parts: _SharedParts | None = None
        self._paths: list[str] = []
        self._sheets: list[SheetName] = []
        starts = {"sheet": self._sheet, "workbookPr": self._properties, "calcPr": self._calculation}
        self._archive.read_xml(book, Handlers(_named(starts)), progress)
        super().__init__(self._sheets)

    def head(self, place: int, progress: ReadingProgress) -> Grid:
        """Return the first rows of a sheet."""
        made = GridMaker(Room())
        reader = _SheetReader(made, self._shared(progress), most_rows=HEAD)
        with suppress(_Enough):
            self._archive.read_xml(self._paths[place], reader.handlers, progress)
        return made.grid()

    def grid(self, place: int, progress: ReadingProgress) -> Grid:
        """Return all rows of a sheet."""
        path = self._paths[place]
        strings = self._archive.size(self._strings_at)
        share = strings / max(1, strings + self._archive.size(path))
        made = GridMaker(Room())
        reader = _SheetReader(made, self._shared(progress.between(0, share)))
        self._archive.read_xml(path, reader.handlers, progress.between(share, 1))
        return made.grid(progress)

    def _shared(self, progress: ReadingProgress) -> _SharedParts:
        if self._parts is None:
            styles = _read_styles(self._archive, self._related.by_kind.get("styles", ""), progress.quietly())
            strings = _read_strings(self._archive, self._strings_at, progress)
            self._parts = _SharedParts(*strings, *styles, self._from_1904, self._to_calculate)
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

    def _calculation(self, attributes: dict[str, str]) -> None:
        self._to_calculate = attributes.get("fullCalcOnLoad") in {"1", "true"}


def _read_relationships(archive: Archive, base: str, progress: ReadingProgress) -> _Relationships:
    """Return the references of the part `base`; "" is the archive itself."""
    folder, _, name = base.rpartition("/")
    by_kind: dict[str, str] = {}
    by_id: dict[str, str] = {}
    room = Room(rows=MOST_PARTS)

    def relationship(attributes: dict[str, str]) -> None:
        room.take(rows=1)
        path = path_of(base, attributes.get("Target", ""))
        by_kind.setdefault(attributes.get("Type", "").rpartition("/")[2], path)
        by_id[attributes.get("Id", "")] = path

    rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    archive.read_xml(rels, Handlers({_RELATIONSHIP: relationship}), progress)
    return _Relationships(by_kind, by_id)


def _read_styles(
    archive: Archive, path: str, progress: ReadingProgress
) -> tuple[list[NumberFormat], frozenset[int]]:
    """Return the number format of each style, in their order, and the indexes of those that strike out."""
    codes: dict[int, str] = {}
    known: dict[int, NumberFormat] = {}
    room = Room()
    formats: list[NumberFormat] = []
    struck_fonts: list[bool] = []
    struck: set[int] = set()
    within: set[str] = set()

    def number_format(attributes: dict[str, str]) -> None:
        code = attributes.get("formatCode", "")
        room.take(rows=1, characters=len(code))
        codes[_whole_number(attributes.get("numFmtId"))] = code

    def font(_attributes: dict[str, str]) -> None:
        if "fonts" in within:
            room.take(rows=1)
            struck_fonts.append(False)

    def strike(attributes: dict[str, str]) -> None:
        if "fonts" in within:
            struck_fonts[-1:] = [_is_on(attributes)]

    def style(attributes: dict[str, str]) -> None:
        if "cellXfs" in within:
            font_id = _whole_number(attributes.get("fontId"))
            if 0 <= font_id < len(struck_fonts) and struck_fonts[font_id]:
                struck.add(len(formats))
            id_ = _whole_number(attributes.get("numFmtId"))
            if id_ not in known:
                # Thousands of styles have the same number format.
                known[id_] = NumberFormat.parse(codes[id_]) if id_ in codes else NumberFormat.of_id(id_)
            room.take(rows=1)
            formats.append(known[id_])

    starts = {
        "numFmt": number_format,
        "fonts": lambda _: within.add("fonts"),
        "font": font,
        "strike": strike,
        "cellXfs": lambda _: within.add("cellXfs"),
        "xf": style,
    }
    handlers = Handlers(_named(starts), _named(dict.fromkeys(("fonts", "cellXfs"), within.clear)))
    archive.read_xml(path, handlers, progress)
    return formats or [GENERAL], frozenset(struck)


def _read_strings(archive: Archive, path: str, progress: ReadingProgress) -> tuple[list[str], frozenset[int]]:
    """Return the shared texts in their order, and the indexes of those that are struck out in part or whole.

    Their phonetic hints are left out.
    """
    strings: list[str] = []
    struck: set[int] = set()
    room = Room()

    def end() -> None:
        room.take(cells=1)
        strings.append(_unescaped(handlers.take()))

    def strike(attributes: dict[str, str]) -> None:
        if _is_on(attributes):
            struck.add(len(strings))

    handlers = Handlers(_named({"strike": strike}), _named({"si": end}), _full_names("t"), _full_names("rPh"))
    archive.read_xml(path, handlers, progress)
    return strings, frozenset(struck)
