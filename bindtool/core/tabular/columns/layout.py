"""Which columns of a table have the ids and the labels, and whether that is clear.

What is known of a column is its name (`names`), what is in it (`contents`), and how that fits what is known of ids
(`known`). From these the columns that may be the ids are found, and the rules below say whether one of them is
plainly better than the others. Where none is, there is a doubt, and a person chooses: a wrong id that goes in
silently is worse than a question.

The id, the first rule that applies:

1. A person has chosen, now or for a list of the same make. "device_id" and "label" side by side, as the guide and
   all reports have them, are a choice too: they are what they are called, whatever is in them.
2. A list of one column has the ids in it, unless that is plainly something else, such as running numbers, or a
   mixture, such as each serial with the MAC below.
3. Where the profile says what ids look like, columns that do not look so are out, if others do.
4. The surest name: a device's id before its serial before its number before any number before a MAC or an IMEI, and
   what is in the column may be ids. Two columns with names as sure as each other are a doubt.
5. Without a name, the contents: one column must be plainly better than all others. By name or not, short numbers
   beside codes that come again and again may be the rest of an id in two columns: a doubt.
6. Ids that were bound on the channel settle a doubt where one column looks like them, and make one where the column
   found so far does not and another does.

7. A column that is hidden in the file is a doubt.

The label: a column that is named so; else, where no header names the columns, the only one with words. Otherwise
the profile's template makes the labels.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

from bindtool.core.barcode.recent_ids import RecentIds
from bindtool.core.common.messages import Message
from bindtool.core.model.device import normalise
from bindtool.core.tabular.columns.contents import CellKind, Contents, Grade, kind_of
from bindtool.core.tabular.columns.known import KnownIds
from bindtool.core.tabular.columns.names import UNKNOWN, Meaning, folded, name_of
from bindtool.core.tabular.columns.regions import (
    FEWEST_WITH_DIGITS,
    find_above,
    find_header,
    find_notes,
    sample_of,
)
from bindtool.core.tabular.table.grid import column_name, has_text
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, NOTHING_CHOSEN, NOTHING_KNOWN, Choices, Layout
from bindtool.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.tabular.columns.names import Name
    from bindtool.core.tabular.table.grid import Grid, GridRow
    from bindtool.core.tabular.table.result import Known


@value(frozen=True, slots=True)
class Column:
    """A column that is judged. `title`: its name as it stands, "" for none; `cells`: those of some rows."""

    index: int
    title: str
    name: Name
    contents: Contents
    cells: tuple[str, ...]

    @property
    def meaning(self) -> Meaning:
        """What its name says; a running number that does not count is a number of something."""
        counts = self.contents.counts or self.contents.grade < Grade.GOOD
        return Meaning.NUMBER if self.name.meaning is Meaning.COUNT and not counts else self.name.meaning

    @property
    def grade(self) -> Grade:
        """How well it would do as the ids, with its name."""
        if self.meaning.names_an_id and not self.contents.repeats:
            return self.contents.grade_if_named
        return self.contents.grade

    @property
    def may_be_ids(self) -> bool:
        """Whether it may be the ids at all."""
        contents = self.contents
        if self.meaning > Meaning.PART:
            return False
        if contents.counts:
            # Short ids count too; nobody gives the lines of a list that name and zeros in front.
            return self.meaning is Meaning.DEVICE_ID and any(map(_ZERO_IN_FRONT.match, self.cells))
        if self.meaning > Meaning.DEVICE_NUMBER:
            return self.grade > Grade.NONE
        # Few would call anything else so: what is unfit is held row by row.
        return contents.kind in _NAMED_SO or contents.grade_if_named > Grade.NONE

    @property
    def is_sound(self) -> bool:
        """Whether both its name and its contents are those of ids."""
        other = self.contents.kind in {CellKind.TRADE, CellKind.PHONE} and self.meaning > Meaning.DEVICE_NUMBER
        return self.grade > Grade.NONE and not self.contents.repeats and not other

    @property
    def is_label(self) -> bool:
        """Whether its name is one of labels, and its contents do not speak against it."""
        contents = self.contents
        if self.meaning not in {Meaning.LABEL, Meaning.NAME} or contents.kind in _NO_LABEL or contents.counts:
            return False
        # A name that many devices share is that of their article.
        return self.meaning is Meaning.LABEL or (contents.filled > 0 and not contents.are_few)

    @property
    def words(self) -> str:
        """Its letter and its name, for a person."""
        title = " ".join(self.title.split())[:_LONGEST_TITLE]
        letter = column_name(self.index)
        return f"{letter} “{title}”" if title else letter


_ZERO_IN_FRONT = re.compile(r"\s*0\d")
_NAMED_SO = frozenset({None, CellKind.BLANK, CellKind.WORDS, CellKind.SHORT, CellKind.NAMED})
_LONGEST_TITLE = 40
_MOST_COLUMNS = 256
_DIGEST = 16
_NO_LABEL = frozenset({CellKind.DATE, CellKind.DAY, CellKind.TIME, CellKind.AMOUNT, CellKind.FLAG})
_NO_IDS_FOUND = Message.of("doubt.no_ids")
_MOST_NAMED = 4
_RIVALS = {
    Meaning.DEVICE_ID: {Meaning.DEVICE_ID, Meaning.DEVICE_NUMBER},
    Meaning.SERIAL: {Meaning.SERIAL, Meaning.DEVICE_NUMBER},
    Meaning.DEVICE_NUMBER: {Meaning.DEVICE_NUMBER},
    Meaning.ADDRESS: {Meaning.ADDRESS, Meaning.UNKNOWN, Meaning.PART},
}
"""Which names leave it open whether a column of that name has the ids; beside a number of anything all do."""

_NO_IDS_ALONE = frozenset(
    (CellKind.DATE, CellKind.TIME, CellKind.AMOUNT, CellKind.FLAG, CellKind.TRADE, CellKind.PHONE)
)
_OTHER_NUMBERS = frozenset({CellKind.MAC, CellKind.IMEI, CellKind.TRADE})
_FEWEST = 0.2
"""The part of a column's cells from which on they are no slips."""

