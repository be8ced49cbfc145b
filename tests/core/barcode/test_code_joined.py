"""Two codes that have run together are told from one long id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.code import joined_codes


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("SPK26113F2001", "SPK26113F2002"),
        ("SPK26113F2001", "SPK26113F2001"),
        ("SPK-000001", "SPK-1"),
        ("6901234567892", "6901234567892"),
        ("20261125001", "20261125002"),
    ],
)
def test_two_codes(first: str, second: str) -> None:
    """Serials and numbers that begin alike."""
    if len(second) < 6:
        second += "00"
    assert joined_codes(first + second) == (first, second)


@pytest.mark.parametrize(
    "text",
    [
        *("SPK26113F2001", "00000000000000000017", "AAAAAAAAAAAAAAAA", "12345678909876543210"),
        *("1234123", "123456781234567", "550e8400-e29b-41d4-a716-446655440000"),
        *("0123456789abcdef0123456789abcdef", "SPK1SPK2", "SPK26113F2001SPK2", ""),
    ],
)
def test_one_code(text: str) -> None:
    """The beginning does not come again, zeros fill up a number, or what is left is too short for a code."""
    assert joined_codes(text) is None


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    """The two are the whole."""
    found = joined_codes(text)
    assert found is None or "".join(found) == text
