"""Finds the rows of devices in a table: below the header, and neither sums nor titles nor notes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from bindtool.core.barcode.recent_ids import NO_IDS, RecentIds, Shape
from bindtool.core.model.device import normalise
from bindtool.core.tabular.columns.contents import CellKind, kind_of
from bindtool.core.tabular.columns.names import Meaning, name_of
from bindtool.core.tabular.table.grid import HEAD, Grid, GridRow, has_text
from bindtool.core.tabular.table.result import NO_COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_CODES = frozenset({CellKind.CODE, CellKind.NUMBER, CellKind.ADDRESS})
_COLUMNS = 256
"""Columns of a row that are examined; cells further to the right are no list of devices."""

_SUM = (
    r"(?i)(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|合\s*計|總\s*計|小\s*計|総\s*計|共|합\s*계|총\s*계|소\s*계"
    r"|(?:sub-?\s?|grand\s)?total|sum|(?:zwischen|gesamt)?summe|gesamt|anzahl|count)"
    r"(?:\s?\(\w{1,10}\))?\s*:?\s*[\d,.]{0,20}\s*(?:台|个|個|件|套|条|行|대|개|pcs|units|devices|rows|stk|stück)?"
)
_WORDS_OF_SUM = ("计", "計", "数", "共", "계", "tota", "sum", "gesamt", "anzahl", "count", "ｔｏｔａ", "ｓｕｍ")


def is_sum(row: GridRow) -> bool:
    """Return whether a row has a sum or a count of the others."""
    return may_have_sums([row]) and any(re.fullmatch(_SUM, normalise(cell)) for cell in row.cells)


def may_have_sums(rows: Iterable[GridRow]) -> bool:
    """Return whether one of these rows has a word of a sum; hardly any has, and there may be a million."""
    text = "\n".join(cell for row in rows for cell in row.cells).lower()
    return any(word in text for word in _WORDS_OF_SUM)


def find_header(grid: Grid) -> GridRow | None:
    """Return the header, which is one of the first rows; None for none.

    It has a name of ids and mostly known names; or, above all devices, two others, or words without a digit above a
    column of digits.
    """
    at, named = max(enumerate(grid.rows[:HEAD]), key=lambda each: _ids_named(each[1]), default=(0, None))
    if named is not None and _ids_named(named) and len(_above_devices(grid.rows[:at])) == at:
        return named
    heads = _above_devices(grid.rows)
    best = max(heads, key=_names_known, default=None)
    if best is not None and _has_names(best):
        return best
    return next((row for at, row in enumerate(heads) if _is_unlike(row, grid.rows[at + 1 : at + 1 + HEAD])), None)


def _above_devices(rows: Sequence[GridRow]) -> Sequence[GridRow]:
    """Return the first rows up to the first device: a header has no list above it.

    A device has a code, and another one of the same shape below. So the header of a second list below a first one,
    or a device with such words as "会议室", does not count.
    """
    codes_of = cache(lambda at: _codes(rows[at]))
    for at, row in enumerate(rows[:HEAD]):
        codes = [(made, text) for made, text in codes_of(at).items() if not _is_titled(row, made[0])]
        below = range(at + 1, min(at + 1 + HEAD, len(rows))) if codes else ()
        if any(codes_of(other).get(made, text) != text for other in below for made, text in codes):
            return rows[:at]
    return rows[:HEAD]


def _codes(row: GridRow) -> Mapping[tuple[int, Shape], str]:
    """Return the codes of a row by column and shape."""
    cells = ((column, normalise(cell)) for column, cell in enumerate(row.cells[:_COLUMNS]))
    return {(column, Shape.of(text)): text for column, text in cells if kind_of(text) in _CODES}


def _is_titled(row: GridRow, column: int) -> bool:
    """Return whether the cell before is a title of this one, as "单号" or "First SN:" above a list."""
    front = row.cell(column - 1).strip()
    meaning = name_of(front).meaning
    return front.endswith((":", "：")) or meaning not in {Meaning.UNKNOWN, Meaning.LABEL, Meaning.NAME}


def _names_known(row: GridRow) -> int:
    """Return the number of known column names in a row, 0 for no header."""
    cells = [cell for cell in row.cells[:_COLUMNS] if has_text(cell)]
    names = [name for name in map(name_of, cells) if name.meaning is not Meaning.UNKNOWN]
    codes = sum(kind_of(cell) in _CODES for cell in cells)
    names_ids = any(name.meaning.names_an_id for name in names)
    is_header = codes < len(names) and (names_ids or (1 < len(names) >= len(cells) / 2 and not codes))
    return len(names) if is_header else 0


def _ids_named(row: GridRow) -> int:
    """Return the number of names in a row that has a name of ids and no code: 0 for another."""
    cells = [cell for cell in row.cells[:_COLUMNS] if has_text(cell)]
    is_named = any(name_of(cell).meaning.names_an_id for cell in cells)
    return _names_known(row) if is_named and not any(kind_of(cell) in _CODES for cell in cells) else 0


def _has_names(row: GridRow) -> bool:
    return _names_known(row) > 0


def find_above(rows: Sequence[GridRow], header: int, id_column: int) -> Mapping[int, int]:
    """Return the numbers of the rows above the header that may be devices, each with the column of its id.

    That is the id column of another header further above; else that of the ids, or the first one, if a code is
    there. A code with a title before it is an order or the like.
    """
    found = {}
    named = NO_COLUMN
    for row in rows[: bisect_left(rows, header, key=_number)]:
        if _has_names(row):
            meaning, column = min((name_of(cell).meaning, column) for column, cell in enumerate(row.cells))
            named = column if meaning.names_an_id else NO_COLUMN
            continue
        if _HAS_DIGIT.search(row.cell(named)):
            found[row.number] = named
            continue
        first = next(column for column, cell in enumerate(row.cells) if has_text(cell))
        for column in (id_column, first):
            if kind_of(row.cell(column)) in _CODES and not _is_titled(row, column):
                found[row.number] = column
                break
    return found


def stands_elsewhere(row: GridRow, id_column: int) -> bool | None:
    """Return whether a header row has a surer name of ids in another column; None for a row without names."""
    here = name_of(row.cell(id_column)).meaning
    if here is Meaning.UNKNOWN or not _has_names(row):
        return None
    others = (name_of(cell).meaning for cell in row.cells[:_COLUMNS])
    return any(other.names_an_id and other < here for other in others)


def _is_unlike(row: GridRow, below: Sequence[GridRow]) -> bool:
    cells = {column: normalise(cell) for column, cell in enumerate(row.cells[:_COLUMNS]) if has_text(cell)}
    words = len(set(cells.values())) == len(cells) and all(map(_is_word, cells.values()))
    if len(cells) == 1 and all(text.isascii() and " " not in text for text in cells.values()):
        # It may be an id.
        return False
    return words and any(
        _is_made_of_digits(name, [one.cell(column) for one in below]) for column, name in cells.items()
    )


def _is_word(text: str) -> bool:
    return kind_of(text) is CellKind.WORDS and not any(map(str.isdigit, text))


def _is_made_of_digits(name: str, cells: Sequence[str]) -> bool:
    """Return whether cells are codes of digits, and the name above them is no code."""
    texts = [normalise(cell) for cell in cells if has_text(cell)]
    codes = [text for text in texts if kind_of(text) in _CODES]
    return len(codes) > len(cells) / 2 and len(codes) >= _MOST * len(texts) and len(name) not in map(len, codes)


_MOST = 0.8
_SAMPLE = 300
_COUNTS = frozenset({CellKind.SHORT, CellKind.VALUE})
_FEW = 3
"""In a list of at least so many columns, a row with half as many cells and no id is a note."""


def sample_of(rows: Sequence[GridRow]) -> Sequence[GridRow]:
    """Return the first rows without sums, repeated headers, and titles and notes as far as their shape shows."""
    rows = [row for row in rows[:_SAMPLE] if not is_sum(row) and not _has_names(row)]
    usual = _width(rows)
    return [row for row in rows if usual < _FEW or _filled(row) > 1]


FEWEST_WITH_DIGITS = 0.3
"""The share of cells; a list in a chat may have as many words around it."""

_HAS_DIGIT = re.compile(r"\d")
_COUNT = re.compile(r"[1-9]\d*")
_NO_CODES = frozenset({CellKind.WORDS, CellKind.VALUE})
_MOST_USUAL = 0.6
_TELLING_START = 2


def find_notes(rows: Sequence[GridRow], id_column: int, sample: Sequence[GridRow]) -> frozenset[int]:
    """Return the numbers of rows that are titles, notes, signatures or a count: they have no id, or words for one.

    A word is no note if no id has digits, or if it has the shape of the ids. A number is a count if the ids are
    more than twice as long. In a list of one column, an order, a carton or a date among the ids is recognised by
    another length and beginning than most.

    Args:
        rows: all below the header.
        id_column: the column of the ids.
        sample: some of them.
    """
    texts = [_text(row.cell(id_column)) for row in sample if has_text(row.cell(id_column))]
    with_digits = [text for text in texts if _HAS_DIGIT.search(text)]
    if len(with_digits) < FEWEST_WITH_DIGITS * len(texts) or not texts:
        return frozenset()
    # A count below has digits too.
    longer = [text for text in with_digits if kind_of(text) not in _COUNTS]
    makes = frozenset(map(_make_of, longer or with_digits))
    shortest = min(length for length, _ in makes)
    usual = _usual_ids(with_digits) if _width(sample) == 1 else NO_IDS
    notes = set()
    for row in rows:
        cell = row.cell(id_column)
        if not _HAS_DIGIT.search(cell) or not cell.isascii():
            text = normalise(cell)
            if text and _make_of(text) not in makes and kind_of(text) in _NO_CODES:
                notes.add(row.number)
        elif (2 * len(cell) < shortest and _COUNT.fullmatch(cell)) or _is_amount(cell) or _is_unusual(cell, usual):
            notes.add(row.number)
    return frozenset(notes)


def _text(cell: str) -> str:
    """Return a cell as it would be an id: without the leading apostrophe of some spreadsheets' texts."""
    return normalise(cell).removeprefix("'")


