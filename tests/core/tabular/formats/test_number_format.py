"""Number cells say what a person saw in the spreadsheet: every zero, every digit, or why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.formats.number_format import GENERAL, NumberFormat, number_text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("", 123, "123"),
        ("General", 123456789012345, "123456789012345"),
        ("G/通用格式", 12, "12"),
        ("@", 12, "12"),
        ("000000", 123, "000123"),
        ("000000", 12345678, "12345678"),
        ("000000", 0, "000000"),
        ("0", 0, "0"),
        ("General", 0, "0"),
        ("General", -5, "-5"),
        ("0000", -5, "-0005"),
        ("General", 0.1 + 0.2, "0.3"),
        ("0.00", 1.1, "1.10"),
        ("0.0", 1.25, "1.25"),
        ("#.##", 0.5, ".5"),
        ("#,##0", 1234567, "1234567"),
        ("#,##0.00", 1234, "1234.00"),
        ('"SN"000000', 123, "SN000123"),
        ('"SN"General', 123, "SN123"),
        ('000"台"', 7, "007台"),
        (r"N\X0000", 7, "7"),
        (r"\S\N0000", 7, "SN0007"),
        ("000-0000", 1234567, "123-4567"),
        ("000-0000", 12345678, "1234-5678"),
        ("(000)", 7, "(007)"),
        ("[Red]0000;[Blue]0", 7, "0007"),
        ("[$-804]0000", 7, "0007"),
        ("_-0000_-", 7, "0007"),
        ("* 0000", 7, "0007"),
        ("??0", 7, "7"),
        ("0.00E+00", 123456789012, "123456789012"),
        (r"0\E0", 123, "12E3"),
        ("# ?/?", 5, "5"),
        ("0,", 5000, "5000"),
        ("[<=9999999]000-0000;000", 5, "5"),
        (";;;", 5, "5"),
        ('""', 5, "5"),
        ("0000;;", 7, "0007"),
    ],
)
def test_a_number_is_shown_as_its_format_says(code: str, value: float, text: str) -> None:
    """Zeros and letters of the format belong to the id; what shortens or groups digits does not."""
    assert number_text(value, NumberFormat.parse(code)) == (text, None)


@pytest.mark.parametrize(
    ("value", "text", "lost"),
    [
        (1234567890123456, "1234567890123456", HoldReason.CELL_DIGITS),
        (1e15, "1000000000000000", HoldReason.CELL_DIGITS),
        (-1e15, "-1000000000000000", HoldReason.CELL_DIGITS),
        (float("nan"), "nan", HoldReason.CELL_DIGITS),
        (1e-7, "1e-07", HoldReason.CELL_SCIENTIFIC),
    ],
)
def test_a_number_that_has_lost_digits_is_told(value: float, text: str, lost: HoldReason) -> None:
    """More than 15 digits are not kept by any spreadsheet, and a tiny fraction was never an id."""
    assert number_text(value, GENERAL) == (text, lost)
    assert number_text(value, NumberFormat.parse("000000")) == (text, lost)


@pytest.mark.parametrize(
    ("value", "text"), [(123457000000, "1.23457E+11"), (1200000, "1.2E+06"), (0, "0"), (0.00012, "0.00012")]
)
def test_a_number_that_was_typed_with_an_exponent_is_told(value: float, text: str) -> None:
    """1.23457E+11 of a file that was saved before, and the id 12E5, get a format for such numbers."""
    for shown_as in (NumberFormat.parse("0.00E+00"), NumberFormat.parse("##0.0E+0"), NumberFormat.of_id(11)):
        assert number_text(value, shown_as) == (text, HoldReason.CELL_SCIENTIFIC)


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("0%", 0.07, "7%"),
        ("0.00%", 0.125, "12.50%"),
        ('0.0"%"', 12.5, "12.5%"),
        ('"¥"#,##0.00', 1299, "¥1299.00"),
        ("_ ￥* #,##0.00_ ;_ ￥* \\-#,##0.00_ ", 12, "￥12.00"),
        (r"#,##0.00\ [$€-407]", 1299.5, "1299.50 €"),
        ("[$CHF-807] 0.00", 3, "CHF 3.00"),
        ("0.00元", 3, "3.00元"),
    ],
)
def test_an_amount_is_told(code: str, value: float, text: str) -> None:
    """Money and shares are shown as a person sees them, and are no ids."""
    assert number_text(value, NumberFormat.parse(code)) == (text, HoldReason.CELL_AMOUNT)


@pytest.mark.parametrize(
    "code", ["yyyy-mm-dd", "m/d/yy", 'yyyy"年"m"月"', "[h]:mm", "[$-804]yyyy/m/d", "[DBNum1]m月d日"]
)
def test_a_date_is_told(code: str) -> None:
    """What was typed became a date, and the date is what can be shown."""
    assert number_text(46328, NumberFormat.parse(code)) == ("2026-11-02", HoldReason.CELL_DATE)


def test_a_date_may_have_a_time_or_another_beginning() -> None:
    """Half a day is noon; old workbooks of a Mac count from 1904; a day that is none is a number."""
    date = NumberFormat.of_id(14)
    assert number_text(46328.5, date) == ("2026-11-02 12:00:00", HoldReason.CELL_DATE)
    assert number_text(0.4375, date) == ("10:30:00", HoldReason.CELL_DATE)
    assert number_text(46328, date, from_1904=True) == ("2030-11-03", HoldReason.CELL_DATE)
    assert number_text(1e9, date) == ("1000000000", HoldReason.CELL_DATE)
    assert number_text(float("nan"), date) == ("nan", HoldReason.CELL_DATE)


def test_formats_that_only_have_a_number() -> None:
    """The file does not say what they are; the standard does."""
    assert number_text(7, NumberFormat.of_id(1)) == ("7", None)
    assert number_text(7, NumberFormat.of_id(2)) == ("7.00", None)
    assert number_text(7, NumberFormat.of_id(0)) == ("7", None)
    assert number_text(7, NumberFormat.of_id(12)) == ("7", None)
    assert number_text(7, NumberFormat.of_id(44)) == ("$7.00", HoldReason.CELL_AMOUNT)
    assert number_text(0.5, NumberFormat.of_id(9)) == ("50%", HoldReason.CELL_AMOUNT)


@given(st.integers(0, 10**15 - 1), st.integers(1, 20))
def test_no_digit_is_lost_or_added(number: int, width: int) -> None:
    """Whatever the number and the zeros of its format, it can be read back and is as wide as it should be."""
    text, lost = number_text(float(number), NumberFormat.parse("0" * width))
    assert (int(text), len(text), lost) == (number, max(width, len(str(number))), None)
    assert number_text(float(number), GENERAL) == (str(number), None)


@given(st.text(alphabet='0#?.,;"\\[]_*@%EeymdhsGnral-()年台 /'), st.floats())
def test_any_format_is_taken(code: str, value: float) -> None:
    """A format that makes no sense shows the number in some way and raises nothing."""
    text, _ = number_text(value, NumberFormat.parse(code))
    assert isinstance(text, str)
