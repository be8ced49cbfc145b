"""The rows of a sheet as a table shows them: filtered, sorted, and kept up to date row by row.

Calls its observer before and after each change, in the order that a table model has to announce it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, RowFilter, no_words
from bindtool.core.sheet_view.sorting import ARRIVAL, RowOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set
    from contextlib import AbstractContextManager

    from bindtool.core.sheet_view.filters import Words
    from bindtool.core.sheet_view.sorting import Key

    Position = tuple[bool, Key, int]

MOST_PIECES = 128
"""Separate places at which rows are removed, inserted or moved in one step; with more, the view is reset."""


class ChangeObserver(Protocol):
    """The view of the rows: each change happens inside a `with`, and row numbers are those of the view."""

    def removing(self, first: int, last: int) -> AbstractContextManager[None]:
        """The rows from `first` to `last` are removed."""

    def moving(self) -> AbstractContextManager[None]:
        """Rows change places; none is removed or inserted."""

    def inserting(self, first: int, last: int) -> AbstractContextManager[None]:
        """Rows are inserted; they will stand from `first` to `last`."""

    def resetting(self) -> AbstractContextManager[None]:
        """Anything may change."""


class Projection:
    """Rows of a sheet by their row in a view, 0 on top.

    Args:
        observer: the view that draws them.
        words: returns the displayed texts of a row except its state; searched, and sorted by.
    """

    def __init__(self, observer: ChangeObserver, words: Words = no_words) -> None:
        self._observer = observer
        self._words = words
        self._sheet = Sheet()
        self._filter = EVERY_ROW
        self._order = ARRIVAL
        # Ascending by sort position; a descending view is read from the end.
        self._numbers: list[int] = []
        # The sort keys of the rows shown, unless they are sorted by number.
        self._keys: dict[int, Key] = {}
        self._first_new = 1

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: int) -> bool:
        return bool(self._shown((number,)))

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def filter(self) -> RowFilter:
        return self._filter

    @property
    def order(self) -> RowOrder:
        return self._order

    def number_at(self, row: int) -> int:
        """Return the number of the sheet's row that is shown at `row`."""
        return self._numbers[self._mirrored(row)]

    def row_of(self, number: int) -> int:
        """Return the view row of the sheet's row `number`; it has to be shown."""
        return self._mirrored(self._index_of(number))

    def rows_of(self, numbers: Iterable[int]) -> list[int]:
        """Return the view rows of these numbers, ascending; they have to be shown."""
        if self._order.by is not Column.NUMBER:
            return sorted(map(self.row_of, numbers))
        # A run redraws thousands of rows at a time.
        found = sorted(bisect_left(self._numbers, number) for number in numbers)
        return [self._mirrored(at) for at in reversed(found)] if self._order.descending else found

    def missed(self) -> int:
        """Return the number of rows that came in since the filter was set and that it hides."""
        new = range(self._first_new, self._sheet.next_number)
        return sum(1 for number in new if number in self._sheet and number not in self)

    def show(self, sheet: Sheet) -> None:
        """Show another sheet: all of it, in the order of arrival."""
        with self._observer.resetting():
            self._sheet.before_drop = None
            self._sheet = sheet
            sheet.before_drop = self._before_drop
            self._filter, self._order = EVERY_ROW, ARRIVAL
            self._first_new = sheet.next_number
            self._rebuild()

    def narrow(self, wanted: RowFilter) -> None:
        """Show only the rows that pass a filter."""
        with self._observer.resetting():
            narrower = wanted.narrows(self._filter)
            self._filter = wanted
            self._first_new = self._sheet.next_number
            if narrower:
                # Reading rows in the order of their memory is faster.
                among = None if len(self) == len(self._sheet) else sorted(self._numbers)
                self._keep(wanted.choose(self._sheet, self._words, among))
            else:
                self._rebuild()

    def sort(self, order: RowOrder) -> None:
        with self._observer.resetting():
            self._order = order
            self._show_sorted(sorted(self._numbers))

    def rebuild(self, without: Set[int] = frozenset()) -> None:
        """Filter and sort the rows anew, as after a change of their words; leave out rows about to be deleted."""
        with self._observer.resetting():
            self._rebuild(without)

    def refresh(self, changed: Iterable[int]) -> list[int]:
        """Update the view after the rows `changed` were added or changed.

        Deleted rows were removed before: the view may ask for a row until it is told of the removal. Returns the
        numbers of the rows still shown that have to be redrawn.
        """
        numbers = {number for number in changed if number in self._sheet}
        wanted = numbers if self._filter == EVERY_ROW else set(filter(self._wants, numbers))
        shown = self._shown(numbers)
        self._remove(shown - wanted)
        staying = shown & wanted
        self._move(staying)
        self._insert(wanted - shown)
        return sorted(staying)

    # the changes

    def _before_drop(self, numbers: Iterable[int]) -> None:
        self._remove(self._shown(numbers))

    def _remove(self, numbers: set[int]) -> None:
        pieces = list(runs(sorted(map(self._index_of, numbers))))
        if len(pieces) > MOST_PIECES:
            self.rebuild(numbers)
            return
        for first, last in reversed(pieces):
            with self._observer.removing(*sorted((self._mirrored(first), self._mirrored(last)))):
                for number in self._numbers[first : last + 1]:
                    self._keys.pop(number, None)
                del self._numbers[first : last + 1]

    def _move(self, numbers: Iterable[int]) -> None:
        if self._order.by is Column.NUMBER:
            return
        keys = dict(self._keys_of(list(numbers)))
        moving = [number for number, key in keys.items() if key != self._keys[number]]
        if len(moving) > MOST_PIECES:
            self.rebuild()
        elif moving:
            with self._observer.moving():
                for number in moving:
                    del self._numbers[self._index_of(number)]
                    self._keys.pop(number, None)
                for number in moving:
                    self._numbers.insert(self._index_for(number, keys[number]), number)
                    self._remember(number, keys[number])

    def _insert(self, numbers: set[int]) -> None:
        # A reset may have inserted some of them already.
        new = dict(self._keys_of([number for number in numbers if number not in self]))
        in_order = sorted(new, key=lambda number: self._position(number, new[number]))
        found = [self._index_for(number, new[number]) for number in in_order]
        pairs = groupby(zip(found, in_order, strict=True), itemgetter(0))
        pieces = [(at, [number for _, number in pair]) for at, pair in pairs]
        if len(pieces) > MOST_PIECES:
            self.rebuild()
            return
        for at, numbers_here in reversed(pieces):
            first = len(self._numbers) - at if self._order.descending else at
            with self._observer.inserting(first, first + len(numbers_here) - 1):
                for number in numbers_here:
                    self._remember(number, new[number])
                self._numbers[at:at] = numbers_here

    def _rebuild(self, without: Set[int] = frozenset()) -> None:
        chosen = self._filter.choose(self._sheet, self._words)
        self._show_sorted([number for number in chosen if number not in without] if without else chosen)

    def _show_sorted(self, numbers: list[int]) -> None:
        """Show these rows, given in the order of arrival."""
        if self._order.by is Column.NUMBER:
            self._keys = {}
            self._numbers = numbers
            return
        if not self._order.descending:
            numbers.reverse()
        self._keys = dict(self._keys_of(numbers))
        key_of = self._keys.__getitem__
        blank = [number for number in numbers if key_of(number) == ""]
        filled = [number for number in numbers if key_of(number) != ""] if blank else numbers
        # The sort is stable.
        filled.sort(key=key_of)
        self._numbers = blank + filled if self._order.descending else filled + blank

    def _keep(self, wanted: list[int]) -> None:
        """Show only these of the rows shown, given in the order of arrival."""
        if self._order.by is Column.NUMBER:
            self._numbers = wanted
            return
        self._keys = {number: self._keys[number] for number in wanted}
        self._numbers = [number for number in self._numbers if number in self._keys]

    # positions

    def _wants(self, number: int) -> bool:
        return self._filter.wants(self._sheet[number], self._sheet.status(number), self._words)

    def _shown(self, numbers: Iterable[int]) -> set[int]:
        if self._order.by is not Column.NUMBER:
            return {number for number in numbers if number in self._keys}
        rows = self._numbers
        return {n for n in numbers if (at := bisect_left(rows, n)) < len(rows) and rows[at] == n}

    def _remember(self, number: int, key: Key) -> None:
        if self._order.by is not Column.NUMBER:
            self._keys[number] = key

    def _keys_of(self, numbers: Sequence[int]) -> Iterator[tuple[int, Key]]:
        rows = self._sheet.rows(numbers)
        return zip(numbers, self._order.keys(rows, self._sheet.status, self._words), strict=True)

    def _position(self, number: int, key: Key) -> Position:
        """Return the key that `_numbers` is sorted by, ascending; a descending view is read from the end."""
        descending = self._order.descending
        return (key != "") is descending, key, number if descending else -number

    def _position_of(self, number: int) -> Position:
        return self._position(number, self._keys[number])

    def _index_for(self, number: int, key: Key) -> int:
        if self._order.by is Column.NUMBER:
            return self._index_of(number)
        return bisect_left(self._numbers, self._position(number, key), key=self._position_of)

    def _index_of(self, number: int) -> int:
        if self._order.by is Column.NUMBER:
            return bisect_left(self._numbers, number)
        return bisect_left(self._numbers, self._position_of(number), key=self._position_of)

    def _mirrored(self, at: int) -> int:
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
