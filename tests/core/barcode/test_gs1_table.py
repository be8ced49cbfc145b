"""The table of GS1's application identifiers."""

from __future__ import annotations

import pytest

from bindtool.core.barcode.gs1_table import IDENTIFIERS, LONGEST_DATA, identifier_at


def test_no_identifier_begins_with_another() -> None:
    """A code tells where an identifier ends."""
    assert [(a, b) for a in IDENTIFIERS for b in IDENTIFIERS if a != b and b.startswith(a)] == []
    assert max(form.most for form in IDENTIFIERS.values()) == LONGEST_DATA


def test_the_fixed_lengths() -> None:
    """The identifiers whose data needs no separator (GS1 General Specifications, 7.8.5) have one length each."""
    lengths = {"00": 18, "01": 14, "02": 14, "03": 14, "20": 2, "410": 13, "3103": 6}
    lengths |= dict.fromkeys(("11", "12", "13", "15", "16", "17"), 6)
    assert {name: IDENTIFIERS[name].most for name in lengths} == lengths
    assert all(IDENTIFIERS[name].fixed for name in lengths)


@pytest.mark.parametrize(
    ("identifier", "data", "fits"),
    [
        ("21", "SPK-1/a.b_c", True),
        ("21", "A" * 20, True),
        ("21", "A" * 21, False),
        ("21", "", False),
        ("21", "设备", False),
        ("21", "A]B", False),
        ("17", "261231", True),
        ("17", "261331", False),
        ("17", "261200", True),
        ("01", "0690123456789A", False),
    ],
)
def test_what_may_stand_behind_an_identifier(identifier: str, data: str, fits: bool) -> None:
    """Length and characters are those of the specification; a day 00 stands for the end of a month."""
    assert IDENTIFIERS[identifier].fits(data) is fits


def test_where_an_identifier_stands() -> None:
    """Two, three or four digits, or none of them."""
    assert identifier_at("x2110", 1) == "21"
    assert identifier_at("240A", 0) == "240"
    assert identifier_at("3103000001", 0) == "3103"
    assert identifier_at("05", 0) is None
    assert identifier_at("", 0) is None
