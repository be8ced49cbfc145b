"""Makes texts fit to show or to open: invisible characters are named, long texts cut, formulas defused."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What is drawn as nothing or as a blank although it counts as printable, and what never will be drawn: Unicode's
# Default_Ignorable_Code_Point with those reserved for it, its Noncharacter_Code_Point, the blanks of Braille, music
# and Khitan, and the place of an object that was copied along with a text.
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

# One after a character that can be seen, and the flag's letters after the black flag, which they turn into another.
_SHAPING = (
    "(?<=[^\\s\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef])"
    "[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]|(?<=\U0001f3f4)[\U000e0020-\U000e007f]+"
)

# Unicode's Cc, Zl, Zp and Bidi_Control, and the format characters of before that, which terminals and Qt may still
# obey: they break the line, move what stands around them, or are commands.
_CONTROL = re.compile("[\\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]")
# What joins or parts letters, or is drawn as nothing: names have it on purpose, and it makes two ids look alike.
_UNDRAWN = "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u3164\ufeff\uffa0]"
# What says that something went wrong, and what this Python does not know.
_NOT_TO_BE_LOST = frozenset({"Cc", "Cn", "Cs"})
_UNPRINTABLE = frozenset({"Cc", "Zl", "Zp", "Cs"})
_MOST_NAMED = 4
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def has_unprintable(text: str) -> bool:
    """Tell whether a text has control characters, halves of characters or line ends: none is typed on purpose."""
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in _UNPRINTABLE for character in text)


def escaped(text: str, keep: str = "") -> str:
    r"""Return a text with the escape of JSON and TOML, such as "\u202e", for each control character.

    `keep`: characters that stay as they are, such as a line break.
    """
    return _CONTROL.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def evident(text: str, keep: str = "") -> str:
    """Return an id or a label for a person to judge by: `escaped`, and so is what joins letters or is not drawn."""
    shown = escaped(text, keep)
    return shown if shown.isascii() else re.sub(_UNDRAWN, lambda found: _escape(found[0]), shown)


def is_invisible(character: str) -> bool:
    """Tell whether nobody can see a character beyond ASCII, or tell it from a space.

    So it is with format characters, variation selectors, blanks of every width and whatever Unicode wants ignored;
    with private-use characters and halves of characters, which no two computers draw alike; and with what is not
    assigned in the Unicode of this Python (`unicodedata.unidata_version`): a newer one may draw it.
    """
    return not character.isascii() and (not character.isprintable() or _is_blank(character))


def has_invisible(text: str) -> bool:
    """Tell whether a text has such a character."""
    return not text.isascii() and any(map(is_invisible, text))


def hides_something(name: str) -> bool:
    """Tell whether a name that people give has what nobody sees inside, or what turns letters around.

    Spaces of any width are seen, and what shapes the character before it is meant.
    """
    if name.isprintable() and _BLANK.isdisjoint(name):
        return False
    rest = re.sub(_SHAPING, "", name)
    return any(_is_blank(character) or unicodedata.category(character) == "Cf" for character in rest)


def strip_invisible(text: str) -> str:
    """Take spaces and what is invisible off both ends; anything else stays.

    What may mean something stays too: control characters and halves of characters, which say that something went
    wrong, and what this Python does not know, so that no two versions of it make two ids of one text.
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
    """Return the characters that `strip_invisible` takes off both ends, in one."""
    return text.replace(strip_invisible(text), "", 1)


def without_invisible(text: str) -> str:
    """Take what is invisible out of a text, wherever it stands."""
    return "".join(character for character in text if not is_invisible(character)) if has_invisible(text) else text


def strip_name(text: str) -> str:
    """Do as `strip_invisible` for a name that people give; what shapes its last character stays with it.

    So an emoji keeps its colour and a flag its country.
    """
    bare = strip_invisible(text)
    if not bare or bare == text:
        return bare
    shapes = re.match(_SHAPES, text[text.index(bare) + len(bare) :])
    return bare if shapes is None else bare + shapes[0]


def visible(text: str) -> str:
    """Return a text with a name in the place of each character that can't be seen, such as "[U+200B]"."""
    return "".join(f"[{code_of(character)}]" if is_invisible(character) else character for character in text)


def code_of(character: str) -> str:
    """Return Unicode's name for a character by its number."""
    return f"U+{ord(character):04X}"


def codes_of(characters: Iterable[str]) -> str:
    """Name characters by their numbers, each once, in the order of first appearance; of many the first few."""
    return ", ".join(first_few(dict.fromkeys(map(code_of, characters)), _MOST_NAMED))


def _is_removable(character: str) -> bool:
    if character.isalnum():
        # Most are: the quick way.
        return character in _BLANK
    if character.isspace() or _is_blank(character):
        return True
    return not character.isprintable() and unicodedata.category(character) not in _NOT_TO_BE_LOST


def _is_blank(character: str) -> bool:
    return character in _BLANK or _FIRST_TAG <= character <= _LAST_TAG


def _escape(character: str) -> str:
    return _SHORT.get(character, f"\\u{ord(character):04x}")


def without_nul(text: str) -> str:
    """Put its picture in the place of a NUL, which would make a text file binary and is no text to a workbook."""
    return text.replace("\0", "\u2400")


def shortened(text: str, most: int) -> str:
    """Return a text with at most so many characters; the last one of one that was longer is "…"."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def first_few(names: Iterable[str], most: int) -> list[str]:
    """Return at most so many names, and "…" behind them where there are more."""
    every = list(names)
    return every if len(every) <= most else [*every[:most], "…"]


_STARTS = "[=+@\t\r\uff1d\uff0b\uff0d\uff20-]"
"""Field notes, "Formula injection": = + - @ TAB CR and the full-width forms of the first four."""

_FORMULA = re.compile("'*" + _STARTS)
_DEFUSED = re.compile("'+" + _STARTS)
_FORMULA_OF_TEXT = re.compile('="([^"]*)"')
_OF_A_TEXT = re.compile("'+(?=[^'])(?!" + _STARTS + ")")


def defuse(text: str) -> str:
    """Return `text` with an apostrophe before it where a spreadsheet might run it.

    A text that has such an apostrophe of its own gets a second one, so that `restore` gives back what was there.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def restore(text: str) -> str:
    """Return what `defuse` was given; any other text comes back as it is."""
    return text[1:] if _DEFUSED.match(text) else text


def without_formula(text: str) -> str:
    """Return the text of a formula that is nothing but a text, as exports write them to keep zeros: ="000123"."""
    found = _FORMULA_OF_TEXT.fullmatch(text)
    return text if found is None else found[1]


def without_text_mark(text: str) -> str:
    """Return a text without what marks it as one: an apostrophe in front, apostrophes around it, or a formula.

    An apostrophe before what a spreadsheet would run stays: `defuse` has put it there, and `restore` takes it off.
    """
    if text.startswith("="):
        return without_formula(text)
    found = _OF_A_TEXT.match(text)
    return text if found is None else text[found.end() :].rstrip("'")
