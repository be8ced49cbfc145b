"""Columns are compared with what is known of ids."""

from __future__ import annotations

from bindtool.core.barcode.scan_rules import CheckDigit, IdRules, PartKind, PartRule, ScanRules
from bindtool.core.tabular.columns.known import KnownIds
from bindtool.core.tabular.table.result import NOTHING_KNOWN, Known

SERIALS = ("SPK26001", "SPK26002", "", "SPK26007")
JSON = ('{"sn": "SPK26001"}', '{"sn": "SPK26002"}')


def _by(ids: IdRules | None = None, part: PartRule | None = None) -> KnownIds:
    return KnownIds(Known(ScanRules(part=part or PartRule(), ids=ids or IdRules())))


def test_what_says_nothing_fits_nothing() -> None:
    """Rules without a pattern, a length or a check digit, no rule for parts, and ids that are too few."""
    for known in (NOTHING_KNOWN, Known(bound=SERIALS[:2])):
        ids = KnownIds(known)
        assert [ids.fits_rules(SERIALS), ids.has_parts(JSON), ids.looks_bound(SERIALS)] == [False] * 3


def test_the_profiles_rules_for_ids() -> None:
    """Most cells have to fit; blank ones do not count, and a column of them fits nothing."""
    assert _by(IdRules(pattern="SPK[0-9]+")).fits_rules(SERIALS)
    assert _by(IdRules(length=8)).fits_rules(SERIALS)
    assert not _by(IdRules(length=9)).fits_rules(SERIALS)
    assert _by(IdRules(check=CheckDigit.LUHN)).fits_rules(("490154203237518",))
    assert not _by(IdRules(length=8)).fits_rules(("", " "))
    assert not _by(IdRules(length=8)).fits_rules(("SPK26001", "SPK26002", "SPK2600"))
    assert not _by(IdRules(pattern=".+")).fits_rules(("A1,A2",))


def test_the_rules_look_at_the_part_that_is_the_id() -> None:
    """As in a scan."""
    part = PartRule(PartKind.JSON, "sn")
    assert _by(IdRules(length=8), part).fits_rules(JSON)
    assert _by(part=part).has_parts(JSON)
    assert not _by(part=part).has_parts(SERIALS)
    assert not _by(part=PartRule(PartKind.JSON, "id")).has_parts(JSON)


def test_ids_that_were_bound() -> None:
    """Of their length and make, and with the same letters in front."""
    ids = KnownIds(Known(bound=["SPK25111", "SPK25112", "SPK25120", " "]))
    assert ids.looks_bound(SERIALS)
    assert not ids.looks_bound(("SPX26001", "SPX26002"))
    assert not ids.looks_bound(("SPK2600", "SPK2601"))
