"""Classifies the cells of a column, whatever its name: serials, running numbers, dates, words and so on.

A cell's kind depends on its characters alone. A column has the kind of most of its cells; their variety decides
whether it may be ids. Some hundreds of cells are sampled.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import PartsKind, parse
from bindtool.core.barcode.fields import NO_VALUES
from bindtool.core.barcode.patterns import fits_gtin, fits_luhn
from bindtool.core.model.device import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence


class CellKind(Enum):
    """The kind of a single cell."""

    BLANK = auto()
    """Empty, or a placeholder for nothing."""
    VALUE = auto()
    """A date, a time, an amount, an IP or mail address, a version, yes or no."""
    SHORT = auto()
    """A number of up to four digits."""
    WORDS = auto()
    """Words of any language."""
    NAMED = auto()
    """A word with a short number and no space, such as "kitchen-01"."""
    PARTS = auto()
    """A web address, JSON, GS1 or a list: the id may be in it."""
    OTHER = auto()
    """The number of an article, a person, a day or an order; a few serials look the same."""
    ADDRESS = auto()
    """A MAC, or fifteen digits with a valid check digit, as in an IMEI."""
    NUMBER = auto()
    CODE = auto()
    """Letters and digits of ASCII without a space, as in serials."""


_FLAGS = frozenset(
    (
        *(
            "yes",
            "no",
            "true",
            "false",
            "ok",
            "ng",
            "pass",
            "passed",
            "fail",
            "failed",
            "good",
            "bad",
            "ja",
            "nein",
        ),
        *(
            "√",
            "✓",
            "✔",
            "是",
            "否",
            "有",
            "合格",
            "不合格",
            "良品",
            "不良",
            "已",
            "未",
            "正常",
            "异常",
            "通过",
            "不通过",
        ),
        *("对", "错", "可", "不可", "はい", "いいえ", "예", "아니오", "wahr", "falsch"),
    )
)
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_CLOCK = r"(?:[T ]\s?\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?"
_UNIT = "(?:pcs|pc|kg|g|mm|cm|m|v|w|a|mah|stk|ea|台|个|個|件|套|条|行|只|元|箱|盒|%|EUR|USD|CNY|RMB)"
_PATTERNS = (
    (CellKind.VALUE, rf"{_YEAR}[-/.年]\s?{_MONTH}(?:[-/.月]\s?{_DAY}日?)?月?{_CLOCK}"),
    (CellKind.VALUE, rf"{_DAY}[-/.]{_DAY}[-/.](?:19|20)?\d\d{_CLOCK}"),
    (CellKind.VALUE, rf"{_MONTH}月{_DAY}日?|\d{{1,2}}[- ]{_MONTHS}[- ,]{{1,2}}\d{{2,4}}{_CLOCK}"),
    (CellKind.PARTS, r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+|\{.*\}"),
    (CellKind.VALUE, r"\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?"),
    (CellKind.ADDRESS, r"[0-9A-F]{2}([:-])[0-9A-F]{2}(?:\1[0-9A-F]{2}){4,6}|[0-9A-F]{4}(?:\.[0-9A-F]{4}){2}"),
    (CellKind.ADDRESS, r"(?=\d*[A-F])(?=[A-F]*\d)[0-9A-F]{12}"),
    (CellKind.VALUE, r"\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d+)?|v?\d+(?:\.\d+){2,3}|v\d+(?:\.\d+)+"),
    (CellKind.VALUE, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (CellKind.VALUE, r"[¥￥$€£]\s?-?[\d.,]+|-?\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d+)?|-?\d{1,7}[.,]\d{1,4}|-\d+"),
    (CellKind.VALUE, rf"-?\d+(?:[.,]\d+)?\s?{_UNIT}"),
    (CellKind.OTHER, r"\+\d[\d -]{6,16}|1[3-9]\d{9}|0\d{2,3}-\d{7,8}"),
    (CellKind.OTHER, rf"[1-8]\d{{5}}{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}[\dX]"),
    (CellKind.SHORT, r"\d{1,4}"),
    (CellKind.OTHER, r"[1-9]\d{4,5}|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
    (CellKind.NUMBER, r"\d+"),
    (CellKind.NAMED, r"(?:[a-z]+[-_])*(?=[a-z]*[aeiouy])[a-z]{4,}[-_]?\d{1,3}"),
    (CellKind.CODE, r"(?=[^\d]*\d)[!-~]+"),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
"""The first pattern that matches a whole cell gives its kind; without a match, it has words."""

_TRADE_LENGTHS = frozenset({12, 13, 14})
"""Without eight digits: one in ten has a valid check digit by chance, and few articles have such a short number."""

_IMEI = 15
_HAS_DIGIT = re.compile(r"\d")
_WITH_NAMES = frozenset({PartsKind.PAIRS, PartsKind.JSON, PartsKind.URL, PartsKind.GS1})
_LONGEST = 256


def kind_of(cell: str) -> CellKind:
    """Return the kind of a cell; a text longer than `_LONGEST` has parts."""
    text = normalise(cell)
    return _kind_of(text) if len(text) <= _LONGEST else CellKind.PARTS


@lru_cache(maxsize=4096)
def _kind_of(text: str) -> CellKind:
    lower = text.casefold()
    if not text or lower in NO_VALUES:
        return CellKind.BLANK
    if lower in _FLAGS:
        return CellKind.VALUE
    kind = next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), CellKind.WORDS)
    if kind is CellKind.NUMBER and len(text) in _TRADE_LENGTHS and fits_gtin(text):
        return CellKind.OTHER
    if kind is CellKind.NUMBER and len(text) == _IMEI and fits_luhn(text):
        return CellKind.ADDRESS
    if kind is CellKind.CODE and parse(text).kind is not None:
        return CellKind.PARTS
    if kind is CellKind.WORDS and _HAS_DIGIT.search(text) and text.isascii() and parse(text).kind in _WITH_NAMES:
        return CellKind.PARTS
    return kind


_LIKE_IDS = frozenset({CellKind.CODE, CellKind.NUMBER, CellKind.ADDRESS})
_NUMBERS = frozenset({CellKind.NUMBER, CellKind.OTHER, CellKind.ADDRESS})
_LIKE_CODES = _NUMBERS | {CellKind.SHORT}
"""Serials with letters occasionally have none, and then look like these."""

_MOST = 0.8
"""The share of cells that decides a column's kind; the others are errors and remarks."""

