"""What a profile says of scanners and codes: how scanners type, which part is the id, what ids look like.

The values and their limits. They are applied in `core/scanner/burst_detector.py`, `extract` and
`core/intake/id_rules.py`; their form in a file is in `core/profiles/profile_toml.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.barcode.gs1_table import IDENTIFIERS
from bindtool.core.barcode.patterns import LinearPattern
from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance


class EndKey(StrEnum):
    """What ends a scan: a key that the scanner sends, or a pause."""

    RETURN_OR_TAB = "return_or_tab"
    RETURN = "return"
    TAB = "tab"
    PAUSE = "pause"


class Keyboard(StrEnum):
    """The computer's keyboard, where a scanner types as if it were an American one; SAME: the scanner knows it."""

    SAME = "same"
    FRENCH = "french"
    BELGIAN = "belgian"
    BRITISH = "british"
    ITALIAN = "italian"
    GERMAN = "german"


class CaseRule(StrEnum):
    """What becomes of the case of an id."""

    AS_SENT = "as_sent"
    UPPER = "upper"
    LOWER = "lower"


class CheckDigit(StrEnum):
    """What the last digit of an id is worked out by: GTIN for EAN and UPC, LUHN for IMEI."""

    NONE = "none"
    GTIN = "gtin"
    LUHN = "luhn"


class PartKind(StrEnum):
    """Where in a code the id stands."""

    WHOLE = "whole"
    URL_QUERY = "url_query"
    URL_PATH = "url_path"
    JSON = "json"
    PAIRS = "pairs"
    GS1 = "gs1"
    LIST = "list"
    PATTERN = "pattern"


BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "shortest": (3, 100),
        "longest_gap": (5, 500),
        "bounce": (0, 10_000),
        "length": (0, 256),
        "place": (0, 100),
        "lines": (0, 100),
        "line": (0, 100),
    }
)
"""The lowest and the highest value of each whole number below."""

LONGEST_EVEN_GAP = 60
"""Milliseconds between two keys of the slowest scanner; of people at 75, one text in 22 was taken for a scan."""

_LONGEST_TEXT = 500
_NAMED = frozenset({PartKind.URL_QUERY, PartKind.JSON, PartKind.PAIRS, PartKind.PATTERN})


def _check(rules: DataclassInstance) -> None:
    for one in fields(rules):
        value = getattr(rules, one.name)
        bounds = BOUNDS.get(one.name)
        if bounds is not None and not bounds[0] <= value <= bounds[1]:
            raise BadInput("scan_rules.number_unfit", field=one.name, low=bounds[0], high=bounds[1])
        if isinstance(value, str) and len(value) > _LONGEST_TEXT:
            raise BadInput("scan_rules.text_too_long", field=one.name, limit=_LONGEST_TEXT)


def _read_pattern(pattern: str, refusal: str, field_name: str) -> LinearPattern:
    try:
        return LinearPattern(pattern)
    except ValueError as error:
        raise BadInput(refusal, field=field_name, why=str(error)) from error


@dataclass(frozen=True, slots=True)
class ScannerRules:
    """How this scanner types, where it acts as a keyboard.

    `shortest`: characters from which on a burst may be a scan. `longest_gap`: milliseconds between two keys of a
    burst; common scanners take 1 to 16, slow Bluetooth ones up to 50, people 80 and more. `prefix`: characters
    that the scanner was told to put before each scan, "" for none; they are taken off. `bounce`: milliseconds
    within which the same code again is the scanner's stutter, as in `core/scanner/debounce.py`.

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
        _check(self)


@dataclass(frozen=True, slots=True)
class PartRule:
    """Which part of a code is the id.

    `name`: the query parameter, the field or the application identifier; for a pattern the regular expression with
    the groups `id` and, if wanted, `label`. `place`: for a list, which of its parts, from 0 on. `strip_prefix` and
    `strip_suffix` are taken off what is left, where they are there; `strip_marks` takes a scanner's AIM and ECI
    marks off before anything else. WHOLE with nothing else: there is no rule. `lines`: how many lines a code has,
    0 for one, or where nobody has said; `line`: in which of them the id stands, from 1 on: the rest is for that
    one.

    Raises:
        BadInput: "scan_rules.number_unfit", "scan_rules.text_too_long", "scan_rules.name_missing",
            "scan_rules.unknown_identifier", "scan_rules.no_id_group" or "scan_rules.pattern_unfit" with `field`.
    """

    kind: PartKind = PartKind.WHOLE
    name: str = ""
    place: int = 0
    strip_prefix: str = ""
    strip_suffix: str = ""
    strip_marks: bool = True
    lines: int = 0
    line: int = 0

    def __post_init__(self) -> None:
        _check(self)
        if self.lines == 1:
            raise BadInput("scan_rules.number_unfit", field="[part] lines", low=2, high=BOUNDS["lines"][1])
        if not min(self.lines, 1) <= self.line <= self.lines:
            raise BadInput("scan_rules.number_unfit", field="[part] line", low=min(self.lines, 1), high=self.lines)
        if self.kind in _NAMED and not self.name.strip():
            raise BadInput("scan_rules.name_missing", field="[part] name")
        if self.kind is PartKind.GS1 and self.name and self.name not in IDENTIFIERS:
            raise BadInput("scan_rules.unknown_identifier", field="[part] name")
        if self.kind is PartKind.PATTERN:
            pattern = _read_pattern(self.name, "scan_rules.pattern_unfit", "[part] name")
            if "id" not in pattern.groups:
                raise BadInput("scan_rules.no_id_group", field="[part] name")

    @property
    def takes_something(self) -> bool:
        """Whether an id may be another text than the whole code without its mark."""
        return self.kind is not PartKind.WHOLE or bool(self.strip_prefix or self.strip_suffix)


@dataclass(frozen=True, slots=True)
class IdRules:
    """What the ids of a channel look like.

    `pattern`: a regular expression for the whole id, "" for any. `length`: characters, 0 for any. `odd_one_out`:
    a scan that differs from the last ten, which agree, is held. `check`: an id whose last digit does not fit is
    held. `beyond_ascii`: ids may have other characters than ASCII's, which no pattern alone allows.

    Raises:
        BadInput: "scan_rules.number_unfit", "scan_rules.text_too_long" or "id_pattern.unfit" with `field`.
    """

    pattern: str = ""
    length: int = 0
    case: CaseRule = CaseRule.AS_SENT
    odd_one_out: bool = True
    check: CheckDigit = CheckDigit.NONE
    beyond_ascii: bool = False

    def __post_init__(self) -> None:
        _check(self)
        if self.pattern:
            _read_pattern(self.pattern, "id_pattern.unfit", "[ids] pattern")


@dataclass(frozen=True, slots=True)
class ScanRules:
    """All of it; each is a table of a profile's file by its name here."""

    scanner: ScannerRules = field(default=ScannerRules())
    part: PartRule = field(default=PartRule())
    ids: IdRules = field(default=IdRules())