def _usual_ids(texts: Sequence[str]) -> RecentIds:
    """Return the ids of the most frequent length, if they have a common prefix; none if that says nothing."""
    length, count = Counter(map(len, texts)).most_common(1)[0]
    usual = RecentIds.of([text for text in texts if len(text) == length])
    are_usual = usual.are_enough and count >= _MOST_USUAL * len(texts) and len(usual.common) >= _TELLING_START
    return usual if are_usual else NO_IDS


def _is_amount(cell: str) -> bool:
    """Return whether a cell is an amount with its unit, such as "2pcs"."""
    return cell[:1].isdigit() and kind_of(cell) is CellKind.VALUE and not cell[-1:].isdigit()


def _is_unusual(cell: str, usual: RecentIds) -> bool:
    if not usual.ids or len(cell) in usual.lengths:
        return False
    text = _text(cell)
    return len(text) not in usual.lengths and not text.startswith(usual.common[:_TELLING_START])


def _make_of(text: str) -> tuple[int, bool]:
    """Return a text's length and whether it has lower-case letters."""
    return len(text), text != text.upper()


def _width(rows: Sequence[GridRow]) -> int:
    """Return the number of cells of most rows, even with a title and a few notes among them."""
    widths = sorted(map(_filled, rows))
    return widths[len(widths) * 2 // 3] if widths else 0


def _filled(row: GridRow) -> int:
    return sum(map(has_text, row.cells[:_COLUMNS]))


def _number(row: GridRow) -> int:
    return row.number
