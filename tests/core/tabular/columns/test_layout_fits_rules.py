"""Columns are compared with what the profile says of ids."""

from __future__ import annotations

from bindtool.core.barcode.id_rules import CheckDigit, IdRules, PartKind, PartRule
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.tabular.columns.layout import fits_rules, has_parts

SERIALS = ("SPK26001", "SPK26002", "", "SPK26007")
JSON = ('{"sn": "SPK26001"}', '{"sn": "SPK26002"}')


def _by(ids: IdRules | None = None, part: PartRule | None = None) -> ScanRules:
    return ScanRules(part=part or PartRule(), ids=ids or IdRules())


def test_rules_that_say_nothing_fit_nothing() -> None:
    """Without a pattern, a length, a check digit, and a rule for parts."""
    assert not fits_rules(ScanRules(), SERIALS)


def test_the_profiles_rules_for_ids() -> None:
    """Most cells have to fit; blank ones do not count, and a column of them fits nothing."""
    assert fits_rules(_by(IdRules(pattern="SPK[0-9]+")), SERIALS)
    assert fits_rules(_by(IdRules(length=8)), SERIALS)
    assert not fits_rules(_by(IdRules(length=9)), SERIALS)
    assert fits_rules(_by(IdRules(check=CheckDigit.LUHN)), ("490154203237518",))
    assert not fits_rules(_by(IdRules(length=8)), ("", " "))
    assert not fits_rules(_by(IdRules(length=8)), ("SPK26001", "SPK26002", "SPK2600"))
    assert not fits_rules(_by(IdRules(pattern=".+")), ("A1,A2",))


def test_the_rules_look_at_the_part_that_is_the_id() -> None:
    """As in a scan."""
    part = PartRule(PartKind.JSON, "sn")
    assert fits_rules(_by(IdRules(length=8), part), JSON)
    assert fits_rules(_by(part=part), JSON)
    assert has_parts(_by(part=part), JSON)
    assert not has_parts(_by(part=part), SERIALS)
