"""A profile's rules for ids, with their limits: which part of a code is the id, and the form of ids.

Applied in `extract` and `core/intake/id_judge.py`; read from a file in `core/profiles/profile_toml.py`. How a
scanner types is in `core/scanner/scan_rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.barcode.gs1_table import IDENTIFIERS
from bindtool.core.barcode.patterns import LinearPattern
from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance


class CaseRule(StrEnum):
    """Conversion of an id's case."""

    AS_SENT = "as_sent"
    UPPER = "upper"
    LOWER = "lower"


class CheckDigit(StrEnum):
    """Algorithm of an id's check digit: GTIN for EAN and UPC, LUHN for IMEI."""

    NONE = "none"
    GTIN = "gtin"
    LUHN = "luhn"


class PartKind(StrEnum):
    """Location of the id in a code."""

    WHOLE = "whole"
    URL_QUERY = "url_query"
    URL_PATH = "url_path"
    JSON = "json"
    PAIRS = "pairs"
    GS1 = "gs1"
    LIST = "list"
    PATTERN = "pattern"


ID_BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "length": (0, 256),
        "place": (0, 100),
        "lines": (0, 100),
        "line": (0, 100),
    }
)
"""Minimum and maximum of each integer below."""

_LONGEST_TEXT = 500
_NAMED = frozenset({PartKind.URL_QUERY, PartKind.JSON, PartKind.PAIRS, PartKind.PATTERN})


def check_limits(rules: DataclassInstance, limits: Mapping[str, tuple[int, int]]) -> None:
    """Check each integer of `rules` against its minimum and maximum in `limits`, and the length of each text.

    Raises:
        BadInput: "scan_rules.number_unfit" or "scan_rules.text_too_long" with `field`.
    """
    for one in fields(rules):
        value = getattr(rules, one.name)
        bounds = limits.get(one.name)
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
class PartRule:
    """Rule for extracting the id from a code.

    `name`: the query parameter, the field or the application identifier; for a pattern the regular expression with
    the group `id` and optionally `label`. `place`: for a list, the index of the item, from 0. `strip_prefix` and
    `strip_suffix` are stripped from the result if present; `strip_marks` strips a scanner's AIM and ECI marks
    before anything else. WHOLE with nothing else: there is no rule. `lines`: the number of lines of a code, 0 for
    one line or unspecified; `line`: the line with the id, from 1; the other fields apply to that line.

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
        check_limits(self, ID_BOUNDS)
        if self.lines == 1:
            raise BadInput("scan_rules.number_unfit", field="[part] lines", low=2, high=ID_BOUNDS["lines"][1])
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
        """Whether an id may differ from the whole code without its mark."""
        return self.kind is not PartKind.WHOLE or bool(self.strip_prefix or self.strip_suffix)


@dataclass(frozen=True, slots=True)
class IdRules:
    """Form of a channel's ids.

    `pattern`: a regular expression for the whole id, "" for any. `length`: characters, 0 for any. `odd_one_out`:
    hold a scan that differs from the last ten, if these agree. `check`: hold an id with an invalid check digit.
    `beyond_ascii`: ids may contain non-ASCII characters, which a pattern alone does not allow.

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
        check_limits(self, ID_BOUNDS)
        if self.pattern:
            _read_pattern(self.pattern, "id_pattern.unfit", "[ids] pattern")
