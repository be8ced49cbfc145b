"""A profile's rules for scans, with their limits: how a scanner types, and with it which ids it sends.

Applied in `burst_detector`; read from a file in `core/profiles/profile_toml.py`. The rules for ids are in
`core/barcode/id_rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.barcode.id_rules import IdRules, PartRule, check_limits

if TYPE_CHECKING:
    from collections.abc import Mapping


class EndKey(StrEnum):
    """The end of a scan: a key sent by the scanner, or a pause."""

    RETURN_OR_TAB = "return_or_tab"
    RETURN = "return"
    TAB = "tab"
    PAUSE = "pause"


class Keyboard(StrEnum):
    """The computer's keyboard layout, when a scanner assumes a US layout; SAME: the scanner uses it too."""

    SAME = "same"
    FRENCH = "french"
    BELGIAN = "belgian"
    BRITISH = "british"
    ITALIAN = "italian"
    GERMAN = "german"


KEYBOARD_TEXTS: Mapping[Keyboard, str] = MappingProxyType(
    {
        Keyboard.SAME: "keyboard.same",
        Keyboard.FRENCH: "keyboard.french",
        Keyboard.BELGIAN: "keyboard.belgian",
        Keyboard.BRITISH: "keyboard.british",
        Keyboard.ITALIAN: "keyboard.italian",
        Keyboard.GERMAN: "keyboard.german",
    }
)
"""The message id of each layout."""


SCANNER_BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "shortest": (3, 100),
        "longest_gap": (5, 500),
        "bounce": (0, 10_000),
    }
)
"""Minimum and maximum of each integer below."""

LONGEST_EVEN_GAP = 60
"""Milliseconds between two keys of the slowest scanner; at 75, one in 22 typed texts was taken for a scan."""


@dataclass(frozen=True, slots=True)
class ScannerRules:
    """Typing behaviour of a scanner that acts as a keyboard.

    `shortest`: minimum characters of a scan. `longest_gap`: maximum milliseconds between two keys of a burst;
    common scanners take 1 to 16, slow Bluetooth ones up to 50, people 80 and more. `prefix`: characters that the
    scanner is set to send before each scan, "" for none; they are stripped. `bounce`: milliseconds within which a
    repeated code is the scanner's double read, as in `core/scanner/debounce.py`.

    Raises:
        BadInput: "scan_rules.number_unfit" or "scan_rules.text_too_long" with `field`.
    """

    shortest: int = 6
    longest_gap: int = 30
    end: EndKey = EndKey.RETURN_OR_TAB
    prefix: str = ""
    bounce: int = 700
    keyboard: Keyboard = Keyboard.SAME

    def __post_init__(self) -> None:
        check_limits(self, SCANNER_BOUNDS)


@dataclass(frozen=True, slots=True)
class ScanRules:
    """All rules of a profile for scans; each field is the table of the same name in the profile's file."""

    scanner: ScannerRules = field(default=ScannerRules())
    part: PartRule = field(default=PartRule())
    ids: IdRules = field(default=IdRules())
