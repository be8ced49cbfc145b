"""Judges a list as a whole: finds ids that are unlike the others, repeated, without their leading zeros, or labels.

`id_judge` judges a single id. Two ids are of the same make if they have the same length and kinds of characters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bindtool.core.barcode.recent_ids import Shape, kinds_in
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROUNDED_NUMBER = re.compile(r"[1-9]\d{14}0+", re.ASCII)
"""A spreadsheet keeps 15 digits of a number and replaces the rest by zeros. It drops leading zeros, so a number
with a leading zero has never been in a spreadsheet's numeric cell."""

_OFTEN = 3
"""Occurrences from which a value is not a serial: each device has its own serial."""
_MAKE, _PLAIN_MAKE = 3, 4
"""Minimum ids of a make to count as one, and minimum ids of a make to prove a single id of another make odd."""
_MOST_MAKES = 20
"""A list with more makes has no common make, and each id would be compared with all."""
_TELLING_ROUNDED = 3
"""With this many long numbers, all rounded, it is no accident: with 16 digits, one intact list in a thousand."""
_DIGITS_OF_A_NUMBER = 15
"""A longer text can't be a number in a spreadsheet, and is no evidence of the length of numbers."""
_MOST_ZEROS = 6
"""A number lacking more digits has lost more than zeros."""
_NUMBERED = re.compile(r"(\d{1,5})\.(?=.*[A-Za-z]).+", re.ASCII)
_LIKE_A_DIGIT = re.compile("[OoIl]")
_COUNTED = re.compile(r"(|.*\D)([1-9][0-9]*)(\D*)")


class Make(NamedTuple):
    """Common features of similar ids: the parts of a `Shape` that do not vary by chance."""

    length: int
    letters: frozenset[str]
    is_number: bool


class Listed(NamedTuple):
    """A row of a list. `label`: "" for none; `is_number`: its cell contained a number, not a text."""

    device_id: str
    label: str = ""
    is_number: bool = False


class ListJudge:
    """Judges each row of a list by the whole list.

    Args:
        rows: the list.
        there: other known ids, outside the list, as examples of valid ids.
    """

    def __init__(self, rows: Sequence[Listed] = (), there: Iterable[str] = ()) -> None:
        self._rows, self._there = rows, tuple(there)
        self._ids = [row.device_id for row in rows if row.device_id]

    @cached_property
    def is_in_order(self) -> bool:
        """Whether the ids are uniform and distinct, as in most lists, so that none can be held by comparison."""
        return not self._there and _are_in_order(self._ids)

    @cached_property
    def all_rounded(self) -> bool:
        """Whether there are enough long numbers in the list, and all are rounded."""
        long = [text for text in self._ids if len(text) > _DIGITS_OF_A_NUMBER and text.isdigit()]
        return len(long) >= _TELLING_ROUNDED and all(map(ROUNDED_NUMBER.fullmatch, long))

    @cached_property
    def _times(self) -> Counter[str]:
        return Counter(self._ids)

    @cached_property
    def _known(self) -> set[str]:
        return self._times.keys() | filter(None, self._there)

    @cached_property
    def _numbered(self) -> bool:
        return _are_numbered(self._ids)

    @cached_property
    def _typed(self) -> set[str]:
        return _letters_for_digits(self._known)

    @cached_property
    def _alike(self) -> dict[Make, list[Shape]]:
        alike: defaultdict[Make, list[Shape]] = defaultdict(list)
        for text in self._known:
            alike[_make(text)].append(Shape.of(text))
        return alike

    @cached_property
    def _single(self) -> set[Make]:
        return {make for make, n in Counter(map(_make, self._times)).items() if n == 1}

    @cached_property
    def _common(self) -> list[Shape]:
        """The shapes shared by enough ids."""
        most = sorted(self._alike.values(), key=len, reverse=True)[:_MOST_MAKES]
        common = (Shape.common(shapes) for shapes in most if len(shapes) >= _PLAIN_MAKE)
        return [shape for shape in common if shape is not None]

    @cached_property
    def _lengths(self) -> tuple[int, int]:
        """The minimum lengths of a text and of a number; shorter values have lost zeros; 0 for none."""
        zeros = {len(text) for text in self._known if text.startswith("0") and text.isdigit()}
        texts = {len(row.device_id) for row in self._rows if row.device_id.isdigit() and not row.is_number}
        numbers = zeros | {length for length in texts if length <= _DIGITS_OF_A_NUMBER}
        return min(zeros, default=0), min(numbers, default=0)

    @cached_property
    def _turned(self) -> set[tuple[Make, Make]]:
        rows = [row for row in self._rows if row.device_id and row.label]
        return _turned(Counter((_make(row.device_id), _make(row.label)) for row in rows))

    def why_damaged(self, row: Listed) -> Hold | None:
        """Return why a value of the list is no device id or has lost zeros, regardless of the profile's rules."""
        text = row.device_id
        n = self._times[text]
        if n >= _OFTEN:
            return Hold.of(HoldReason.ID_REPEATED, n=n)
        if self._numbered and n:
            return Hold.of(HoldReason.ID_NUMBERED)
        length = self._lengths[row.is_number]
        is_shorter = n and 0 < length - len(text) <= _MOST_ZEROS
        if is_shorter and text.isdigit() and not text.startswith("0"):
            return Hold.of(HoldReason.ID_ZEROS_LOST, length=length)
        return None

    def is_label(self, row: Listed) -> bool:
        """Return whether an id and its label seem to be swapped."""
        return bool(self._turned) and (_make(row.device_id), _make(row.label)) in self._turned

    def is_odd(self, text: str) -> bool:
        """Return whether an id is the only id of its make and differs from all common shapes of the list."""
        is_single = bool(self._common) and _make(text) in self._single
        return is_single and all(map(Shape.of(text).differs_from, self._common))

    def has_a_letter_for_a_digit(self, text: str) -> bool:
        """Return whether an id has an O or an I at a place with a digit in all other ids of its length."""
        return text in self._typed

    def is_of_a_make(self, text: str) -> bool:
        """Return whether there are enough ids of the same make."""
        return len(self._alike.get(_make(text), ())) >= _MAKE

    def goes_on(self, text: str) -> bool:
        """Return whether known ids count up or down to this id from another length, as from 99 to 100."""
        found = _COUNTED.fullmatch(text)
        if found is None:
            return False
        before, number, after = found.groups()
        for step in (-1, 1):
            at = int(number) + step
            while (other := f"{before}{at}{after}") in self._known:
                if len(other) != len(text):
                    return True
                at += step
        return False


