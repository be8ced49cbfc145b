"""Makes texts safe to display or to open: names invisible characters, truncates long texts, defuses formulas."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Characters drawn as nothing or as a blank although they count as printable, and characters that are never drawn:
# Unicode's Default_Ignorable_Code_Point with the code points reserved for it, its Noncharacter_Code_Point, the
# blanks of Braille, music and Khitan, and the placeholder of an object copied along with a text.
_BLANK = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0, 0xFFFC, 0x16FE4, 0x1D159),
            *range(0x180B, 0x1810),
            *range(0xFDD0, 0xFDF0),
            *range(0xFE00, 0xFE10),
            *range(0xFFF0, 0xFFF9),
            *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
        ),
    )
)
_FIRST_TAG, _LAST_TAG = "\U000e0000", "\U000e0fff"
# Variation selectors and the letters of flags: they shape the character before them.
_SHAPES = "[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]+"

# A variation selector after a visible character, and flag letters after the black flag, which turn it into another.
_SHAPING = (
    "(?<=[^\\s\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef])"
    "[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]|(?<=\U0001f3f4)[\U000e0020-\U000e007f]+"
)

# Unicode's Cc, Zl, Zp and Bidi_Control, and older format characters, which terminals and Qt may still obey: they
# break the line, reorder the text around them, or are commands.
_CONTROL = re.compile("[\\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]")
# Characters that join or part letters, or are drawn as nothing: valid in names, but they make two ids look alike.
_UNDRAWN = "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u3164\ufeff\uffa0]"
# Signs of damaged text, and characters that this Python does not know.
_NOT_TO_BE_LOST = frozenset({"Cc", "Cn", "Cs"})
_UNPRINTABLE = frozenset({"Cc", "Zl", "Zp", "Cs"})
_MOST_NAMED = 4
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def has_unprintable(text: str) -> bool:
    """Return whether a text contains control characters, lone surrogates or line ends: none is typed on purpose."""
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in _UNPRINTABLE for character in text)


def escaped(text: str, keep: str = "") -> str:
    r"""Escape each control character as JSON and TOML do, such as "\u202e".

    `keep`: characters not to escape, such as a line break.
    """
    return _CONTROL.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def evident(text: str, keep: str = "") -> str:
    """Return an id or a label for display: as `escaped`, with joiners and undrawn characters escaped too."""
    shown = escaped(text, keep)
    return shown if shown.isascii() else re.sub(_UNDRAWN, lambda found: _escape(found[0]), shown)


def is_invisible(character: str) -> bool:
    """Return whether a non-ASCII character is invisible or looks like a space.

    That includes format characters, variation selectors, blanks of every width and Unicode's ignorable characters;
    private-use characters and lone surrogates, which no two computers draw alike; and characters unassigned in this
    Python's Unicode (`unicodedata.unidata_version`), which a newer version may draw.
    """
    return not character.isascii() and (not character.isprintable() or _is_blank(character))


def has_invisible(text: str) -> bool:
    """Return whether any character of a text is invisible."""
    return not text.isascii() and any(map(is_invisible, text))


def hides_something(name: str) -> bool:
    """Return whether a name typed by the user contains invisible characters, or characters that reorder letters.

    Spaces of any width are visible, and variation selectors after a character are intended.
    """
    if name.isprintable() and _BLANK.isdisjoint(name):
        return False
    rest = re.sub(_SHAPING, "", name)
    return any(_is_blank(character) or unicodedata.category(character) == "Cf" for character in rest)


def strip_invisible(text: str) -> str:
    """Strip spaces and invisible characters at both ends.

    Characters that may matter stay: control characters and lone surrogates, which are signs of damage, and
    characters that this Python does not know, so that no two versions of it make two ids of one text.
    """
    if text.isascii():
        return text.strip()
    start, end = 0, len(text)
    while start < end and _is_removable(text[start]):
        start += 1
    while start < end and _is_removable(text[end - 1]):
        end -= 1
    return text[start:end]


def taken_off(text: str) -> str:
    """Return the characters that `strip_invisible` strips at both ends, joined."""
    return text.replace(strip_invisible(text), "", 1)


def without_invisible(text: str) -> str:
    """Remove all invisible characters from a text."""
    return "".join(character for character in text if not is_invisible(character)) if has_invisible(text) else text


def strip_name(text: str) -> str:
    """Strip a typed name as `strip_invisible` does, but keep variation selectors after its last character.

    So an emoji keeps its colour and a flag its country.
    """
    bare = strip_invisible(text)
    if not bare or bare == text:
        return bare
    shapes = re.match(_SHAPES, text[text.index(bare) + len(bare) :])
    return bare if shapes is None else bare + shapes[0]


def visible(text: str) -> str:
    """Replace each invisible character by its name, such as "[U+200B]"."""
    return "".join(f"[{code_of(character)}]" if is_invisible(character) else character for character in text)


def code_of(character: str) -> str:
    """Return a character's Unicode code point, such as "U+200B"."""
    return f"U+{ord(character):04X}"


def codes_of(characters: Iterable[str]) -> str:
    """List the code points of the distinct characters in order of first appearance; only the first few of many."""
    return ", ".join(first_few(dict.fromkeys(map(code_of, characters)), _MOST_NAMED))


def _is_removable(character: str) -> bool:
    if character.isalnum():
        # Most characters are: the fast path.
        return character in _BLANK
    if character.isspace() or _is_blank(character):
        return True
    return not character.isprintable() and unicodedata.category(character) not in _NOT_TO_BE_LOST


def _is_blank(character: str) -> bool:
    return character in _BLANK or _FIRST_TAG <= character <= _LAST_TAG


def _escape(character: str) -> str:
    return _SHORT.get(character, f"\\u{ord(character):04x}")


def without_nul(text: str) -> str:
    """Replace each NUL by its symbol: a NUL would make a text file binary and is invalid in a workbook."""
    return text.replace("\0", "\u2400")


def shortened(text: str, most: int) -> str:
    """Truncate a text to `most` characters, the last of which is then "…"."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def first_few(names: Iterable[str], most: int) -> list[str]:
    """Return the first `most` names, followed by "…" if there are more."""
    every = list(names)
    return every if len(every) <= most else [*every[:most], "…"]


_STARTS = "[=+@\t\r\uff1d\uff0b\uff0d\uff20-]"
"""Field notes, "Formula injection": = + - @ TAB CR and the full-width forms of the first four."""

_FORMULA = re.compile("'*" + _STARTS)
_DEFUSED = re.compile("'+" + _STARTS)
_FORMULA_OF_TEXT = re.compile('="([^"]*)"')
_OF_A_TEXT = re.compile("'+(?=[^'])(?!" + _STARTS + ")")


def defuse(text: str) -> str:
    """Prefix `text` with an apostrophe if a spreadsheet might run it.

    A text that already has such an apostrophe gets a second, so that `restore` returns the original.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def restore(text: str) -> str:
    """Undo `defuse`; any other text is returned unchanged."""
    return text[1:] if _DEFUSED.match(text) else text


def without_formula(text: str) -> str:
    """Return the string of a formula that is only a string, as exports write it to keep zeros: ="000123"."""
    found = _FORMULA_OF_TEXT.fullmatch(text)
    return text if found is None else found[1]


def without_text_mark(text: str) -> str:
    """Return a text without a spreadsheet's text mark: a leading apostrophe, surrounding apostrophes, or a formula.

    An apostrophe before a formula stays: `defuse` has added it, and `restore` removes it.
    """
    if text.startswith("="):
        return without_formula(text)
    found = _OF_A_TEXT.match(text)
    return text if found is None else text[found.end() :].rstrip("'")
