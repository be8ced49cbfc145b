"""Characters that nobody can see: which they are, and names for them.

Owns the list. What becomes of them in an id is for `device` and `id_rules`. The control characters of ASCII are not
among them: those can't be sent at all.
"""

from __future__ import annotations

import unicodedata

# Letters and marks that are drawn as nothing or as a blank, although they count as printable: Unicode's
# Default_Ignorable_Code_Point, and the blank of Braille.
_BLANK = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def is_unseen(sign: str) -> bool:
    """Tell whether a character of any text can't be seen, or looks like a space and is none of ASCII's."""
    return not sign.isascii() and (sign in _BLANK or not sign.isprintable())


def has_unseen(text: str) -> bool:
    """Tell whether a text has such a character."""
    return not text.isascii() and any(map(is_unseen, text))


def strip_unseen(text: str) -> str:
    """Take spaces, joiners, direction marks and blanks off both ends; what stands for no character at all stays."""
    start, end = 0, len(text)
    while start < end and _goes(text[start]):
        start += 1
    while start < end and _goes(text[end - 1]):
        end -= 1
    return text[start:end]


def visible(text: str) -> str:
    """Return a text with a name in the place of each character that can't be seen, such as "[U+200B]"."""
    return "".join(f"[{code_of(sign)}]" if is_unseen(sign) else sign for sign in text)


def code_of(sign: str) -> str:
    """Return Unicode's name for a character by its number."""
    return f"U+{ord(sign):04X}"


def _goes(sign: str) -> bool:
    return sign.isspace() or sign in _BLANK or unicodedata.category(sign) == "Cf"
