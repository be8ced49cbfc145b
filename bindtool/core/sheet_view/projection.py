"""The rows of a sheet as a table shows them: filtered, sorted, and kept up to date row by row.

Whoever draws them hears of each change before and after it, in the way that a table model has to announce it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from bindtool.core.sheet.indexes import NumberIndex
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.filters import EVERY_ROW, no_words
from bindtool.core.sheet_view.sorting import ARRIVAL, SortBy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set
    from contextlib import AbstractContextManager

    from bindtool.core.sheet_view.filters import RowFilter, Words
    from bindtool.core.sheet_view.sorting import Key, RowOrder

    Place = tuple[bool, Key, int]

MOST_PIECES = 128
"""Separate places at which rows go, come or move in one go; with more, all rows are arranged anew."""


class Face(Protocol):
    """Whoever draws the rows: each step happens inside of a `with`, and what it says of rows is of the view."""

    def leaving(self, first: int, last: int) -> AbstractContextManager[None]:
        """Rows go, from `first` to `last`."""

    def moving(self) -> AbstractContextManager[None]:
        """Rows change places; none goes and none comes."""

    def coming(self, first: int, last: int) -> AbstractContextManager[None]:
        """Rows come in; they will stand from `first` to `last`."""

    def anew(self) -> AbstractContextManager[None]:
        """Everything may be another."""


class Projection:
    """Rows of a sheet by their place in a view, 0 on top.

    Args:
        face: whoever draws them.
        words: what a person reads of a row beside its state; searched, and sorted by.
    """

    def __init__(self, face: Face, words: Words = no_words) -> None:
        self._face = face
        self._words = words
        self._sheet = Sheet()
        self._filter = EVERY_ROW
        self._order = ARRIVAL
        # Ascending by place; the view begins at its end where the order is a descending one.
        self._numbers: list[int] = []
        # What the shown rows were placed by, where it is not their numbers.
        self._keys: NumberIndex[Key] = NumberIndex()
        self._first_new = 1

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: int) -> bool:
        return bool(self._shown((number,)))

    @property
    def sheet(self) -> Sheet:
        """The sheet whose rows they are."""
        return self._sheet

    @property
    def filter(self) -> RowFilter:
        """Which rows are shown."""
        return self._filter

    @property
    def order(self) -> RowOrder:
        """In which order."""
        return self._order

    def number_at(self, row: int) -> int:
        """Return the number of the sheet's row that is shown at `row`."""
        return self._numbers[self._turned(row)]

    def row_of(self, number: int) -> int:
        """Return where the sheet's row `number` is shown; it has to be."""
        return self._turned(self._index_of(number))

    def rows_of(self, numbers: Iterable[int]) -> list[int]:
        """Return where the rows of these numbers are shown, ascending; they have to be."""
        if self._order.by is not SortBy.NUMBER:
            return sorted(map(self.row_of, numbers))
        # A run has thousands drawn again at a time.
        found = sorted(bisect_left(self._numbers, number) for number in numbers)
        return [self._turned(at) for at in reversed(found)] if self._order.descending else found

    def missed(self) -> int:
        """Return how many rows have come since the filter was chosen and are not shown."""
        new = range(self._first_new, self._sheet.next_number)
        return sum(1 for number in new if number in self._sheet and number not in self)

    def show(self, sheet: Sheet) -> None:
        """Show another sheet: all of it, in the order of arrival."""
        with self._face.anew():
            self._sheet.before_drop = None
            self._sheet = sheet
            sheet.before_drop = self._let_go
            self._filter, self._order = EVERY_ROW, ARRIVAL
            self._first_new = sheet.next_number
            self._arrange()

    def narrow(self, wanted: RowFilter) -> None:
        """Show only the rows that are wanted."""
        with self._face.anew():
            narrower = wanted.narrows(self._filter)
            self._filter = wanted
            self._first_new = self._sheet.next_number
            if narrower:
                # Rows are quicker to look at in the order in which they lie in memory.
                among = None if len(self) == len(self._sheet) else sorted(self._numbers)
                self._keep(wanted.choose(self._sheet, self._words, among))
            else:
                self._arrange()

    def sort(self, order: RowOrder) -> None:
        """Show the rows in another order."""
        with self._face.anew():
            self._order = order
            self._put_in_order(sorted(self._numbers))

    def refresh(self, changed: Iterable[int]) -> list[int]:
        """Take in what has become of the rows `changed`: new ones and those that are others now.

        Those that have gone were taken out before: whoever draws may ask for a row until it is told that it left.
        Returns the numbers of those that are shown as before and have to be drawn again.
        """
        numbers = set(changed)
        wanted = self._wanted(numbers)
        shown = self._shown(numbers)
        self._take_out(shown - wanted)
        staying = shown & wanted
        self._put_right(staying)
        self._take_in(wanted - shown)
        return sorted(staying)

    # the steps

    def _let_go(self, numbers: Iterable[int]) -> None:
        self._take_out(self._shown(numbers))

    def _take_out(self, numbers: set[int]) -> None:
        pieces = list(runs(sorted(map(self._index_of, numbers))))
        if len(pieces) > MOST_PIECES:
            self._anew(numbers)
            return
        for first, last in reversed(pieces):
            with self._face.leaving(*sorted((self._turned(first), self._turned(last)))):
                for number in self._numbers[first : last + 1]:
                    self._keys.discard(number)
                del self._numbers[first : last + 1]

    def _put_right(self, numbers: Iterable[int]) -> None:
        if self._order.by is SortBy.NUMBER:
            return
        keys = dict(self._keys_of(list(numbers)))
        moving = [number for number, key in keys.items() if key != self._keys[number]]
        if len(moving) > MOST_PIECES:
            self._anew()
        elif moving:
            with self._face.moving():
                for number in moving:
                    del self._numbers[self._index_of(number)]
                    self._keys.discard(number)
                for number in moving:
                    self._numbers.insert(self._index_for(number, keys[number]), number)
                    self._remember(number, keys[number])

    def _take_in(self, numbers: set[int]) -> None:
        # Those that an arranging anew has brought in already are no longer new.
        new = dict(self._keys_of([number for number in numbers if number not in self]))
        in_order = sorted(new, key=lambda number: self._place(number, new[number]))
        found = [self._index_for(number, new[number]) for number in in_order]
        pairs = groupby(zip(found, in_order, strict=True), itemgetter(0))
        pieces = [(at, [number for _, number in pair]) for at, pair in pairs]
        if len(pieces) > MOST_PIECES:
            self._anew()
            return
        for at, numbers_here in reversed(pieces):
            first = len(self._numbers) - at if self._order.descending else at
            with self._face.coming(first, first + len(numbers_here) - 1):
                for number in numbers_here:
                    self._remember(number, new[number])
                self._numbers[at:at] = numbers_here

    def _anew(self, without: Set[int] = frozenset()) -> None:
        with self._face.anew():
            self._arrange(without)

    def _arrange(self, without: Set[int] = frozenset()) -> None:
        chosen = self._filter.choose(self._sheet, self._words)
        self._put_in_order([number for number in chosen if number not in without] if without else chosen)

    def _put_in_order(self, numbers: list[int]) -> None:
        """Show these, given in the order of arrival."""
        if self._order.by is SortBy.NUMBER:
            self._keys = NumberIndex()
            self._numbers = numbers
            return
        if not self._order.descending:
            numbers.reverse()
        # One after the other: there need not be room for both.
        self._keys = NumberIndex()
        self._keys.fill(self._keys_of(numbers), self._sheet.next_number)
        key_of = self._keys.of
        blank = [number for number in numbers if key_of(number) == ""]
        filled = [number for number in numbers if key_of(number) != ""] if blank else numbers
        # A sort keeps the order of those that are alike.
        filled.sort(key=key_of)
        self._numbers = blank + filled if self._order.descending else filled + blank

    def _keep(self, wanted: list[int]) -> None:
        """Show only these of the rows that are shown, given in the order of arrival."""
        if self._order.by is SortBy.NUMBER:
            self._numbers = wanted
            return
        # A set would take forty times as much memory.
        marks = bytearray(self._sheet.next_number)
        for number in wanted:
            marks[number] = True
        self._numbers = [number for number in self._numbers if marks[number]]
        key_of = self._keys.of
        self._keys = NumberIndex()
        self._keys.fill(zip(wanted, map(key_of, wanted), strict=True), self._sheet.next_number)

    # places

    def _wanted(self, numbers: Iterable[int]) -> set[int]:
        there = {number for number in numbers if number in self._sheet}
        return there if self._filter == EVERY_ROW else {number for number in there if self._wants(number)}

    def _wants(self, number: int) -> bool:
        return self._filter.wants(self._sheet[number], self._sheet.standing(number), self._words)

    def _shown(self, numbers: Iterable[int]) -> set[int]:
        if self._order.by is not SortBy.NUMBER:
            return {number for number in numbers if number in self._keys}
        rows = self._numbers
        return {n for n in numbers if (at := bisect_left(rows, n)) < len(rows) and rows[at] == n}

    def _remember(self, number: int, key: Key) -> None:
        if self._order.by is not SortBy.NUMBER:
            self._keys[number] = key

    def _keys_of(self, numbers: Sequence[int]) -> Iterator[tuple[int, Key]]:
        rows = self._sheet.rows(numbers)
        return zip(numbers, self._order.keys(rows, self._sheet.standing, self._words), strict=True)

    def _place(self, number: int, key: Key) -> Place:
        """Return what `_numbers` is ascending by; where the view is turned, so is all of it."""
        descending = self._order.descending
        return (key != "") is descending, key, number if descending else -number

    def _place_of(self, number: int) -> Place:
        return self._place(number, self._keys[number])

    def _index_for(self, number: int, key: Key) -> int:
        if self._order.by is SortBy.NUMBER:
            return self._index_of(number)
        return bisect_left(self._numbers, self._place(number, key), key=self._place_of)

    def _index_of(self, number: int) -> int:
        if self._order.by is SortBy.NUMBER:
            return bisect_left(self._numbers, number)
        return bisect_left(self._numbers, self._place_of(number), key=self._place_of)

    def _turned(self, at: int) -> int:
        return len(self._numbers) - 1 - at if self._order.descending else at


def runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the unbroken runs of ascending numbers as first and last."""
    if not rows:
        return
    first = rows[0]
    for row, following in pairwise([*rows, rows[-1] + 2]):
        if following != row + 1:
            yield first, row
            first = following
