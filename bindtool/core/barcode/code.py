"""Parses an incoming text once: strips its marks, finds the kind of code, and checks whether it may be an id.

`fields` and `gs1` read the parts of each kind; `extract` decides which part is the id. Reading, judging and holding
pass the same value on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bindtool.core.barcode.gs1 import GS1_MARKS, SEPARATORS, read_elements, split_mark
from bindtool.core.barcode.gs1_table import identifier_at
from bindtool.core.barcode.patterns import fits_gtin
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import strip_invisible, without_text_mark
from bindtool.core.model.device import holds_token, id_problem, is_plain, normalise
from bindtool.core.model.row import Hold, HoldReason


class PartsKind(StrEnum):
    """The kind of a text with parts. The value is its message id."""

    URL = "reason.parts_url"
    JSON = "reason.parts_json"
    PAIRS = "reason.parts_pairs"
    GS1 = "reason.parts_gs1"
    LIST = "reason.parts_list"


LONGEST_CODE = 7089
"""Characters of the largest possible code, a QR code of version 40 full of digits (ISO/IEC 18004, table 7)."""

_MOST_TEXT_MARKS = 4
"""Maximum nesting, as in exports of exports. Any marks beyond it stay in the text, and hold the row."""

# Every pattern is anchored and bounded, so that a document dropped on the scan field costs linear time.
_GS1_IN_BRACKETS = re.compile(r"\(\d{2,4}\)")
_GS1_BARE = re.compile(r"01(\d{14})(?:1[0-35-7]|2[0-2]|24[01])\S", re.ASCII)
# A MAC address, or another number in groups of two or four hex digits, is an id as a whole, not a pair.
_HEX_GROUPS = r"(?i:[0-9A-F]{2}(?::[0-9A-F]{2}){2,15}|[0-9A-F]{4}(?::[0-9A-F]{4}){2,15})"
_KINDS = (
    (PartsKind.JSON, re.compile(r"[{\[]")),
    (PartsKind.URL, re.compile(r"(?i:[a-z][a-z0-9+.-]{0,31}://|www\.|[^\s,;|?]{1,256}\?[\w.-]{1,64}=)")),
    # The end of a base64 text is not a pair, so "=" needs a value after it; ":" does not.
    (
        PartsKind.PAIRS,
        re.compile(rf"(?!{_HEX_GROUPS}\Z)[\"']?[^\W\d_][\w ./#()-]{{0,39}}[\"']?\s?(?::|=(?=[^=]))"),
    ),
    (PartsKind.LIST, re.compile(r"[^\s;|,\u3001]*[\s;|,\u3001]")),
)
"""The beginning of an unmarked text of each kind, in the order of matching."""


@dataclass(frozen=True, slots=True)
class Code:
    """A text as it `arrived`, with the results of `parse`.

    `sent`: the text as a scanner sends it: without a spreadsheet's text mark, with wrong keys corrected. `text`:
    `sent` without spaces and the like. `mark`: the scanner's prefix to the code, "" for none; `unmarked`: `text`
    without it. `kind`: the kind of parts it has, which make it no id as a whole; None for no parts. `unfit`: why it
    can't be an id even without parts. `too_long`: why it is not read at all: it is longer than any code.
    `has_token`: it contains an access token. `is_plain`: it is formed like most ids: no problem, no parts, and
    nothing to strip.
    """

    arrived: str
    sent: str
    text: str
    unmarked: str
    mark: str = ""
    kind: PartsKind | None = None
    unfit: Message | None = None
    too_long: Hold | None = None
    has_token: bool = False
    is_plain: bool = False

    def is_part_of(self, whole: Code) -> bool:
        """Return whether this id is only a part of `whole`: chosen by a rule, and not to be split again.

        Stripping a spreadsheet's mark, spaces or a scanner's mark, as for any text, does not make it a part. Nor
        does a cut between two codes that were scanned as one.
        """
        text = self.arrived
        return len(text) < len(whole.unmarked) and text not in (joined_codes(whole.unmarked, has_parts=True) or ())

    def parts_problem(self, whole: Code) -> Message | None:
        """Return the message on the text's parts; None if it has none, or if a rule extracted it from `whole`."""
        if self.kind is None or self.is_part_of(whole):
            return None
        return Message.of(self.kind.value)

    def problem(self, whole: Code) -> Message | None:
        """Return why the text, which arrived in `whole`, can't be sent as a device id; None if it can."""
        return None if self.is_plain else self.parts_problem(whole) or self.unfit

    @property
    def is_trade_item(self) -> bool:
        """Whether the scanner marked it as EAN or UPC, which every box of a product shares (ISO/IEC 15424)."""
        return self.mark.startswith("]E") and self.unmarked.isdigit()

    def with_text(self, text: str) -> Code:
        """Parse a changed text of this code; return `self` if nothing has changed."""
        return self if text == self.arrived else parse(text)


