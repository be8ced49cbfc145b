"""Decides which columns of a table have the ids and the labels: chosen, named unambiguously, or to be confirmed.

Nothing can be unbound, so a list is taken without a question only if

1. a person has chosen the columns, now or for a list of this very layout, 2. "device_id" and "label" are adjacent,
as in the guide and all reports, or it has Coze's own columns, 3. or only one column is not empty, unless that is
plainly something else, such as running numbers.

Otherwise a person is asked once. Columns fit whose cells look like ids, and differ; if some fit the profile's
rules, only those. They are ranked by their names. A column is preselected only if no other fits, its name, if it
has one, is a name of ids, and no word such as "faulty" stands above. Words never rule out a column whose contents
fit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import TakenPart, take_part
from bindtool.core.barcode.id_rules import CheckDigit
from bindtool.core.barcode.recent_ids import RecentIds, Shape
from bindtool.core.common.messages import Message
from bindtool.core.intake.id_judge import IdJudge
from bindtool.core.intake.reading import read_text
from bindtool.core.model.device import normalise
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.tabular.columns.contents import CellKind, Contents, kind_of
from bindtool.core.tabular.columns.names import DISCARDED, UNKNOWN, Meaning, Name, folded, name_of
from bindtool.core.tabular.columns.regions import (
    FEWEST_WITH_DIGITS,
    find_above,
    find_header,
    find_notes,
    sample_of,
)
from bindtool.core.tabular.table.grid import HEAD, Grid, GridRow, column_name, has_text
from bindtool.core.tabular.table.result import (
    NO_COLUMN,
    NO_HEADER,
    NOTHING_CHOSEN,
    NOTHING_KNOWN,
    Choices,
    Known,
    Layout,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


_MOST = 0.8
_MOST_READ = 50
"""Cells of a column: matching a pattern is slow."""


def fits_rules(rules: ScanRules, cells: Sequence[str]) -> bool:
    """Return whether most cells match the rules for ids, or contain an extracted part; False without rules."""
    ids = rules.ids
    if not (ids.pattern or ids.length or ids.check is not CheckDigit.NONE):
        return has_parts(rules, cells)
    # The form of other channels' ids does not matter to the rules.
    judge = IdJudge(replace(ids, odd_one_out=False, beyond_ascii=True))

    def is_allowed(cell: str) -> bool:
        read = read_text(cell, rules, scanned=False)
        return read.problem is None and judge.why_held(read.device_id) is None

    return _most(cells, is_allowed)


def has_parts(rules: ScanRules, cells: Sequence[str]) -> bool:
    """Return whether the rule for the parts of a code extracts an id from most cells."""

    def has_part(cell: str) -> bool:
        code = parse(cell, in_cell=True)
        return code.kind is not None and isinstance(take_part(rules.part, code), TakenPart)

    return rules.part.takes_something and _most(cells, has_part)


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    read = [cell for cell in cells if cell.strip()][:_MOST_READ]
    return bool(read) and sum(map(fits, read)) >= _MOST * len(read)


_MOST_COLUMNS = 256
_MOST_NAMED = 4
_LONGEST_TITLE = 40
_DIGEST = 16
_FEWEST = 0.2
"""The minimum share of a column's cells that are no mere errors."""

_LONGEST_DAY = 8
"""Digits of a date; article and personnel numbers have more."""

_OF_SOMETHING_ELSE = re.compile(
    r"(?<!s)/(?!n)|订单|訂單|客户|客戶|电池|電池|主板|注文|[后末].位|\b(?:orders?|customer|battery|last)\b",
    re.IGNORECASE,
)
"""Words in a name by which its numbers may identify something other than the devices."""

_LONGEST_REST = 5
"""Digits of the rest of an id, whose beginning is in the adjacent column."""

_OWN = (("device_id", "label"), ("设备id", "标签"))
_COZE = frozenset(("key", "value", "label", "user_id"))


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column to be judged. `title`: its original name, "" for none; `cells`: those of some rows."""

    index: int
    title: str
    name: Name
    contents: Contents
    cells: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether it may be the ids: by its contents, or by its name if the contents allow it."""
        named = self.name.meaning.names_an_id
        return self.contents.may_be_ids if named else self.contents.fits_ids

    @property
    def is_label(self) -> bool:
        """Whether its name is one of labels, and its contents allow it."""
        contents, meaning = self.contents, self.name.meaning
        if meaning not in {Meaning.LABEL, Meaning.NAME} or contents.kind is CellKind.VALUE or contents.counts:
            return False
        # A name shared by many devices is that of their article.
        return meaning is Meaning.LABEL or (contents.filled > 0 and not contents.are_few)

    @property
    def words(self) -> str:
        """Its letter and its name, for a person."""
        return _words(self.index, self.title)


def _words(column: int, title: str) -> str:
    title = " ".join(title.split())[:_LONGEST_TITLE]
    return f"{column_name(column)} “{title}”" if title else column_name(column)


