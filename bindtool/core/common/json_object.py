"""An object of JSON from outside, taken as RFC 8259 has it and no further than everybody reads it alike.

Owns what is refused: a name that stands twice in an object, of which some readers take the first value and some the
last; NaN and Infinity; what goes too deep or has a number of too many digits. What an object says is for others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_object(text: str | bytes) -> dict[str, object] | None:
    """Return the object that a text is; None for everything that is none."""
    try:
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse)
    # A number of very many digits is a ValueError, and so is what the hooks raise.
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _each_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name that stands twice")
    return found


def _refuse(constant: str) -> object:
    raise ValueError(constant)
