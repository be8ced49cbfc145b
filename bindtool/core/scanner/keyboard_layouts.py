"""Texts garbled between a scanner and a computer with different keyboard layouts, and their repair.

A scanner presses keys, not characters: set to an American keyboard, as most are when new, it presses the key that
bears "A" there, and on a French computer that is "Q". Whether a code looks garbled is judged in `diagnosis`.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.scanner.scan_rules import Keyboard

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING = "\0"
"""In the tables: a key without a character."""

# The keys that a scanner uses, row by row, without and with Shift: xkeyboard-config 2.42, symbols us, fr, be, gb,
# it and de, in their basic forms. A dead key stands as the accent that it begins.
_AMERICAN = ("`1234567890-=qwertyuiop[]asdfghjkl;'\\zxcvbnm,./", '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|ZXCVBNM<>?')
_COUNTRIES: Mapping[Keyboard, tuple[str, str]] = MappingProxyType(
    {
        Keyboard.FRENCH: (
            "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*wxcvbn,;:!",
            f"{_NOTHING}1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µWXCVBN?./§",
        ),
        Keyboard.BELGIAN: (
            "²&é\"'(§è!çà)-azertyuiop^$qsdfghjklmùµwxcvbn,;:=",
            "³1234567890°_AZERTYUIOP¨*QSDFGHJKLM%£WXCVBN?./+",
        ),
        Keyboard.BRITISH: (
            "`1234567890-=qwertyuiop[]asdfghjkl;'#zxcvbnm,./",
            '¬!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~ZXCVBNM<>?',
        ),
        Keyboard.ITALIAN: (
            "\\1234567890'ìqwertyuiopè+asdfghjklòàùzxcvbnm,.-",
            '|!"£$%&/()=?^QWERTYUIOPé*ASDFGHJKLç°§ZXCVBNM;:_',
        ),
        Keyboard.GERMAN: (
            "^1234567890ß´qwertzuiopü+asdfghjklöä#yxcvbnm,.-",
            "°!\"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ'YXCVBNM;:_",
        ),
    }
)
_DEAD_KEYS: Mapping[Keyboard, Mapping[str, str]] = MappingProxyType(
    {
        Keyboard.FRENCH: {"\u0302": "^", "\u0308": "¨"},
        Keyboard.BELGIAN: {"\u0302": "^", "\u0308": "¨"},
        Keyboard.GERMAN: {"\u0302": "^", "\u0301": "´", "\u0300": "`"},
    }
)
"""The combining accent that a dead key adds to the next letter, and the accent by itself."""


def _from_american(keyboard: Keyboard) -> dict[str, str]:
    pairs = zip("".join(_AMERICAN), "".join(_COUNTRIES[keyboard]), strict=True)
    return {american: made for american, made in pairs if made != _NOTHING}


_FROM_AMERICAN = {keyboard: _from_american(keyboard) for keyboard in _COUNTRIES}
_TO_AMERICAN = {
    keyboard: {made: american for american, made in table.items()} for keyboard, table in _FROM_AMERICAN.items()
}
_OTHER_LEVEL = dict(zip("".join(_AMERICAN), "".join(reversed(_AMERICAN)), strict=True))


def mangled(text: str, keyboard: Keyboard) -> str:
    """Return the text that arrives on a computer with that layout when an American-layout scanner sends `text`.

    Characters without a key there are lost; those without a key on an American keyboard pass unchanged.
    """
    if keyboard is Keyboard.SAME:
        return text
    table = _FROM_AMERICAN[keyboard]
    return "".join(table.get(character, "" if character in _OTHER_LEVEL else character) for character in text)


def repair(text: str, keyboard: Keyboard, *, shift_locked: bool = False) -> str | None:
    """Return the text that a scanner set to an American keyboard sent when `text` arrived; None if unknown.

    Args:
        text: the text as it arrived.
        keyboard: that of the computer; SAME leaves the text unchanged.
        shift_locked: Caps Lock was on and shifted every key, as it does on a French keyboard under Windows
            (third-culture-software/bhima, issue 6436).
    """
    if keyboard is Keyboard.SAME:
        return text
    table = _TO_AMERICAN[keyboard]
    pressed = [" " if made == " " else table.get(made, "") for made in _without_dead_accents(text, keyboard)]
    if not all(pressed):
        return None
    return "".join(_OTHER_LEVEL.get(key, key) if shift_locked else key for key in pressed)


def without_shift(text: str) -> str:
    """Return the text that arrives when a scanner's Shift key gets lost."""
    unshifted = dict(zip(_AMERICAN[1], _AMERICAN[0], strict=True))
    return "".join(unshifted.get(character, character) for character in text)


def _without_dead_accents(text: str, keyboard: Keyboard) -> str:
    """Split each letter with a dead key's accent into both keys: "ê" was the dead key and "e"."""
    table, dead = _TO_AMERICAN[keyboard], _DEAD_KEYS.get(keyboard, {})
    taken = []
    for character in text:
        apart = unicodedata.normalize("NFD", character)
        accent = dead.get(apart[1:], "") if character not in table else ""
        taken.append(f"{accent}{apart[0]}" if accent else character)
    return "".join(taken)
