"""Cells that a spreadsheet would run as a formula: made harmless when written, made whole when read.

Owns the apostrophe and nothing else. Files are for `report` and `tabular`.
"""

from __future__ import annotations

import re

_STARTS = "[=+@\t\r\uff1d\uff0b\uff0d\uff20-]"
"""Field notes, "Formula injection": = + - @ TAB CR and the full-width forms of the first four."""

_FORMULA = re.compile("'*" + _STARTS)
_DEFUSED = re.compile("'+" + _STARTS)


def defuse(text: str) -> str:
    """Return `text` with an apostrophe before it where a spreadsheet might run it.

    A text that has such an apostrophe of its own gets a second one, so that `restore` gives back what was there.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def restore(text: str) -> str:
    """Return what `defuse` was given; any other text comes back as it is."""
    return text[1:] if _DEFUSED.match(text) else text