def _are_in_order(ids: Sequence[str]) -> bool:
    """Return whether ids are distinct, of one make, of letters and digits, without a letter typed for a digit."""
    text = "".join(ids)
    if len(ids) < _MAKE or len(set(ids)) < len(ids) or not (text.isascii() and text.isalnum()):
        return False
    if any(one.isalpha() or one.isdigit() for one in ids) or len(set(map(_make, kinds_in(ids)))) > 1:
        return False
    return _LIKE_A_DIGIT.search(text) is None or not _letters_for_digits(ids)


def _letters_for_digits(ids: Iterable[str]) -> set[str]:
    """Return each id that alone has a letter, an O or an I, at a place, among more than four of its length."""
    as_long: defaultdict[int, list[str]] = defaultdict(list)
    for text in ids:
        as_long[len(text)].append(text)
    return {
        letters[0]
        for alike in as_long.values()
        if len(alike) > _PLAIN_MAKE
        for at in {found.start() for text in alike for found in _LIKE_A_DIGIT.finditer(text)}
        if len(letters := [text for text in alike if not text[at].isdigit()]) == 1
        and _LIKE_A_DIGIT.match(letters[0], at)
    }


def _are_numbered(ids: Sequence[str]) -> bool:
    """Return whether each id begins with its number in the list and a dot, as in "1.SPK26001"."""
    found = list(map(_NUMBERED.fullmatch, ids))
    numbers = [int(one[1]) for one in found if one is not None]
    return len(ids) > 1 and len(numbers) == len(ids) and numbers == list(range(numbers[0], numbers[0] + len(ids)))


def _make(text: str) -> Make:
    shape = Shape.of(text)
    return Make(shape.length, shape.letters, shape.number)


def _turned(pairs: Counter[tuple[Make, Make]]) -> set[tuple[Make, Make]]:
    """Return the makes of rows whose id and label seem swapped: the minority, or both on a tie."""
    by_id: defaultdict[Make, set[tuple[Make, Make]]] = defaultdict(set)
    by_label: defaultdict[Make, set[tuple[Make, Make]]] = defaultdict(set)
    often: Counter[Make] = Counter()
    for pair, n in pairs.items():
        if pair[0] != pair[1]:
            by_id[pair[0]].add(pair)
            by_label[pair[1]].add(pair)
            often.update(dict.fromkeys(pair, n))
    held: set[tuple[Make, Make]] = set()
    seen: set[tuple[Make, Make]] = set()
    for make in sorted(by_id.keys() & by_label.keys(), key=lambda make: -often[make]):
        upright = by_id[make] - seen
        labels = {label for _, label in upright}
        letters = frozenset[str]().union(*(label.letters for label in labels))
        # A label made of words may have any length.
        turned = {
            (one, label)
            for one, label in by_label[make] - seen
            if one in labels or (not one.is_number and one.letters <= letters)
        }
        if turned:
            seen |= upright | turned
            more = sum(pairs[pair] for pair in upright) - sum(pairs[pair] for pair in turned)
            held |= (turned if more >= 0 else set()) | (upright if more <= 0 else set())
    return held
