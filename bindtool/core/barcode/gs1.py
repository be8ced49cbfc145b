"""GS1 element strings in all the forms that scanners give them, and the symbology marks before a code.

Which identifiers exist and how long their data is: `gs1_table`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.barcode.gs1_table import IDENTIFIERS, LONGEST_DATA, identifier_at
from bindtool.core.common.safe_text import strip_invisible
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GS1_MARKS = ("]C1", "]e0", "]d2", "]Q3", "]J1")
"""The AIM marks that say: what follows is GS1 (GS1 General Specifications, 5.1.2, "symbology identifiers")."""

# "]", a letter for the kind of code, a modifier (ISO/IEC 15424); "\\" and six digits for the character set of what
# follows (AIM's Extended Channel Interpretation; the numbers end at 899).
_MARK = re.compile(r"(?:\][A-Za-z][0-9A-Za-z])?(?:\\000[0-9]{3})?")


def split_mark(text: str) -> tuple[str, str]:
    """Return the marks at the beginning of `text`, "" for none, and what follows them."""
    found = _MARK.match(text)
    end = found.end() if found is not None else 0
    return text[:end], text[end:]


SERIAL = "21"
"""The identifier of a serial number."""

SEPARATORS = ("\x1d", "\u241d", "<GS>", "^]", "\u2194")
"""What GS1's separator arrives as: itself, its picture, its name, the Ctrl+] that types it, the arrow that Alt+29
types on Windows. "]" stands for it too, but not where a mark is."""

_SEPARATOR = "\u241d"
_IN_BRACKETS = re.compile(r"\(([0-9]{2,4})\)")

# What stands behind a serial on goods. Identifiers for a company's own use (90 to 99), counts (30, 37) and variants
# (20, 22) are left out: two digits of nearly any serial look like one of them.
_RIVALS = frozenset({"01", "02", "10", "11", "12", "13", "15", "16", "17", "21", "240", "241"})


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a code by identifier; `doubtful`: the last one, if it may end before another one, `rival`."""

    data: Mapping[str, str]
    doubtful: str = ""
    rival: str = ""


def read_elements(arrived: str) -> Elements | None:
    """Take a code apart; None where it is no GS1 element string. Never raises, and takes linear time."""
    text = _plain(arrived)
    return _read_brackets(text) if text.startswith("(") else _read_separated(text)


def find_element(arrived: str, identifier: str) -> str | Hold:
    """Return the data behind an identifier, with what can't be seen at its ends, or say why it can't be had."""
    elements = read_elements(arrived)
    if elements is None:
        return Hold.of(HoldReason.GS1_UNREAD)
    if elements.doubtful and (elements.doubtful == identifier or identifier not in elements.data):
        return Hold.of(HoldReason.GS1_NO_END, identifier=elements.doubtful, rival=elements.rival)
    found = elements.data.get(identifier)
    return found if found is not None else Hold.of(HoldReason.GS1_NO_ELEMENT, identifier=identifier)


def show_separators(arrived: str) -> str:
    """Return the code with all separators as a visible character, which is not taken for a space."""
    text = arrived
    for separator in SEPARATORS:
        text = text.replace(separator, _SEPARATOR)
    return text


def _plain(arrived: str) -> str:
    """Return the code without a mark and with one kind of separator, which is not lost at the end as a space is."""
    _, text = split_mark(normalise(show_separators(arrived)))
    return text.replace("]", _SEPARATOR).lstrip(_SEPARATOR)


def _read_brackets(text: str) -> Elements | None:
    marks = [mark for mark in _IN_BRACKETS.finditer(text) if mark[1] in IDENTIFIERS]
    if not marks or marks[0].start():
        return None
    data: dict[str, str] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=True):
        value = text[mark.end() : end].strip(_SEPARATOR + " ")
        if mark[1] in data or not IDENTIFIERS[mark[1]].fits(strip_invisible(value)):
            return None
        data[mark[1]] = value
    return Elements(data)


def _read_separated(text: str) -> Elements | None:
    data: dict[str, str] = {}
    pieces = text.rstrip(_SEPARATOR).split(_SEPARATOR)
    # With one separator seen, this scanner sends them, so data without one ends where the code does.
    sends_them = _SEPARATOR in text
    last = ""
    for piece in pieces:
        at = 0
        while at < len(piece):
            last = identifier_at(piece, at) or ""
            if not last or last in data:
                return None
            at += len(last)
            form = IDENTIFIERS[last]
            end = at + form.most if form.fixed else len(piece)
            value = piece[at:end]
            swallowed = not sends_them and not form.fixed and len(value) > form.most
            if not (swallowed or form.fits(strip_invisible(value))):
                return None
            data[last] = value
            at = end
    if not last:
        return None
    rival = "" if sends_them or IDENTIFIERS[last].fixed else _rival(last, data)
    return Elements(data, last if rival else "", rival)


def _rival(last: str, data: Mapping[str, str]) -> str:
    """Return the identifier before which the data of `last` may end, "" for none."""
    value = data[last]
    form = IDENTIFIERS[last]
    if len(value) > _LONGEST_MESSAGE:
        return last
    # From the end: whether what stands from there on is elements and nothing else, and with which it begins.
    begins = [""] * len(value)
    for at in range(len(value) - 1, 0, -1):
        rival = identifier_at(value, at)
        if rival in _RIVALS and rival not in data and _reads(value, at + len(rival), rival, begins):
            begins[at] = rival
    places = range(form.least, min(form.most, len(value) - 1) + 1)
    found = next((begins[at] for at in places if begins[at]), "")
    return found or (last if len(value) > form.most else "")


def _reads(value: str, at: int, identifier: str, begins: Sequence[str]) -> bool:
    """Tell whether data of `identifier` begins at `at` and is followed by the end or by what can be read."""
    form = IDENTIFIERS[identifier]
    for length in range(form.least, form.most + 1):
        end = at + length
        if end > len(value) or not form.fits(value[at:end]):
            continue
        if end == len(value) or begins[end]:
            return True
    return False


_LONGEST_MESSAGE = 2 * LONGEST_DATA
"""Characters without a separator in which an end is looked for; a longer one has lost some for certain."""
