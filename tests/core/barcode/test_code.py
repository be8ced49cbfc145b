"""A text with parts is told from an id, and an id from a text with parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.code import PartsKind, parse
from bindtool.core.common.messages import Message
from tests.patience import ends

GTIN = "06901234567892"


@pytest.mark.parametrize(
    "text",
    [
        *("SPK26113F21A0", "6901234567892", "00000123", "SN-2026/11_A.7#x", "12345678901234567890"),
        *("0123456789abcdef0123456789abcdef", "AA:BB:CC:DD:EE:FF", "aa-bb-cc-dd-ee-ff", "aabb.ccdd.eeff"),
        *("AA:BB:CC:DD:EE:FF:00:11", "ABCD:1234:EF00", "3f:00:12", "550e8400-e29b-41d4-a716-446655440000"),
        *("QUJDREVG==", "abc+/def=", "设备001", "(A)1", "A[1]B", "21SPK]1", "]C0SPK1", "\\000026SPK1", ""),
    ],
)
def test_a_plain_serial_is_an_id(text: str) -> None:
    """Serials, numbers, MAC addresses and other groups of hex digits are taken as they are."""
    code = parse(text)
    assert (code.kind, code.text) == (None, text)


@pytest.mark.parametrize("mark", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
@pytest.mark.parametrize("text", ["SPK26A1", "AA:BB:CC:DD:EE:FF", "SPK-0000"])
def test_a_mark_of_gs1_before_what_is_none(mark: str, text: str) -> None:
    """Where no identifier follows, the scanner is set up so, and the code is what it is without the mark."""
    code = parse(f"{mark}{text}")
    assert (code.kind, code.mark, code.unmarked) == (None, mark, text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://iot.example/d?sn=SPK1", PartsKind.URL),
        ("HTTP://X.EXAMPLE/1", PartsKind.URL),
        ("www.iot.example/SPK1", PartsKind.URL),
        ("iot.example/d?sn=SPK1", PartsKind.URL),
        ('{"sn":"SPK1","mac":"AA:BB:CC:DD:EE:FF"}', PartsKind.JSON),
        ('["SPK1"]', PartsKind.JSON),
        ('{"sn":"SPK', PartsKind.JSON),
        ("SN:SPK26113F21A0;MAC:AA:BB:CC:DD:EE:FF", PartsKind.PAIRS),
        ("SN:ABC", PartsKind.PAIRS),
        ("SN=ABC", PartsKind.PAIRS),
        ("S/N: ABC", PartsKind.PAIRS),
        ("序列号：ABC", PartsKind.PAIRS),
        ('"sn":"ABC"', PartsKind.PAIRS),
        ("MAC:AA:BB:CC:DD:EE:FF", PartsKind.PAIRS),
        ("SN:", PartsKind.PAIRS),
        ("DC:2026", PartsKind.PAIRS),
        ("AA:BB:CC:DD;EE", PartsKind.PAIRS),
        ("WIFI:T:WPA;S:bench;;", PartsKind.PAIRS),
        (f"]C101{GTIN}21SPK1", PartsKind.GS1),
        ("]d221SPK1", PartsKind.GS1),
        ("]Q310LOT1", PartsKind.GS1),
        (f"]e001{GTIN}", PartsKind.GS1),
        (f"]C101{GTIN}0000", PartsKind.GS1),
        ("]C1SN:SPK1", PartsKind.PAIRS),
        (f"(01){GTIN}(21)SPK1", PartsKind.GS1),
        (f"01{GTIN}21SPK1", PartsKind.GS1),
        (f"01{GTIN}17261231", PartsKind.GS1),
        ("10LOT\x1d21SPK1", PartsKind.GS1),
        ("10LOT␝21SPK1", PartsKind.GS1),
        ("10LOT<GS>21SPK1", PartsKind.GS1),
        ("10LOT^]21SPK1", PartsKind.GS1),
        ("SPK1\x1d", PartsKind.GS1),
        ("10LOT↔21SPK1", PartsKind.GS1),
        ("10LOT]21SPK1", PartsKind.GS1),
        ("]C0SN:1;MAC:2", PartsKind.PAIRS),
        ("]Q2\\000026https://x.example/1", PartsKind.URL),
        ("SPK1 SPK2", PartsKind.LIST),
        ("SPK1\tspeaker", PartsKind.LIST),
        ("SPK1\r\nSPK2", PartsKind.LIST),
        ("SPK1\u3000SPK2", PartsKind.LIST),
        ("SPK1;SPK2", PartsKind.LIST),
        ("SPK1|SPK2", PartsKind.LIST),
        ("SPK1,SPK2", PartsKind.LIST),
        ("SPK1、SPK2", PartsKind.LIST),
        ("AA:BB:CC:DD:EE:FF,", PartsKind.PAIRS),
    ],
)
def test_a_text_with_parts_is_never_an_id(text: str, kind: PartsKind) -> None:
    """Each kind is recognised, and its reason has words of its own."""
    code = parse(text)
    assert code.kind is kind
    assert code.problem(code) == code.parts_problem(code) == Message.of(kind.value)


@pytest.mark.parametrize("text", [f"01{GTIN[:-1]}321SPK1", f"01{GTIN}", f"01{GTIN}99SPK1", "01690123456789A21SPK1"])
def test_digits_that_only_start_like_gs1_are_an_id(text: str) -> None:
    """Without a right check digit and a known element after it, leading 01 is part of a serial."""
    assert parse(text).kind is None


def test_what_no_id_has_on_purpose_is_taken_off() -> None:
    """Hidden characters, spaces and full-width forms go."""
    code = parse("\ufeffＳＰＫ１ ")
    assert (code.kind, code.text) == (None, "SPK1")
    code = parse(" ＳＮ：１")
    assert (code.kind, code.text) == (PartsKind.PAIRS, "SN:1")


@pytest.mark.parametrize(
    ("device_id", "arrived", "taken_out"),
    [
        ("SPK1", "SN:SPK1", True),
        ("SPK 1", '{"sn":"SPK 1"}', True),
        ("SN:SPK1", "SN:SPK1", False),
        ("SN:SPK1", "]Q1\\000026SN:SPK1\r\n", False),
        ("SN:SPK1", " ＳＮ：ＳＰＫ1\u200b", False),
        ("SN:SPK1", "sn:spk1", False),
        ("SN:SPK1", "", False),
    ],
)
def test_a_part_is_told_from_the_whole(device_id: str, arrived: str, taken_out: bool) -> None:
    """Marks, spaces and hidden characters make no part, nor does another case."""
    assert parse(device_id).is_part_of(parse(arrived)) is taken_out


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_read(text: str) -> None:
    """No text raises, lone surrogates and control characters among them."""
    code = parse(text)
    assert code.mark + code.unmarked == code.text


@given(st.from_regex(r"[A-Z0-9][A-Z0-9._#-]{0,40}", fullmatch=True).filter(lambda text: not text.startswith("01")))
def test_letters_and_digits_are_an_id(text: str) -> None:
    """A serial of letters, digits and the usual marks is never taken apart."""
    assert parse(text).kind is None


@given(st.from_regex(r"[A-Z]{1,8}[:=][A-Z0-9]{1,12}(;[A-Z]{1,8}[:=][A-Z0-9]{1,12})*", fullmatch=True))
def test_pairs_are_never_an_id(text: str) -> None:
    """A key with its value is never bound as a whole."""
    assert parse(text).kind is not None


@pytest.mark.parametrize("unit", ["A", "AA:", "AA-", "0", "{", "^", "<GS", "a.", "?=", "(", "SN:1;", "]", "21]"])
def test_a_long_text_takes_linear_time(unit: str) -> None:
    """A document on the scan field is judged at once: a quadratic pattern would need minutes for this one."""
    assert ends(lambda: parse(unit * (1_000_000 // len(unit))))


@given(st.text(st.sampled_from("Aa01_-.:=;?, []()ſK"), max_size=70))
def test_what_is_known_at_a_glance_is_what_a_closer_look_finds(text: str) -> None:
    """A space in front, which counts for nothing, has every pattern tried."""
    quick, thorough = parse(text), parse(f" {text}")
    assert (quick.kind, quick.text, quick.mark, quick.has_token) == (
        thorough.kind,
        thorough.text,
        thorough.mark,
        thorough.has_token,
    )
    assert quick.unfit == parse(text).unfit
