"""Ten ids that are alike, and one that is not."""

from __future__ import annotations

import random
from collections import deque
from string import ascii_letters, ascii_uppercase, digits

import pytest

from bindtool.core.barcode.recent_ids import ENOUGH, Shape

SERIALS = [f"SPK26113F2{n:03X}" for n in range(10)]
EAN = "6901234567892"


def odd(text: str, ids: list[str]) -> bool:
    """Tell whether a text is the odd one after these ids."""
    common = Shape.common([Shape.of(one) for one in ids])
    return common is not None and Shape.of(text).differs_from(common)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(EAN, id="a carton's EAN of the same length"),
        pytest.param("SPK26113F200", id="one character less"),
        pytest.param("SPK26113F20000", id="one character more"),
        pytest.param("spk26113F2001", id="small letters"),
        pytest.param("SPK-6113F2001", id="a dash"),
        pytest.param("音箱26113F20011", id="Chinese"),
    ],
)
def test_unlike_ten_serials(text: str) -> None:
    """Another length, or signs that none of the ten has; a number among serials with letters."""
    assert odd(text, SERIALS)


@pytest.mark.parametrize("text", ["SPK26113F20FF", "ABCDEFGHIJKLM", "9SPK26113F200"])
def test_like_ten_serials(text: str) -> None:
    """The same length, and letters and digits at other places: serials are like that."""
    assert not odd(text, SERIALS)


@pytest.mark.parametrize("other", ["SPK1", EAN])
def test_ten_that_do_not_agree(other: str) -> None:
    """One of another length, or a number among serials: they are no measure, and whatever comes is taken."""
    assert not odd("x-y", [*SERIALS[1:], other])


def test_a_serial_among_numbers() -> None:
    """Ten numbers are alike too."""
    assert odd("SPK26113F2001", [f"{n:013}" for n in range(10)])
    assert not odd("9876543210123", [f"{n:013}" for n in range(10)])


def test_numbers_among_hexadecimal_ids() -> None:
    """A MAC address has no letter now and then, and is none the less one; a trade number is none."""
    macs = [f"A4CF12{n:06X}" for n in range(0xFA0000, 0xFA000A)]
    assert not odd("041512345679", macs)
    assert not odd("A4CF12000000", [*macs[1:], "041512345679"])
    assert odd("036000291452", macs)
    assert not odd("036000291452", [*macs[1:], "041512345679"])


@pytest.mark.parametrize("ean", ["96385074", "036000291452", EAN, "10614141000415"])
def test_trade_numbers(ean: str) -> None:
    """EAN-8, UPC-A, EAN-13 and GTIN-14 are known by their check digit; any other digit at their end is none."""
    assert not Shape.of(ean).hexadecimal
    wrong = ean[:-1] + str((int(ean[-1]) + 1) % 10)
    assert Shape.of(wrong).hexadecimal


@pytest.mark.parametrize(
    ("signs", "length", "most"),
    [
        (digits, 8, 0),
        (digits + "ABCDEF", 12, 0),
        (digits + ascii_uppercase, 10, 1),
        (digits + ascii_letters, 12, 1),
    ],
)
def test_honest_ids_are_seldom_held(signs: str, length: int, most: int) -> None:
    """Of 1,000 ids drawn from one alphabet hardly any is taken for an odd one."""
    draw = random.Random(4)  # noqa: S311 - the same ids each time
    last, held = deque[Shape](maxlen=ENOUGH), 0
    for _ in range(1000):
        shape = Shape.of("".join(draw.choices(signs, k=length)))
        common = Shape.common(last) if len(last) == ENOUGH else None
        held += common is not None and shape.differs_from(common)
        last.append(shape)
    assert held <= most
