"""A regular expression that the whole id must fit, as a profile has it.

Owns reading the expression and asking it. When an id is asked, and what follows, is for `id_rules`.
"""

from __future__ import annotations

from bindtool.core.barcode.patterns import LinearPattern
from bindtool.core.common.errors import BadInput
from bindtool.core.model.device import MAX_ID_LENGTH


def check_pattern(pattern: str) -> None:
    """Refuse an expression that can't be read, or none for linear time; "" is none at all.

    Raises:
        BadInput: "id_pattern.unfit" with `why`, in the words of the engine.
    """
    if not pattern:
        return
    try:
        LinearPattern(pattern)
    except ValueError as error:
        raise BadInput("id_pattern.unfit", why=str(error)) from error


def fits(pattern: str, text: str) -> bool:
    """Tell whether the whole of `text` fits an expression that was checked; one too long for an id never does."""
    return len(text) <= MAX_ID_LENGTH and LinearPattern(pattern).fits(text)
