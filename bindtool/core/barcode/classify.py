"""What a scanner or a QR code really sent: an id, a text with parts, or two codes run together.

Each kind's parts are read in `fields` and `gs1`; which part is the id is decided in `extract`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.barcode.gs1 import GS1_MARKS, SEPARATORS, read_elements, split_mark
from bindtool.core.barcode.patterns import fits_gtin
from bindtool.core.common.messages import Message
from bindtool.core.model.device import is_plain, normalise
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from bindtool.core.model.device import Normalised


class PartsKind(StrEnum):
    """What a text with parts looks like. The value ends the id of the text that says so."""

    URL = "url"
    JSON = "json"
    PAIRS = "pairs"
    GS1 = "gs1"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class ScannedId:
    """A text that may be taken whole; `device.id_problem` has yet to judge it."""

    text: Normalised


@dataclass(frozen=True, slots=True)
class HasParts:
    """A text that is never an id as a whole."""

    kind: PartsKind
    text: Normalised

    @property
    def reason(self) -> Message:
        """Why the row is incomplete: "reason.parts_url" and its like."""
        return Message.of(f"reason.parts_{self.kind}")


Scan = ScannedId | HasParts

LONGEST_CODE = 7089
"""Characters of the largest code there is, a QR code of version 40 full of digits (ISO/IEC 18004, table 7)."""

# Every pattern is anchored and bounded, so that a document dropped on the scan field costs linear time.
_JSON = re.compile(r"[{\[]")
_URL = re.compile(r"[a-z][a-z0-9+.-]{0,31}://|www\.|[^\s,;|?]{1,256}\?[\w.-]{1,64}=", re.IGNORECASE)
_GS1_IN_BRACKETS = re.compile(r"\(\d{2,4}\)")
_GS1_BARE = re.compile(r"01(\d{14})(?:1[0-35-7]|2[0-2]|24[01])\S", re.ASCII)
# A MAC address, or another number in groups of two or four hex digits: an id as it is.
_HEX_GROUPS = re.compile(r"(?:[0-9A-F]{2}(?::[0-9A-F]{2}){2,15}|[0-9A-F]{4}(?::[0-9A-F]{4}){2,15})", re.IGNORECASE)
# The end of a base64 text is no pair, so "=" needs a value after it; ":" does not.
_PAIR = re.compile(r"[\"']?[^\W\d_][\w ./#()-]{0,39}[\"']?\s?(?::|=(?=[^=]))")
_SEPARATOR = re.compile(r"[\s;|,\u3001]")


def too_long(text: str) -> Hold | None:
    """Say that a text is longer than any code; None where it is not. To be asked before anything reads it."""
    if len(text) <= LONGEST_CODE:
        return None
    return Hold.of(HoldReason.CODE_TOO_LONG, length=len(text), limit=LONGEST_CODE)


def read_scan(text: str) -> Scan:
    """Tell whether `text`, as it came in, may be taken whole. Never raises."""
    normalised = normalise(text)
    kind = None if is_plain(text) else _kind(text, normalised.text)
    return ScannedId(normalised) if kind is None else HasParts(kind, normalised)


def is_taken_out(device_id: str, arrived: str) -> bool:
    """Tell whether an id is only a part of what arrived: a rule has chosen it, and nobody takes it apart again.

    What is taken off any text, a scanner's mark too, makes no part of it.
    """
    if arrived in {"", device_id}:
        return False
    return len(device_id) < len(split_mark(normalise(arrived).text)[1])


def _kind(arrived: str, normalised: str) -> PartsKind | None:
    mark, text = split_mark(normalised)
    # A separator at either end counts as a space to `normalise`, so it is looked for in what arrived.
    if mark[:3] in GS1_MARKS or any(one in arrived for one in SEPARATORS) or _is_gs1(text):
        return PartsKind.GS1
    if _JSON.match(text):
        return PartsKind.JSON
    if _URL.match(text):
        return PartsKind.URL
    if _PAIR.match(text) and not _HEX_GROUPS.fullmatch(text):
        return PartsKind.PAIRS
    if _SEPARATOR.search(text):
        return PartsKind.LIST
    return None


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
