"""Applies a profile's rules for ids: converts the case, and holds suspicious ids, such as one unlike the last ten.

`list_judge` compares the ids of a whole list.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from bindtool.core.barcode.extract import why_joined
from bindtool.core.barcode.fields import NO_VALUES
from bindtool.core.barcode.id_rules import CaseRule, CheckDigit, IdRules
from bindtool.core.barcode.patterns import fits, fits_gtin, fits_luhn
from bindtool.core.barcode.recent_ids import ENOUGH, NO_IDS, RecentIds, Shape
from bindtool.core.common.safe_text import code_of, first_few, has_invisible, visible
from bindtool.core.intake.list_judge import ROUNDED_NUMBER, Listed, ListJudge
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_NAMED = 4
_CHECKS = {CheckDigit.GTIN: fits_gtin, CheckDigit.LUHN: fits_luhn}

_CASES = {
    CaseRule.UPPER: str.maketrans(ascii_lowercase, ascii_uppercase),
    CaseRule.LOWER: str.maketrans(ascii_uppercase, ascii_lowercase),
}

_UNUSUAL = re.compile(r"^(?:(?i:javascript|vbscript|data):|[._:-])|\.{2,}|[^A-Za-z0-9._:\x80-\U0010ffff-]|[._:-]$")
"""Characters that hardly any id has: other than letters and digits with a dot, a dash, a colon or an underscore
between them. Non-ASCII characters have a rule of their own."""

_OFTEN = 3
"""Number of bound ids with a sign, from which the sign is normal in that channel's ids."""

_SPAN = re.compile(r"(([A-Z]\w{2,40}?)\d{2,20})[-~/+](\2\d{2,20})", re.ASCII | re.IGNORECASE)
"""The first and the last id of a box, or two ids in one cell."""

_SAME_SIGN = re.compile(r"(\w)\1{5,}")
"""A placeholder typed for an id not known yet, or the default id of an unprogrammed device."""

_DECIMAL = re.compile(r"\d+\.\d+", re.ASCII)

_TELLING_ZEROS = 2
"""One in ten intact ids of 16 digits ends in a zero, one in a hundred in two zeros: few enough to check."""


def with_case(text: str, rules: IdRules) -> str:
    """Convert an id to the rules' case; non-ASCII letters stay unchanged."""
    letters = _CASES.get(rules.case)
    return text if letters is None else text.translate(letters)


def unseen(text: str) -> Hold | None:
    """Return a hold naming the invisible characters of an id; None if there are none."""
    return Hold.of(HoldReason.ID_UNSEEN, text=visible(text)) if has_invisible(text) else None


def signs_of(ids: Iterable[str]) -> frozenset[str]:
    """Return the signs unusual in general but normal in a channel's ids; `ids`: the ids bound there."""
    signs = Counter(sign for text in ids for sign in set(_UNUSUAL.findall(text)))
    return frozenset(sign for sign, count in signs.items() if count >= _OFTEN)


class IdJudge:
    """Judges ids one after another, in the order of arrival.

    Args:
        rules: the profile's rules.
        last: the last valid ids that were not held; only the last ten count.
        whole: the judge of the list that contains the ids; None if they are not from a list.
        signs: signs normal in the channel's ids, see `signs_of`.
    """

    def __init__(
        self,
        rules: IdRules,
        last: RecentIds = NO_IDS,
        whole: ListJudge | None = None,
        signs: frozenset[str] = frozenset(),
    ) -> None:
        self._rules = rules
        self._last = deque(map(Shape.of, last.ids), maxlen=ENOUGH)
        self._whole = whole or ListJudge(there=last.ids)
        self._signs = signs
        are_free = not (rules.pattern or rules.length or rules.check in _CHECKS)
        self._says_nothing = are_free and self._whole.is_in_order

    def why_held(self, text: str, label: str = "", *, is_number: bool = False) -> Hold | None:
        """Return why an id is held, else None. An id not held counts among the last ids from then on.

        `label`: the label that arrived with it; `is_number`: its cell contained a number.
        """
        if self._says_nothing:
            return why_joined(text)
        pattern = self._rules.pattern
        wanted, listed = bool(pattern) and fits(pattern, text), Listed(text, label, is_number)
        return (
            (None if text.isascii() else self._beyond_ascii(text))
            or _no_value(text)
            or (None if wanted else self._unusual(text))
            or why_joined(text)
            or self._against_rules(text, wanted=wanted)
            or self._whole.why_damaged(listed)
            or (None if wanted else self._strange(listed))
        )

    def _unusual(self, text: str) -> Hold | None:
        sign = next((sign for sign in _UNUSUAL.findall(text) if sign not in self._signs), None)
        if sign is not None:
            return Hold.of(HoldReason.ID_SIGN, sign=sign)
        return Hold.of(HoldReason.ID_AMOUNT, text=text) if _DECIMAL.fullmatch(text) else None

    def _against_rules(self, text: str, *, wanted: bool) -> Hold | None:
        rules = self._rules
        if rules.length and len(text) != rules.length:
            return Hold.of(HoldReason.OTHER_LENGTH, length=len(text), wanted=rules.length)
        if rules.pattern and not wanted:
            return Hold.of(HoldReason.OTHER_PATTERN)
        if rules.check in _CHECKS and not _CHECKS[rules.check](text):
            return Hold.of(HoldReason.CHECK_DIGIT)
        if ROUNDED_NUMBER.fullmatch(text) and (self._whole.all_rounded or text.endswith("0" * _TELLING_ZEROS)):
            return Hold.of(HoldReason.ID_ROUNDED)
        return None

    def _strange(self, listed: Listed) -> Hold | None:
        """Return why an id is unlike the others of its list, or the last ten."""
        if self._whole.is_label(listed):
            return Hold.of(HoldReason.ID_IS_LABEL)
        text, shape = listed.device_id, Shape.of(listed.device_id)
        if self._rules.odd_one_out and self._is_odd(text, shape):
            return Hold.of(HoldReason.ODD_ONE_OUT)
        self._last.append(shape)
        return None

    def _is_odd(self, text: str, shape: Shape) -> bool:
        if self._whole.has_a_letter_for_a_digit(text):
            return True
        if self._whole.is_of_a_make(text):
            return False
        last = Shape.common(self._last) if len(self._last) == ENOUGH else None
        differs = last is not None and shape.differs_from(last)
        return (differs or self._whole.is_odd(text)) and not self._whole.goes_on(text)

    def _beyond_ascii(self, text: str) -> Hold | None:
        hidden = unseen(text)
        if hidden is not None or self._rules.beyond_ascii:
            return hidden
        return Hold.of(HoldReason.BEYOND_ASCII, signs=_foreign(text))


def _no_value(text: str) -> Hold | None:
    """Return a hold if the text is a placeholder or a range rather than an id, under any profile's rules."""
    if text.casefold() in NO_VALUES or _SAME_SIGN.fullmatch(text):
        return Hold.of(HoldReason.ID_NO_VALUE, text=text)
    span = _SPAN.fullmatch(text)
    return None if span is None else Hold.of(HoldReason.JOINED, first=span[1], second=span[3])


def _foreign(text: str) -> str:
    """Name the distinct non-ASCII characters with their code points: some look like others."""
    found = [f"{character} {code_of(character)}" for character in dict.fromkeys(text) if not character.isascii()]
    return ", ".join(first_few(found, _MOST_NAMED))