def recognise(grid: Grid, choices: Choices = NOTHING_CHOSEN, known: Known = NOTHING_KNOWN) -> Layout:
    """Return the columns of id and label, or the likeliest ones, and the doubt for which a person is asked."""
    remembered = _remembered(grid, known.remembered) if choices.names_no_column and known.remembered else None
    if remembered is not None:
        choices = remembered
    header = _header(grid, choices)
    by_person = not choices.names_no_column
    if not by_person and header is not None:
        choices = _chosen_by_names(header)
    rows = grid.rows if header is None else grid.rows[bisect_right(grid.rows, header.number, key=_number) :]
    sample = sample_of(rows)
    columns = _columns(header, sample, grid.width)
    fitting = _fitting([one for one in columns if one.index != choices.label_column], known.rules)
    id_column, doubt = choices.id_column, None
    if id_column is None:
        id_column, doubt = _likeliest(columns, fitting, rows, known.rules)
        if header is not None and _may_be_others(grid, header, id_column):
            doubt = doubt or Message.of("doubt.new_layout", column=_words(id_column, header.cell(id_column)))
            id_column = NO_COLUMN
    if id_column in grid.hidden and not by_person:
        title = header.cell(id_column) if header is not None else ""
        doubt = Message.of("doubt.hidden", column=_words(id_column, title))
    label_column = choices.label_column
    if label_column is None:
        label_column = _label(columns, id_column, named=header is not None)
    return Layout(
        header.number if header is not None else NO_HEADER,
        id_column,
        label_column,
        doubt or _why(header, id_column, is_remembered=remembered is not None),
        tuple(column.index for column in fitting),
        doubt if rows else None,
        remembered=remembered is not None,
        notes=find_notes(rows, id_column, sample),
        # A person who chooses another header row knows the rows above it.
        above=find_above(grid.rows, header.number, id_column) if header and header is find_header(grid) else {},
    )


def _remembered(grid: Grid, remembered: Mapping[str, Choices]) -> Choices | None:
    """Return how a list of this layout was read the last time, with its current header row."""
    for row in grid.rows[:HEAD]:
        answer = remembered.get(_digest(_names(grid, row)))
        if answer is not None:
            return Choices(header=row.number, id_column=answer.id_column, label_column=answer.label_column)
    columns = _columns(None, sample_of(grid.rows), grid.width)
    answer = remembered.get(_make_of_columns(columns))
    if (
        answer is None
        or answer.id_column is None
        or has_rival([column.cells for column in columns], answer.id_column)
    ):
        return None
    return Choices(header=NO_HEADER, id_column=answer.id_column, label_column=answer.label_column)


def make_of(grid: Grid, header: int) -> str:
    """Return the key for remembering how lists of this layout are read.

    Lists with the same names in the same columns have the same key; without a header, lists whose columns have the
    same form. It is a digest, from which no cell can be recovered.

    Args:
        grid: the list.
        header: the number of the header row, `NO_HEADER` for none.
    """
    row = next((row for row in grid.rows if row.number == header), None)
    if row is not None:
        return _digest(_names(grid, row))
    return _make_of_columns(_columns(None, sample_of(grid.rows), grid.width))


def _names(grid: Grid, header: GridRow) -> str:
    """Return the names of a row; a list under a title such as "Removed" has a layout of its own."""
    names = "\t".join(map(folded, header.cells)).rstrip("\t")
    return "\n".join([names, *sorted(set(discarded_above(grid, header)))])


def discarded_above(grid: Grid, header: GridRow) -> Iterator[str]:
    """Yield the words above a row by which the devices below may not be those to bind."""
    for row in takewhile(lambda row: row.number < header.number, grid.rows):
        yield from (found.casefold() for cell in row.cells for found in DISCARDED.findall(cell))


def _make_of_columns(columns: Sequence[ListColumn]) -> str:
    return _digest("\t".join(f"{column.contents.kind} {_make_of_ids(column)}" for column in columns))


def _digest(make: str) -> str:
    return blake2b(make.encode(errors="replace"), digest_size=_DIGEST).hexdigest()


def _make_of_ids(column: ListColumn) -> str:
    """Return the length and the beginning of a column's cells, if all have the same."""
    cells = [normalise(cell) for cell in column.cells if has_text(cell)]
    lengths = set(map(len, cells))
    return f"{lengths.pop()} {RecentIds.of(cells).lead}" if len(lengths) == 1 else ""


def has_rival(columns: Sequence[Sequence[str]], id_column: int) -> bool:
    """Return whether another of these columns has two cells with the shape of cells of the id column."""
    shapes = [Counter(Shape.of(text) for text in map(normalise, cells) if text) for cells in columns]
    others = (counts for at, counts in enumerate(shapes) if at != id_column)
    return any(sum(counts[shape] for shape in shapes[id_column]) > 1 for counts in others)


def _header(grid: Grid, choices: Choices) -> GridRow | None:
    if choices.header is None:
        return find_header(grid)
    return next((row for row in grid.rows if row.number == choices.header), None)