_DIFFERENT = 0.9
_FEWEST_TO_REPEAT = 4
_COUNTED = 5
"""Digits of a running number; a longer one, zeros included, is a serial that began with 1."""

_COUNT = re.compile(r"(\d{1,12})(?:[)、]\s?\S.*|\.\s?[^\d\s].*)?", re.ASCII | re.DOTALL)
"""A running number, alone or before a text that it numbers."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a column.

    `kind`: of most cells, None if no kind has most. `filled`: the number of cells with a text. `counts`: it is a
    running number. `repeats`: a few values are repeated. `differ`: hardly any value is repeated.
    """

    kind: CellKind | None
    filled: int
    counts: bool = False
    repeats: bool = False
    differ: bool = True

    @classmethod
    def of(cls, cells: Sequence[str]) -> Contents:
        """Classify cells, which are consecutive."""
        texts = [normalise(cell) for cell in cells if kind_of(cell) is not CellKind.BLANK]
        if not texts:
            return cls(CellKind.BLANK, 0)
        different = len(set(texts))
        return cls(
            _kind_of_most(texts),
            len(texts),
            _counts(texts),
            repeats=different == 1 < len(texts) or _FEWEST_TO_REPEAT <= len(texts) >= 2 * different,
            differ=different >= _DIFFERENT * len(texts) or different == len(texts) - 1 > 1,
        )

    @property
    def fits_ids(self) -> bool:
        """Whether the column looks like ids, whatever its name."""
        return self.kind in _LIKE_IDS and self.differ and not (self.counts or self.repeats)

    @property
    def may_be_ids(self) -> bool:
        """Whether it may be ids if its name says so: then values may be repeated, and a person is told."""
        fit = self.kind in _LIKE_IDS | {CellKind.OTHER, CellKind.NAMED, CellKind.PARTS}
        return fit and not (self.counts or self.are_few)

    @property
    def are_few(self) -> bool:
        """Whether a few values are repeated, in more rows than by chance."""
        return self.repeats and self.filled >= _FEWEST_TO_REPEAT

    @property
    def are_words(self) -> bool:
        """Whether it has differing words, as labels are."""
        return self.kind in {CellKind.WORDS, CellKind.NAMED} and not self.repeats


def _kind_of_most(texts: Sequence[str]) -> CellKind | None:
    kinds = Counter(map(kind_of, texts))
    codes = kinds[CellKind.CODE]
    if codes >= (1 - _MOST) * len(texts):
        # A number among serials is one of them.
        kinds[CellKind.CODE] += sum(kinds[kind] for kind in _LIKE_CODES)
    for kind, count in kinds.most_common():
        if count >= _MOST * len(texts):
            return kind
    if sum(kinds[kind] for kind in _NUMBERS) >= _MOST * len(texts):
        return CellKind.NUMBER
    if kinds[CellKind.WORDS] + kinds[CellKind.NAMED] >= _MOST * len(texts):
        return CellKind.WORDS
    return None


def _counts(texts: Sequence[str]) -> bool:
    """Return whether cells count from 1, or in tens as the lines of an order do; "1)SPK26" counts too."""
    counts = [found[1] for found in map(_COUNT.fullmatch, texts) if found is not None]
    numbers = list(map(int, counts))
    steps = Counter(later - earlier for earlier, later in pairwise(numbers))
    if len(numbers) < _MOST * len(texts) or not steps:
        return False
    step, times = steps.most_common(1)[0]
    if times < _MOST * len(numbers) - 1:
        return False
    in_tens = step in {5, 10, 100} and numbers[0] in {step, 10 * step}
    return in_tens or (step == 1 and numbers[0] in {0, 1} and len(counts[0]) <= _COUNTED)
