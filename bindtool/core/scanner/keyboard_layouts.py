"""What arrives where scanner and computer are set to keyboards of different countries, and the way back.

A scanner presses keys, not characters: set to an American keyboard, as most are when new, it presses the key that
bears "A" there, and on a French computer that is "Q". Whether a code looks as if this had happened is judged in
`diagnosis`.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.barcode.scan_rules import Keyboard

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING = "\0"
"""Stands where a key makes no character."""

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
"""The combining accent that a dead key puts on the next letter, and the accent as it stands alone."""


def _there(keyboard: Keyboard) -> dict[str, str]:
    pairs = zip("".join(_AMERICAN), "".join(_COUNTRIES[keyboard]), strict=True)
    return {american: made for american, made in pairs if made != _NOTHING}


_THERE = {keyboard: _there(keyboard) for keyboard in _COUNTRIES}
_BACK = {keyboard: {made: american for american, made in there.items()} for keyboard, there in _THERE.items()}
_OTHER_LEVEL = dict(zip("".join(_AMERICAN), "".join(reversed(_AMERICAN)), strict=True))


def mangled(text: str, keyboard: Keyboard) -> str:
    """Return what arrives on a computer with that keyboard when a scanner set to an American one sends `text`.

    What has no key there is lost; what has no key on an American keyboard passes as it is.
    """
    if keyboard is Keyboard.SAME:
        return text
    there = _THERE[keyboard]
    return "".join(there.get(character, "" if character in _OTHER_LEVEL else character) for character in text)


def repair(text: str, keyboard: Keyboard, *, shift_locked: bool = False) -> str | None:
    """Return what a scanner set to an American keyboard has sent where `text` arrived; None where it can't be told.

    Args:
        text: what arrived.
        keyboard: that of the computer; SAME leaves the text as it is.
        shift_locked: Caps Lock was on and shifted every key, as it does on a French keyboard under Windows
            (third-culture-software/bhima, issue 6436).
    """
    if keyboard is Keyboard.SAME:
        return text
    back = _BACK[keyboard]
    pressed = [" " if made == " " else back.get(made, "") for made in _one_a_key(text, keyboard)]
    if not all(pressed):
        return None
    return "".join(_OTHER_LEVEL.get(key, key) if shift_locked else key for key in pressed)


def without_shift(text: str) -> str:
    """Return what arrives where a scanner's Shift key gets lost on the way."""
    unshifted = dict(zip(_AMERICAN[1], _AMERICAN[0], strict=True))
    return "".join(unshifted.get(character, character) for character in text)


def _one_a_key(text: str, keyboard: Keyboard) -> str:
    """Take accents that a dead key put on a letter off it again: "ê" was the dead key and "e"."""
    back, dead = _BACK[keyboard], _DEAD_KEYS.get(keyboard, {})
    taken = []
    for character in text:
        apart = unicodedata.normalize("NFD", character)
        accent = dead.get(apart[1:], "") if character not in back else ""
        taken.append(f"{accent}{apart[0]}" if accent else character)
    return "".join(taken)