_LONGEST_REST = 5
"""Digits of the rest of an id, whose beginning stands beside it."""


@value(frozen=True, slots=True)
class _Found:
    """The column of the ids, or the likeliest, and the doubt; `why`: a message's id, "" for the usual one."""

    column: Column | None
    doubt: Message | None = None
    why: str = ""


def recognise(grid: Grid, choices: Choices = NOTHING_CHOSEN, known: Known = NOTHING_KNOWN) -> Layout:
    """Return where id and label stand, as chosen or as found, and the doubt if that is not clear."""
    answer = known.remembered.get(make_of(grid)) if known.remembered and choices.names_no_column else None
    if answer is None:
        return _recognise(grid, choices, known)
    layout = _recognise(grid, answer, known)
    why = Message.of("layout.remembered", column=column_name(layout.id_column))
    return replace(layout, why=why, remembered=True)


def _recognise(grid: Grid, choices: Choices, known: Known) -> Layout:
    header = _header(grid, choices)
    if header is not None and choices.names_no_column:
        choices = _chosen_by_names(header)
    named = header is not None and _has_names(header)
    rows = grid.rows if header is None else grid.rows[bisect_right(grid.rows, header.number, key=_number) :]
    sample = sample_of(rows)
    columns = _columns(header, sample, grid.width)
    possible = [column for column in columns if column.index != choices.label_column]
    candidates = _candidates(possible)
    if choices.id_column is not None:
        found = _Found(next((one for one in columns if one.index == choices.id_column), None))
        id_column = choices.id_column
    else:
        found = _find(possible, candidates, KnownIds(known), named=named)
        if found.doubt is None and found.column is not None and found.column.index in grid.hidden:
            found = replace(found, doubt=Message.of("doubt.hidden", column=found.column.words))
        id_column = found.column.index if found.column is not None else _first_column(columns)
    if choices.label_column is not None:
        label_column = choices.label_column
    else:
        label_column = _label(columns, id_column, named=named)
    return Layout(
        header.number if header is not None else NO_HEADER,
        id_column,
        label_column,
        _why(header, id_column, found.why),
        tuple(column.index for column in candidates),
        found.doubt if sample else None,
        notes=find_notes(rows, id_column, sample),
        # Who names another row knows what stands above it.
        above=find_above(grid.rows, header.number, id_column) if header and header is find_header(grid) else {},
    )


