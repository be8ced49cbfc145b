"""A text that came in, parsed once: what was taken off it, what kind of code it is, whether it may be an id.

Reading, judging and holding hand the same value on. Each kind's parts are read in `fields` and `gs1`; which part is
the id is decided in `extract`.
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
    """What a text with parts looks like. The value ends the id of the text that says so."""

    URL = "url"
    JSON = "json"
    PAIRS = "pairs"
    GS1 = "gs1"
    LIST = "list"


LONGEST_CODE = 7089
"""Characters of the largest code there is, a QR code of version 40 full of digits (ISO/IEC 18004, table 7)."""

_MOST_TEXT_MARKS = 4
"""One in another, as exports of exports have them. What is left of more stays, and holds the row."""

# Every pattern is anchored and bounded, so that a document dropped on the scan field costs linear time.
_GS1_IN_BRACKETS = re.compile(r"\(\d{2,4}\)")
_GS1_BARE = re.compile(r"01(\d{14})(?:1[0-35-7]|2[0-2]|24[01])\S", re.ASCII)
# A MAC address, or another number in groups of two or four hex digits, is an id as it is, and no pair.
_HEX_GROUPS = r"(?i:[0-9A-F]{2}(?::[0-9A-F]{2}){2,15}|[0-9A-F]{4}(?::[0-9A-F]{4}){2,15})"
_KINDS = (
    (PartsKind.JSON, re.compile(r"[{\[]")),
    (PartsKind.URL, re.compile(r"(?i:[a-z][a-z0-9+.-]{0,31}://|www\.|[^\s,;|?]{1,256}\?[\w.-]{1,64}=)")),
    # The end of a base64 text is no pair, so "=" needs a value after it; ":" does not.
    (
        PartsKind.PAIRS,
        re.compile(rf"(?!{_HEX_GROUPS}\Z)[\"']?[^\W\d_][\w ./#()-]{{0,39}}[\"']?\s?(?::|=(?=[^=]))"),
    ),
    (PartsKind.LIST, re.compile(r"[^\s;|,\u3001]*[\s;|,\u3001]")),
)
"""How a text without a mark begins that has parts of a kind, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Code:
    """A text as it `arrived`, and what `parse` has found in it.

    `sent`: what a scanner sends of it: without a spreadsheet's mark of a text, its keys put right. `text`: it
    without spaces and the like. `mark`: what a scanner has put before the code, "" for nothing; `unmarked`: `text`
    without it. `kind`: what parts it has, so that it is no id as a whole; None for none. `unfit`: why it can't be
    an id even without parts. `too_long`: why nothing of it is to be read: it is longer than any code. `has_token`:
    an access token stands in it. `is_plain`: it is made like most ids; it has no problem, no parts, and nothing was
    to be taken off.
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
        """Tell whether an id is only a part of what arrived: a rule has chosen it, and nobody takes it apart again.

        What is taken off any text makes no part of it: a spreadsheet's mark, spaces, a scanner's mark. Nor does a
        cut between two codes that were scanned as one.
        """
        text = self.arrived
        return len(text) < len(whole.unmarked) and text not in (joined_codes(whole.unmarked, has_parts=True) or ())

    def parts_problem(self, whole: Code) -> Message | None:
        """Say what parts the text has; None where it has none, or where a rule has taken it out of `whole`."""
        if self.kind is None or self.is_part_of(whole):
            return None
        return Message.of(f"reason.parts_{self.kind}")

    def problem(self, whole: Code) -> Message | None:
        """Say why the text, which `whole` arrived with, can't be sent as a device id; None where it can."""
        return None if self.is_plain else self.parts_problem(whole) or self.unfit

    @property
    def is_trade_item(self) -> bool:
        """Whether the scanner says that it is an EAN or a UPC, which every box of a product has (ISO/IEC 15424)."""
        return self.mark.startswith("]E") and self.unmarked.isdigit()

    def with_text(self, text: str) -> Code:
        """Return the code of what has become of this one, which is itself where nothing was changed."""
        return self if text == self.arrived else parse(text)


def parse(arrived: str, *, in_cell: bool = False) -> Code:
    """Parse a text as it came in. Never raises, and takes linear time.

    `in_cell`: it stood in a cell of a list or of the table, where a spreadsheet may have marked it as a text.
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
    """Return a cell's text without the mark. What `normalise` takes off its end stays: GS1's separator tells."""
    sent = arrived
    for _ in range(_MOST_TEXT_MARKS):
        text = normalise(sent)
        bare = without_text_mark(text)
        if bare == text:
            break
        sent = bare + sent.rpartition(strip_invisible(sent))[2]
    return sent


def _kind(sent: str, mark: str, text: str) -> PartsKind | None:
    # A separator at either end counts as a space to `normalise`, so it is looked for in what was sent.
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
    """Some scanners send "]" for GS1's separator."""
    elements = read_elements(text) if len(text) <= LONGEST_CODE else None
    return elements is not None and len(elements.data) > 1


_BEGINNING = 4
_BEGINNING_OF_PARTS = 10
_SHORTEST = 6
_SHORTEST_NUMBER = 8


def joined_codes(text: str, *, has_parts: bool = False) -> tuple[str, str] | None:
    """Return the two codes that `text` seems to be, or None.

    In a code that `has_parts` a short beginning may well come again: a web address may hold another one.
    Serials of one make begin alike. Digits alone say less: there the halves have to share their first half, which
    must not be one digit over and over, as in a number filled up with zeros.
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
