"""GS1 codes are taken apart where that can be decided, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bindtool.core.barcode.gs1 import SEPARATORS, find_element, read_elements
from bindtool.core.model.row import Hold, HoldReason

GTIN = "06901234567892"
SERIAL = st.from_regex(r"[A-Z0-9._/-]{1,20}", fullmatch=True)
LOT = st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True)
MARK = st.sampled_from(["", "]C1", "]d2", "]Q3", "]e0", "\x1d", "]Q3\\000026"])


@pytest.mark.parametrize(
    "code",
    [
        *(f"01{GTIN}21SPK26113F2001", f"]C101{GTIN}21SPK26113F2001", f"]d201{GTIN}21SPK26113F2001"),
        *(f"]Q301{GTIN}21SPK26113F2001", f"]e001{GTIN}21SPK26113F2001"),
        *(f"\x1d01{GTIN}21SPK26113F2001\x1d10LOT5", f"01{GTIN}21SPK26113F2001␝10LOT5"),
        *(f"01{GTIN}21SPK26113F2001<GS>10LOT5", f"01{GTIN}21SPK26113F2001^]10LOT5"),
        *(f"01{GTIN}21SPK26113F2001]10LOT5", f"01{GTIN}21SPK26113F2001↔10LOT5"),
        *(f"01{GTIN}10LOT5\x1d21SPK26113F2001", f"01{GTIN}1726123110LOT5\x1d21SPK26113F2001"),
        *(f"01{GTIN}17261231310300015021SPK26113F2001", f"(01){GTIN}(21)SPK26113F2001"),
        *(f"(01) {GTIN} (21) SPK26113F2001 (10) LOT(5)", f"(01){GTIN}(21)SPK26113F2001\x1d(10)LOT5"),
        *(f"]C1(01){GTIN}(21)SPK26113F2001", "21SPK26113F2001\x1d", "21SPK26113F2001"),
        *("０１０６９０１２３４５６７８９２２１SPK26113F2001", f" 01{GTIN}21SPK26113F2001\r\n"),
    ],
)
def test_the_serial_in_its_disguises(code: str) -> None:
    """Each form in which scanners and keyboards deliver the same serial."""
    assert find_element(code, "21") == "SPK26113F2001"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"01{GTIN}21SPK110LOT5", Hold.of(HoldReason.GS1_NO_END, identifier="21", rival="10")),
        (f"01{GTIN}21SPK102910LOT5", Hold.of(HoldReason.GS1_NO_END, identifier="21", rival="10")),
        (f"01{GTIN}21SPK117261231", Hold.of(HoldReason.GS1_NO_END, identifier="21", rival="17")),
        (f"01{GTIN}21SPK11726123110LOT5", Hold.of(HoldReason.GS1_NO_END, identifier="21", rival="17")),
        (f"01{GTIN}10LOT521SPK1", Hold.of(HoldReason.GS1_NO_END, identifier="10", rival="21")),
        (f"01{GTIN}10LOT51021SPK1", Hold.of(HoldReason.GS1_NO_END, identifier="10", rival="21")),
        (f"01{GTIN}21SPK1" + "X" * 20, Hold.of(HoldReason.GS1_NO_END, identifier="21", rival="21")),
        (f"01{GTIN}21SPK1" + "X" * 200, Hold.of(HoldReason.GS1_NO_END, identifier="21", rival="21")),
        (f"01{GTIN}10LOT5", Hold.of(HoldReason.GS1_NO_ELEMENT, identifier="21")),
        (f"01{GTIN}", Hold.of(HoldReason.GS1_NO_ELEMENT, identifier="21")),
        (f"01{GTIN}\x1d21SPK1\x1d21SPK2", Hold.of(HoldReason.GS1_UNREAD)),
        (f"01{GTIN}\x1d21{'X' * 21}", Hold.of(HoldReason.GS1_UNREAD)),
        (f"01{GTIN}\x1d05X", Hold.of(HoldReason.GS1_UNREAD)),
        (f"01{GTIN[:-1]}", Hold.of(HoldReason.GS1_UNREAD)),
        (f"(01){GTIN}(21)SPK1(21)SPK2", Hold.of(HoldReason.GS1_UNREAD)),
        ("(21)", Hold.of(HoldReason.GS1_UNREAD)),
        ("(99999)1", Hold.of(HoldReason.GS1_UNREAD)),
        ("(05)(21)SPK1", Hold.of(HoldReason.GS1_UNREAD)),
        ("SPK26113F2001", Hold.of(HoldReason.GS1_UNREAD)),
        ("", Hold.of(HoldReason.GS1_UNREAD)),
        ("\x1d", Hold.of(HoldReason.GS1_UNREAD)),
    ],
)
def test_what_can_not_be_decided_is_left_whole(code: str, reason: Hold) -> None:
    """Without a separator, a serial ends only where nothing else can begin; the reason says what is in doubt."""
    assert find_element(code, "21") == reason


def test_an_element_before_the_doubtful_one_is_certain() -> None:
    """Its length is known, or a separator ended it."""
    assert find_element(f"01{GTIN}21SPK110LOT5", "01") == GTIN


@given(MARK, SERIAL, LOT, st.sampled_from([*SEPARATORS, "]"]), st.booleans())
@example("]C1", "SPK10", "1", "\x1d", False)
def test_with_a_separator_every_serial_is_found(
    mark: str, serial: str, lot: str, separator: str, lot_first: bool
) -> None:
    """Whatever digits it has: the separator says where it ends."""
    elements = [f"21{serial}", f"10{lot}"]
    code = f"{mark}01{GTIN}{separator.join(reversed(elements) if lot_first else elements)}"
    assert find_element(code, "21") == serial


@given(SERIAL, LOT)
def test_without_a_separator_no_serial_is_cut_or_grown(serial: str, lot: str) -> None:
    """Serial and lot run together: the answer is a doubt, never a wrong serial."""
    found = find_element(f"01{GTIN}21{serial}10{lot}", "21")
    assert isinstance(found, Hold)


@given(st.text(st.characters(exclude_categories=[])) | st.text(st.sampled_from("0112()]\x1d^<GS>7AB")))
def test_any_text_is_read(text: str) -> None:
    """Nothing raises; what is found stood in the text."""
    elements = read_elements(text)
    assert elements is None or elements.data
    assert isinstance(find_element(text, "21"), str | Hold)