def _chosen_by_names(header: GridRow) -> Choices:
    cells = list(map(str.strip, header.cells))
    found = [at for at, pair in enumerate(pairwise(cells)) if pair == ("device_id", "label")]
    # Of two lists side by side a person chooses.
    return Choices(id_column=found[0], label_column=found[0] + 1) if len(found) == 1 else NOTHING_CHOSEN


def make_of(grid: Grid) -> str:
    """Return the key under which is remembered what a person chose for lists of this make.

    Lists with the same names of columns in the same order have the same, whatever a person chose; of those without
    a header, lists whose columns are made alike. It is a digest, from which no cell can be read.
    """
    header = find_header(grid)
    if header is not None:
        make = "\t".join(map(folded, header.cells)).rstrip("\t")
    else:
        columns = _columns(None, sample_of(grid.rows), grid.width)
        make = "\t".join(f"{column.contents.kind} {_make_of_ids(column)}" for column in columns)
    return blake2b(make.encode(errors="replace"), digest_size=_DIGEST).hexdigest()


def _make_of_ids(column: Column) -> str:
    """Return how long the cells of a column are and how they begin, where that is the same for all."""
    cells = [normalise(cell) for cell in column.cells if has_text(cell)]
    lengths = set(map(len, cells))
    return f"{lengths.pop()} {RecentIds.of(cells).lead}" if len(lengths) == 1 else ""


def _header(grid: Grid, choices: Choices) -> GridRow | None:
    if choices.header is None:
        return find_header(grid)
    return next((row for row in grid.rows if row.number == choices.header), None)


def _has_names(header: GridRow) -> bool:
    return any(name_of(cell).meaning is not Meaning.UNKNOWN for cell in header.cells)


def _columns(header: GridRow | None, sample: Sequence[GridRow], width: int) -> list[Column]:
    columns = []
    for index in range(min(width, _MOST_COLUMNS)):
        title = header.cell(index).strip() if header is not None else ""
        cells = tuple(row.cell(index) for row in sample)
        columns.append(Column(index, title, name_of(title) if title else UNKNOWN, Contents.of(cells), cells))
    return columns


def _candidates(columns: Iterable[Column]) -> list[Column]:
    """Return the columns that may be the ids, likeliest first."""
    return sorted(
        (column for column in columns if column.may_be_ids),
        key=lambda column: (column.meaning, -column.grade, column.index),
    )


def _find(columns: Sequence[Column], candidates: Sequence[Column], ids: KnownIds, *, named: bool) -> _Found:
    """Return the column of the ids by what nobody has chosen. `named`: the columns have names that are known."""
    filled = [column for column in columns if column.contents.filled]
    if len(filled) == 1 and (not named or _is_mixture(filled[0])):
        return _only(filled[0], ids)
    fitting = [column for column in candidates or filled if ids.fits_rules(column.cells)]
    left = fitting or candidates
    found = _by_name_and_contents(left, named=named)
    if found.column is not None and found.doubt is None:
        found = replace(found, doubt=_in_two(found.column, columns))
    if found.doubt is not None:
        read = fitting or [column for column in left if ids.has_parts(column.cells)]
        if len(read) == 1:
            return _Found(read[0], why="layout.by_rules")
    return _by_bound(found, [column for column in left if ids.looks_bound(column.cells)])


def _only(column: Column, ids: KnownIds) -> _Found:
    contents = column.contents
    # Words with digits may be codes with parts, which a person is asked about one by one.
    with_digits = sum(any(map(str.isdigit, cell)) for cell in column.cells)
    words = with_digits < FEWEST_WITH_DIGITS * contents.filled
    is_none = words or contents.kind in _NO_IDS_ALONE or _is_mixture(column)
    is_none = contents.counts or (contents.filled > 1 and is_none)
    is_none = is_none and not ids.fits_rules(column.cells) and not ids.has_parts(column.cells)
    return _Found(column, _NO_IDS_FOUND if is_none else None)


def _is_mixture(column: Column) -> bool:
    """Tell whether a column has other numbers of devices or of articles among its serials."""
    kinds = Counter(map(kind_of, column.cells))
    fewest = _FEWEST * column.contents.filled
    others = sum(kinds[kind] for kind in _OTHER_NUMBERS)
    return not column.contents.alike and others >= fewest and kinds[CellKind.CODE] >= fewest


