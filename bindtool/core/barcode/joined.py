"""Two codes that have run together, as a scanner sends them that ends none with a key.

Owns how that is told from one long id, with nothing else known: the beginning comes again. It errs towards two, and
one tick says that it is one.
"""

from __future__ import annotations

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
