"""Check digits of numbers that are printed on things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.patterns import fits_gtin, fits_luhn

GTINS = ["96385074", "036000291452", "6901234567892", "06901234567892", "106141412345678908"]


@pytest.mark.parametrize("number", GTINS)
def test_numbers_of_trade(number: str) -> None:
    """EAN-8, UPC-A, EAN-13, GTIN-14 and SSCC are weighed alike, from the end."""
    assert fits_gtin(number)
    assert not fits_gtin(f"{number[:-1]}{(int(number[-1]) + 1) % 10}")


@pytest.mark.parametrize("number", ["490154203237518", "79927398713", "8986012345678901239"])
def test_numbers_by_luhn(number: str) -> None:
    """The IMEI of a device and the ICCID of its card, and the example of Luhn's own kind."""
    assert fits_luhn(number)


@given(st.from_regex(r"[0-9]{7,18}", fullmatch=True), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_found(digits: str, at: int, by: int) -> None:
    """Whatever the number, exactly one digit completes it, and no other digit in any place fits."""
    for fits in (fits_gtin, fits_luhn):
        (whole,) = (f"{digits}{last}" for last in range(10) if fits(f"{digits}{last}"))
        wrong = f"{whole[:at]}{(int(whole[at]) + by) % 10}{whole[at + 1 :]}"
        assert not fits(wrong)


@pytest.mark.parametrize("text", ["", "SPK1", "690123456789A", "６９０１２３４５６７８９２", "6901234-567892", "²"])
def test_what_is_no_number(text: str) -> None:
    """Digits of ASCII and nothing else: no letter, no sign, no full-width form."""
    assert not fits_gtin(text)
    assert not fits_luhn(text)
