"""Parses GS1 element strings in all the forms that scanners send, and the symbology marks before a code.

`gs1_table` lists the identifiers and the lengths of their data.
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
"""The AIM marks that announce GS1 data (GS1 General Specifications, 5.1.2, "symbology identifiers")."""

# "]", a letter for the kind of code, a modifier (ISO/IEC 15424); "\\" and six digits for the character set of the
# rest (AIM's Extended Channel Interpretation; the numbers end at 899).
_MARK = re.compile(r"(?:\][A-Za-z][0-9A-Za-z])?(?:\\000[0-9]{3})?")


def split_mark(text: str) -> tuple[str, str]:
    """Return the marks at the beginning of `text`, "" for none, and the rest."""
    found = _MARK.match(text)
    end = found.end() if found is not None else 0
    return text[:end], text[end:]


SERIAL = "21"
"""The identifier of a serial number."""

SEPARATORS = ("\x1d", "\u241d", "<GS>", "^]", "\u2194")
"""Forms in which GS1's separator arrives: the character itself, its symbol, its name, the Ctrl+] that types it, the
arrow that Alt+29 types on Windows. "]" is used too, except as the first character of a mark."""

_SEPARATOR = "\u241d"
_IN_BRACKETS = re.compile(r"\(([0-9]{2,4})\)")

# Identifiers that follow a serial on goods. Those for a company's own use (90 to 99), counts (30, 37) and variants
# (20, 22) are left out: nearly any serial contains two digits that look like them.
_RIVALS = frozenset({"01", "02", "10", "11", "12", "13", "15", "16", "17", "21", "240", "241"})


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a code by identifier; `doubtful`: the last, if it may end before another, `rival`."""

    data: Mapping[str, str]
    doubtful: str = ""
    rival: str = ""


def read_elements(arrived: str) -> Elements | None:
    """Split a code into its elements; None if it is not a GS1 element string. Never raises; takes linear time."""
    text = _plain(arrived)
    return _read_brackets(text) if text.startswith("(") else _read_separated(text)


def find_element(arrived: str, identifier: str) -> str | Hold:
    """Return an identifier's data, with invisible characters at its ends, or a hold if it can't be read."""
    elements = read_elements(arrived)
    if elements is None:
        return Hold.of(HoldReason.GS1_UNREAD)
    if elements.doubtful and (elements.doubtful == identifier or identifier not in elements.data):
        return Hold.of(HoldReason.GS1_NO_END, identifier=elements.doubtful, rival=elements.rival)
    found = elements.data.get(identifier)
    return found if found is not None else Hold.of(HoldReason.GS1_NO_ELEMENT, identifier=identifier)


def show_separators(arrived: str) -> str:
    """Return the code with each separator as a visible character, which is not stripped like a space."""
    text = arrived
    for separator in SEPARATORS:
        text = text.replace(separator, _SEPARATOR)
    return text


def _plain(arrived: str) -> str:
    """Return the code without its mark and with one kind of separator, not stripped at the end like a space."""
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
    # One separator proves that this scanner sends them, so data without one extends to the code's end.
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
    """Return the identifier that may follow the data of `last`, "" for none."""
    value = data[last]
    form = IDENTIFIERS[last]
    if len(value) > _LONGEST_MESSAGE:
        return last
    # From the end: the identifier at each position from which the rest consists of elements only.
    begins = [""] * len(value)
    for at in range(len(value) - 1, 0, -1):
        rival = identifier_at(value, at)
        if rival in _RIVALS and rival not in data and _reads(value, at + len(rival), rival, begins):
            begins[at] = rival
    places = range(form.least, min(form.most, len(value) - 1) + 1)
    found = next((begins[at] for at in places if begins[at]), "")
    return found or (last if len(value) > form.most else "")


def _reads(value: str, at: int, identifier: str, begins: Sequence[str]) -> bool:
    """Return whether data of `identifier` begins at `at`, followed by the end or by readable elements."""
    form = IDENTIFIERS[identifier]
    for length in range(form.least, form.most + 1):
        end = at + length
        if end > len(value) or not form.fits(value[at:end]):
            continue
        if end == len(value) or begins[end]:
            return True
    return False


_LONGEST_MESSAGE = 2 * LONGEST_DATA
"""Characters to search for the end of unseparated data; a longer text has certainly lost separators."""