def _chosen_by_names(header: GridRow) -> Choices:
    names = ["".join(cell.split()).casefold() for cell in header.cells]
    if {"value", "label"} <= set(names) <= _COZE and len(set(names)) == len(names):
        return Choices(id_column=names.index("value"), label_column=names.index("label"))
    found = [at for at, pair in enumerate(pairwise(names)) if pair in _OWN]
    # Of two adjacent lists a person chooses.
    return Choices(id_column=found[0], label_column=found[0] + 1) if len(found) == 1 else NOTHING_CHOSEN


def _columns(header: GridRow | None, sample: Sequence[GridRow], width: int) -> list[ListColumn]:
    columns = []
    for index in range(min(width, _MOST_COLUMNS)):
        title = header.cell(index).strip() if header is not None else ""
        cells = tuple(row.cell(index) for row in sample)
        columns.append(ListColumn(index, title, name_of(title) if title else UNKNOWN, Contents.of(cells), cells))
    return columns


def _fitting(columns: Sequence[ListColumn], rules: ScanRules) -> list[ListColumn]:
    """Return the columns that may be the ids, the likeliest first."""
    allowed = [column for column in columns if fits_rules(rules, column.cells)]
    fitting = allowed or [column for column in columns if column.fits]
    return sorted(
        fitting, key=lambda column: (column.name.meaning, column.contents.kind is not CellKind.CODE, column.index)
    )


def _likeliest(
    columns: Sequence[ListColumn], fitting: Sequence[ListColumn], rows: Sequence[GridRow], rules: ScanRules
) -> tuple[int, Message | None]:
    """Return the column to preselect, `NO_COLUMN` for none, and the doubt, None if there is none."""
    filled = {at for row in rows for at, cell in enumerate(row.cells) if has_text(cell)}
    if not filled:
        return 0, None
    if len(filled) == 1 and max(filled) < len(columns):
        alone = columns[max(filled)]
        is_taken = not _is_plainly_none(alone) or fits_rules(rules, alone.cells)
        return (alone.index, None) if is_taken else (NO_COLUMN, Message.of("doubt.no_ids"))
    if not fitting:
        return NO_COLUMN, Message.of("doubt.no_ids")
    if len(fitting) > 1:
        several = " / ".join(column.words for column in fitting[:_MOST_NAMED])
        return NO_COLUMN, Message.of("doubt.columns", columns=several)
    (only,) = fitting
    is_named = not only.title or only.name.meaning <= Meaning.PART
    is_rest = all(cell.isdigit() and len(cell) <= _LONGEST_REST for cell in only.cells if has_text(cell))
    is_marked = is_named and not is_rest and not _is_of_articles(only)
    return only.index if is_marked else NO_COLUMN, Message.of("doubt.new_layout", column=only.words)


def _may_be_others(grid: Grid, header: GridRow, id_column: int) -> bool:
    """Return whether a word in a column's name, or in a title, suggests that its devices are not meant."""
    name = header.cell(id_column)
    found = DISCARDED.search(name) or _OF_SOMETHING_ELSE.search(name) or next(discarded_above(grid, header), None)
    return found is not None


def _is_plainly_none(column: ListColumn) -> bool:
    """Return whether the only column is plainly no ids, or has other numbers among its serials."""
    contents, cells = column.contents, [normalise(cell) for cell in column.cells if has_text(cell)]
    kinds, lengths = Counter(map(kind_of, cells)), Counter(map(len, cells))
    others = kinds[CellKind.ADDRESS] + kinds[CellKind.OTHER]
    mixed = max(lengths.values(), default=0) < _MOST * len(cells)
    if mixed and min(others, kinds[CellKind.CODE]) >= _FEWEST * len(cells):
        return True
    # Words with digits may be codes with parts, which a person is asked about one by one.
    with_digits = sum(any(map(str.isdigit, cell)) for cell in cells)
    words = with_digits < FEWEST_WITH_DIGITS * len(cells)
    values = contents.kind is CellKind.VALUE or _is_of_articles(column)
    return contents.counts or (len(cells) > 1 and (words or values))


def _is_of_articles(column: ListColumn) -> bool:
    """Return whether a column has article or personnel numbers, which are longer than a date."""
    return column.contents.kind is CellKind.OTHER and max(map(len, column.cells)) > _LONGEST_DAY


def _label(columns: Sequence[ListColumn], id_column: int, *, named: bool) -> int:
    """Return the column of the labels, `NO_COLUMN` if none plainly has them."""
    others = [column for column in columns if column.index != id_column]
    named_so = [column for column in others if column.is_label]
    if named_so:
        return min(named_so, key=lambda column: (column.name.meaning, column.name.rank)).index
    wordy = [column for column in others if column.contents.are_words]
    unnamed = [column for column in wordy if not named or column.name.meaning is Meaning.UNKNOWN]
    return unnamed[0].index if len(wordy) == len(unnamed) == 1 else NO_COLUMN


def _why(header: GridRow | None, id_column: int, *, is_remembered: bool) -> Message:
    column = column_name(id_column)
    if is_remembered:
        return Message.of("layout.remembered", column=column)
    if header is None:
        return Message.of("layout.no_header", column=column)
    return Message.of("layout.header", row=header.number, column=column, name=header.cell(id_column).strip())


def _number(row: GridRow) -> int:
    return row.number
