"""Scan rules as tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.id_rules import CaseRule, CheckDigit, IdRules, PartKind, PartRule
from bindtool.core.common.errors import BadInput
from bindtool.core.profiles.profile_toml import from_tables, to_tables
from bindtool.core.scanner.scan_rules import EndKey, Keyboard, ScannerRules, ScanRules

_rules = st.builds(
    ScanRules,
    st.builds(
        ScannerRules,
        shortest=st.integers(3, 100),
        end=st.sampled_from(EndKey),
        prefix=st.sampled_from(["", "~"]),
        keyboard=st.sampled_from(Keyboard),
    ),
    st.one_of(
        st.builds(PartRule, st.sampled_from([PartKind.WHOLE, PartKind.LIST]), place=st.integers(0, 100)),
        st.builds(
            PartRule, st.sampled_from([PartKind.JSON, PartKind.PAIRS]), st.just("SN"), strip_prefix=st.text()
        ),
        st.builds(PartRule, st.just(PartKind.GS1), st.sampled_from(["", "21"]), strip_marks=st.booleans()),
        st.integers(2, 100).flatmap(lambda n: st.builds(PartRule, lines=st.just(n), line=st.integers(1, n))),
        st.builds(PartRule, st.just(PartKind.PATTERN), st.sampled_from(["(?P<id>.+)", "SN:(?P<id>[0-9]+)"])),
    ),
    st.builds(
        IdRules,
        length=st.integers(0, 256),
        case=st.sampled_from(CaseRule),
        odd_one_out=st.booleans(),
        check=st.sampled_from(CheckDigit),
        beyond_ascii=st.booleans(),
    ),
)


@given(_rules, _rules)
def test_what_differs_is_all_that_is_written(rules: ScanRules, beside: ScanRules) -> None:
    """Any rules come back from what is written of them, beside any others."""
    tables = to_tables(rules, beside)
    assert from_tables(tables, beside) == rules
    assert (tables == {}) == (rules == beside)


@pytest.mark.parametrize(
    ("tables", "id_", "field"),
    [
        ({"scanner": 1}, "profile.must_be_table", "scanner"),
        ({"scanner": {"speed": 1}}, "profile.unknown_field", "speed"),
        ({"scanner": {"end": "bell"}}, "scan_rules.wrong_kind", "end"),
        ({"scanner": {"shortest": "6"}}, "scan_rules.wrong_kind", "shortest"),
        ({"scanner": {"shortest": True}}, "scan_rules.wrong_kind", "shortest"),
        ({"part": {"name": "pat_0123456789abcdefABCDEF"}}, "profile.holds_token", "name"),
        ({"part": {"lines": 4}}, "scan_rules.number_unfit", "[part] line"),
        ({"ids": {"length": 1000}}, "scan_rules.number_unfit", "length"),
    ],
)
def test_what_can_not_be_read_is_refused_by_name(tables: dict[str, object], id_: str, field: str) -> None:
    """A table that a person got wrong says where."""
    with pytest.raises(BadInput) as caught:
        from_tables(tables)
    assert (caught.value.id, caught.value.title.values["field"]) == (id_, field)
