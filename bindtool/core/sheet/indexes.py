"""Finds rows fast in a long sheet: by number, in little memory, and by a text that they have."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")


class NumberIndex(Generic[T]):
    """Values by number, ascending.

    The numbers of rows count up from 1 and few are ever missing, so there is a place for each one: 8 bytes, where a
    dict takes 52. None is no value.
    """

    def __init__(self) -> None:
        self._places: list[T | None] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return (value for value in self._places if value is not None)

    def __reversed__(self) -> Iterator[T]:
        return (value for value in reversed(self._places) if value is not None)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.get(number) is not None

    def __getitem__(self, number: int) -> T:
        value = self._places[number] if 0 <= number < len(self._places) else None
        if value is None:
            raise KeyError(number)
        return value

    def get(self, number: int) -> T | None:
        """Return the value of a number, None where there is none."""
        return self._places[number] if 0 <= number < len(self._places) else None

    @property
    def of(self) -> Callable[[int], T]:
        """Gives the value of a number that is there for certain; much faster, where all rows are asked for."""
        return cast("Callable[[int], T]", self._places.__getitem__)

    def fill(self, values: Iterable[tuple[int, T]], highest: int) -> None:
        """Take values of numbers up to `highest`: much faster than one by one."""
        self._make_room(highest)
        places, more = self._places, 0
        for number, value in values:
            more += places[number] is None
            places[number] = value
        self._count += more

    def __setitem__(self, number: int, value: T) -> None:
        if number >= len(self._places):
            self._make_room(number)
        self._count += self._places[number] is None
        self._places[number] = value

    def discard(self, number: int) -> None:
        """Forget the value of a number, if it has one."""
        if self.get(number) is not None:
            self._places[number] = None
            self._count -= 1

    def _make_room(self, highest: int) -> None:
        self._places.extend([None] * (highest + 1 - len(self._places)))


class TextIndex:
    """Numbers of rows by a text, ascending. What came in is sorted in when somebody asks for a text."""

    def __init__(self) -> None:
        # Most texts belong to one row: a list for each would take most of the memory of a long sheet.
        self._alone: dict[str, int] = {}
        self._shared: dict[str, list[int]] = {}
        self._texts: list[str] = []
        self._numbers: list[int] = []

    def __getitem__(self, text: str) -> Sequence[int]:
        self._sort_in()
        if text in self._alone:
            return (self._alone[text],)
        return self._shared.get(text, ())

    def first(self, text: str) -> int:
        """Return the first of the numbers that the text has for certain."""
        self._sort_in()
        number = self._alone.get(text)
        return self._shared[text][0] if number is None else number

    def are_alone(self, texts: Iterable[str], numbers: Sequence[int]) -> bool:
        """Tell whether each of these texts belongs to the row of the number beside it, and to no other."""
        self._sort_in()
        return list(map(self._alone.get, texts)) == list(numbers)

    def add(self, texts: Iterable[str], numbers: Iterable[int]) -> None:
        """Note that rows have texts: each of `texts` the row of the number beside it."""
        self._texts += texts
        self._numbers += numbers

    def discard(self, text: str, number: int) -> None:
        """Note that a row has it no more, if it had it."""
        self._sort_in()
        if self._alone.get(text) == number:
            del self._alone[text]
            return
        numbers = self._shared.get(text, [])
        at = bisect_left(numbers, number)
        if at < len(numbers) and numbers[at] == number:
            del numbers[at]
            if not numbers:
                del self._shared[text]

    def _sort_in(self) -> None:
        if not self._texts:
            return
        texts, numbers = self._texts, self._numbers
        self._texts, self._numbers = [], []
        if not (self._alone or self._shared):
            # Faster than one by one, and few lists have a text twice.
            every = dict(zip(texts, numbers, strict=True))
            if len(every) == len(texts):
                self._alone = every
                return
        alone, shared = self._alone, self._shared
        for text, number in zip(texts, numbers, strict=True):
            if text in shared:
                insort(shared[text], number)
            elif text in alone:
                shared[text] = sorted((alone.pop(text), number))
            else:
                alone[text] = number
