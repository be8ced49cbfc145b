"""What may be said of scanners and ids."""

from __future__ import annotations

import pytest

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.common.errors import BadInput
from bindtool.core.scanner.scan_rules import ScannerRules


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: ScannerRules(shortest=2), "shortest"),
        (lambda: ScannerRules(longest_gap=501), "longest_gap"),
        (lambda: ScannerRules(bounce=-1), "bounce"),
        (lambda: IdRules(length=257), "length"),
        (lambda: IdRules(pattern="("), "[ids] pattern"),
        (lambda: PartRule(place=101), "place"),
        (lambda: PartRule(lines=1, line=1), "[part] lines"),
        (lambda: PartRule(lines=101, line=1), "lines"),
        (lambda: PartRule(lines=4), "[part] line"),
        (lambda: PartRule(lines=4, line=5), "[part] line"),
        (lambda: PartRule(line=1), "[part] line"),
        (lambda: PartRule(name="x" * 501), "name"),
        (lambda: PartRule(PartKind.JSON, " "), "[part] name"),
        (lambda: PartRule(PartKind.GS1, "05"), "[part] name"),
        (lambda: PartRule(PartKind.PATTERN, "[A-Z]+"), "[part] name"),
        (lambda: PartRule(PartKind.PATTERN, r"(?P<id>(a)\2)"), "[part] name"),
    ],
)
def test_what_can_not_be_meant_is_refused_by_name(make: type[ScannerRules], field: str) -> None:
    """A value out of its bounds is told with the field."""
    with pytest.raises(BadInput) as caught:
        make()
    assert caught.value.title.values["field"] == field