def parse(arrived: str, *, in_cell: bool = False) -> Code:
    """Parse an incoming text. Never raises, and takes linear time.

    `in_cell`: it is from a cell of a list or of the table, so a spreadsheet may have marked it as text.
    """
    if is_plain(arrived):
        return Code(arrived, arrived, arrived, arrived, has_token=holds_token(arrived), is_plain=True)
    long = len(arrived) > LONGEST_CODE
    sent = _without_text_mark(arrived) if in_cell and not long else arrived
    text = normalise(sent)
    mark, unmarked = split_mark(text)
    return Code(
        arrived,
        sent,
        text,
        normalise(unmarked) if mark else unmarked,
        mark,
        _kind(sent, mark, unmarked),
        id_problem(sent),
        Hold.of(HoldReason.CODE_TOO_LONG, length=len(arrived), limit=LONGEST_CODE) if long else None,
        has_token=not long and holds_token(text),
    )


def _without_text_mark(arrived: str) -> str:
    """Return a cell's text without the mark. The end stays unstripped: it may be GS1's separator."""
    sent = arrived
    for _ in range(_MOST_TEXT_MARKS):
        text = normalise(sent)
        bare = without_text_mark(text)
        if bare == text:
            break
        sent = bare + sent.rpartition(strip_invisible(sent))[2]
    return sent


def _kind(sent: str, mark: str, text: str) -> PartsKind | None:
    # `normalise` strips a separator at either end like a space, so search the text as sent.
    marked = mark[:3] in GS1_MARKS and identifier_at(text, 0) is not None
    if marked or any(one in sent for one in SEPARATORS) or _is_gs1(text):
        return PartsKind.GS1
    return next((kind for kind, beginning in _KINDS if beginning.match(text)), None)


def _is_gs1(text: str) -> bool:
    if _GS1_IN_BRACKETS.match(text) or ("]" in text and _parted_by_brackets(text)):
        return True
    bare = _GS1_BARE.match(text)
    return bare is not None and fits_gtin(bare[1])


def _parted_by_brackets(text: str) -> bool:
    """Return whether "]", which some scanners send for GS1's separator, parts the text into GS1 elements."""
    elements = read_elements(text) if len(text) <= LONGEST_CODE else None
    return elements is not None and len(elements.data) > 1


_BEGINNING = 4
_BEGINNING_OF_PARTS = 10
_SHORTEST = 6
_SHORTEST_NUMBER = 8


def joined_codes(text: str, *, has_parts: bool = False) -> tuple[str, str] | None:
    """Split `text` into the two codes it seems to consist of, or return None.

    Serials of one make begin alike. In a code that `has_parts` a short beginning may well repeat: a URL may contain
    another URL. Digits alone prove less: there both halves must share their first half, which must not be a single
    repeated digit, as in a number padded with zeros.
    """
    if text.isdigit():
        return _two_numbers(text)
    beginning = text[: _BEGINNING_OF_PARTS if has_parts else _BEGINNING]
    at = text.find(beginning, _SHORTEST)
    alike = at > 0 and not beginning.isdigit() and len(set(beginning)) > 1 and len(text) - at >= _SHORTEST
    return (text[:at], text[at:]) if alike else None


def _two_numbers(text: str) -> tuple[str, str] | None:
    half, odd = divmod(len(text), 2)
    shared = text[: half // 2]
    alike = not odd and half >= _SHORTEST_NUMBER and len(set(shared)) > 1 and text.startswith(shared, half)
    return (text[:half], text[half:]) if alike else None