def _by_name_and_contents(candidates: Sequence[Column], *, named: bool) -> _Found:
    if not candidates:
        return _Found(None, _NO_IDS_FOUND)
    best, others = candidates[0], candidates[1:]
    by_name = best.meaning.names_an_id
    if best.contents.are_few or (best.contents.repeats and best.contents.kind is CellKind.TRADE):
        return _Found(best, _NO_IDS_FOUND)
    clear = _is_surest(best, others) if by_name else _is_plainest(best, others, named=named)
    return _Found(best, None if clear else _doubt(candidates))


def _is_surest(best: Column, others: Sequence[Column]) -> bool:
    """Tell whether a column with a name of ids has them, and none of the others."""
    sound = [other for other in others if other.is_sound and other.cells != best.cells]
    if best.meaning >= Meaning.NUMBER and not best.is_sound:
        return False
    if best.meaning is Meaning.NUMBER or not best.is_sound:
        return all(other.grade < Grade.FAIR for other in sound)
    return not any(other.meaning in _RIVALS[best.meaning] for other in sound)


def _is_plainest(best: Column, others: Sequence[Column], *, named: bool) -> bool:
    """Tell whether the contents of a column without a name of ids are plainly better than those of all others."""
    if best.meaning is Meaning.PART or (named and best.title):
        return False
    if best.grade is Grade.POOR and best.contents.kind is not CellKind.NAMED:
        return False
    return all(best.grade is Grade.GOOD and other.grade is Grade.POOR for other in others)


def _by_bound(found: _Found, alike: Sequence[Column]) -> _Found:
    if len(alike) != 1 or (alike[0] is found.column and found.doubt is None):
        return found
    one = alike[0]
    if found.doubt is not None or found.column is None:
        return _Found(one, why="layout.by_bound")
    return replace(found, doubt=Message.of("doubt.bound", column=found.column.words, other=one.words))


def _in_two(column: Column, columns: Sequence[Column]) -> Message | None:
    """Return the doubt whether short numbers go on from the codes beside them, which come again and again."""
    front = next((other for other in columns if other.index == column.index - 1), None)
    if front is None or front.contents.kind is not CellKind.CODE or front.meaning > Meaning.PART:
        return None
    is_rest = front.contents.repeats and column.contents.kind in {CellKind.SHORT, CellKind.NUMBER}
    lengths = (len(normalise(cell)) for cell in column.cells)
    if not is_rest or max(lengths) > _LONGEST_REST:
        return None
    return Message.of("doubt.in_two", front=front.words, column=column.words)


def _doubt(candidates: Sequence[Column]) -> Message:
    if len(candidates) == 1:
        return Message.of("doubt.name", column=candidates[0].words)
    return Message.of("doubt.columns", columns=" / ".join(column.words for column in candidates[:_MOST_NAMED]))


def _first_column(columns: Sequence[Column]) -> int:
    """Return the first column that holds anything."""
    return next((column.index for column in columns if column.contents.filled), 0)


def _label(columns: Sequence[Column], id_column: int, *, named: bool) -> int:
    """Return the column of the labels, `NO_COLUMN` for none that plainly has them."""
    others = [column for column in columns if column.index != id_column]
    named_so = [column for column in others if column.is_label]
    if named_so:
        return min(named_so, key=lambda column: (column.meaning, column.name.rank)).index
    others = [column for column in others if column.contents.filled]
    wordy = [column for column in others if column.contents.are_words]
    if named:
        # Beside the ids stands nothing else, and its name is no other that is known.
        wordy = [column for column in wordy if len(others) == 1 and column.meaning is Meaning.UNKNOWN]
    return wordy[0].index if len(wordy) == 1 else NO_COLUMN


def _why(header: GridRow | None, id_column: int, why: str) -> Message:
    column = column_name(id_column)
    if why:
        return Message.of(why, column=column)
    if header is None:
        return Message.of("layout.no_header", column=column)
    return Message.of("layout.header", row=header.number, column=column, name=header.cell(id_column).strip())


def _number(row: GridRow) -> int:
    return row.number
