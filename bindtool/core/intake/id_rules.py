"""A profile's rules for ids, applied: their case, and which are held, such as one unlike the last ten."""

from __future__ import annotations

import re
from collections import Counter, deque
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import joined_codes
from bindtool.core.barcode.extract import why_joined
from bindtool.core.barcode.fields import NO_VALUES
from bindtool.core.barcode.patterns import fits, fits_gtin, fits_luhn
from bindtool.core.barcode.recent_ids import ENOUGH, NO_IDS, Shape, makes_of
from bindtool.core.barcode.scan_rules import CaseRule, CheckDigit
from bindtool.core.common.safe_text import code_of, first_few, has_invisible, visible
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.barcode.recent_ids import RecentIds
    from bindtool.core.barcode.scan_rules import IdRules

_MOST_NAMED = 4
_CHECKS = {CheckDigit.GTIN: fits_gtin, CheckDigit.LUHN: fits_luhn}

_CASES = {
    CaseRule.UPPER: str.maketrans(ascii_lowercase, ascii_uppercase),
    CaseRule.LOWER: str.maketrans(ascii_uppercase, ascii_lowercase),
}

_SIGNS = re.compile(r"""^(?:['=+@#:-]|(?i:javascript|vbscript|data):)|[*~?"<>|(){}\[\]\\%$]|\.{2,}""")
"""What spreadsheets begin texts, formulas and numbers with; digits that are hidden, unread or cut off, quotes,
brackets and the bars of a table; a place that a program has not filled, such as %SN% or :sn; an end key by name,
such as \\r; what a browser runs: hardly any id has one of them."""

_SPAN = re.compile(r"(([A-Z]\w{2,40}?)\d{2,20})[-~/+](\2\d{2,20})", re.ASCII | re.IGNORECASE)
"""The first and the last id of a box, or two in one cell."""

_SAME_SIGN = re.compile(r"(\w)\1{5,}")
"""What is typed where an id is not known yet, or is in a device that was given none."""

_AMOUNT = re.compile(r"\d{2,}\.\d\d", re.ASCII)

_ROUNDED_NUMBER = re.compile(r"[1-9]\d{14}0+", re.ASCII)
"""A spreadsheet keeps 15 digits of a number and replaces the rest by zeros. It drops leading zeros, so a number
that begins with one has not been through it."""

_TELLING_ZEROS = 2
"""Of intact ids with 16 digits one in ten ends in a zero, in two zeros one in a hundred: few enough to look at."""

_TELLING_ROUNDED = 3
"""As many rounded numbers in a list, and no other, are no accident: of 16 digits one intact list in a thousand."""

_CAN_BE_ROUNDED = 16


def with_case(text: str, rules: IdRules) -> str:
    """Return an id in the case that the rules want; letters beyond ASCII stay as they are."""
    letters = _CASES.get(rules.case)
    return text if letters is None else text.translate(letters)


def unseen(text: str) -> Hold | None:
    """Say what nobody can see in an id, by name; None where all of it can be seen."""
    return Hold.of(HoldReason.ID_UNSEEN, text=visible(text)) if has_invisible(text) else None


class IdJudge:
    """Judges ids one after another, in the order in which they came in.

    Args:
        rules: what the profile says.
        last: the last ids that were fit and not held; only the last ten count.
        coming: all ids of a list, which are known at once; no others are judged then. A shape that ten of them
            have is never the odd one out.
    """

    def __init__(self, rules: IdRules, last: RecentIds = NO_IDS, coming: Sequence[str] = ()) -> None:
        self._rules = rules
        self._last = deque(map(Shape.of, last.ids), maxlen=ENOUGH)
        makes = makes_of(coming)
        looks = Shape.counted(coming, makes) if rules.odd_one_out else Counter[Shape]()
        self._common = {shape for shape, count in looks.items() if count >= ENOUGH}
        self._all_alike = len(looks) == len(self._common) == 1
        long = list(filter(_is_long_number, coming)) if any(map(_is_long_number, makes)) else []
        self._all_rounded = len(long) >= _TELLING_ROUNDED and all(map(_ROUNDED_NUMBER.fullmatch, long))
        # Nothing can be said of any id, as of most lists.
        in_order = self._all_alike and not (rules.length or rules.pattern or rules.check in _CHECKS)
        self._holds_none = in_order and all(map(_is_serial, makes)) and not any(map(joined_codes, coming))

    def why_held(self, text: str) -> Hold | None:
        """Say why an id is held, None where it is not. It counts among the last ones if it is not."""
        if self._holds_none:
            return None
        beyond = None if text.isascii() else self._beyond_ascii(text)
        return beyond or _mistake(text) or why_joined(text) or self._against_rules(text) or self._odd_one_out(text)

    def _against_rules(self, text: str) -> Hold | None:
        rules = self._rules
        if rules.length and len(text) != rules.length:
            return Hold.of(HoldReason.OTHER_LENGTH, length=len(text), wanted=rules.length)
        if rules.pattern and not fits(rules.pattern, text):
            return Hold.of(HoldReason.OTHER_PATTERN)
        if rules.check in _CHECKS and not _CHECKS[rules.check](text):
            return Hold.of(HoldReason.CHECK_DIGIT)
        is_rounded = len(text) >= _CAN_BE_ROUNDED and _ROUNDED_NUMBER.fullmatch(text)
        if is_rounded and (self._all_rounded or text.endswith("0" * _TELLING_ZEROS)):
            return Hold.of(HoldReason.ID_ROUNDED)
        return None

    def _odd_one_out(self, text: str) -> Hold | None:
        if self._all_alike or not self._rules.odd_one_out:
            return None
        shape = Shape.of(text)
        if shape not in self._common and shape.differs_from(self._last):
            return Hold.of(HoldReason.ODD_ONE_OUT)
        self._last.append(shape)
        return None

    def _beyond_ascii(self, text: str) -> Hold | None:
        hidden = unseen(text)
        if hidden is not None or self._rules.beyond_ascii:
            return hidden
        return Hold.of(HoldReason.BEYOND_ASCII, signs=_foreign(text))


def _mistake(text: str) -> Hold | None:
    """Say what else of a table an id may be, whatever a profile's rules are."""
    if _is_serial(text):
        return None
    if text.casefold() in NO_VALUES or _SAME_SIGN.fullmatch(text):
        return Hold.of(HoldReason.ID_NO_VALUE, text=text)
    if text.isalnum():
        return None
    span = _SPAN.fullmatch(text)
    if span is not None:
        return Hold.of(HoldReason.JOINED, first=span[1], second=span[3])
    sign = _SIGNS.search(text)
    if sign is not None:
        return Hold.of(HoldReason.ID_SIGN, sign=sign[0])
    return Hold.of(HoldReason.ID_AMOUNT, text=text) if "." in text and _AMOUNT.fullmatch(text) else None


def _is_serial(text: str) -> bool:
    """Tell whether a text has letters and digits, as most ids have, and nothing else."""
    return text.isascii() and text.isalnum() and not (text.isalpha() or text.isdigit())


def _is_long_number(text: str) -> bool:
    return len(text) >= _CAN_BE_ROUNDED and text.isdigit()


def _foreign(text: str) -> str:
    """Name the characters beyond ASCII, each once: some look like others."""
    found = [f"{character} {code_of(character)}" for character in dict.fromkeys(text) if not character.isascii()]
    return ", ".join(first_few(found, _MOST_NAMED))
