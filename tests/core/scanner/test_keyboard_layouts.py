"""Codes that a scanner types for another country than the computer's, and the way back."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.scanner.keyboard_layouts import mangled, repair, without_shift
from bindtool.core.scanner.scan_rules import Keyboard

TYPED = string.ascii_letters + string.digits + string.punctuation

# Real scans of one set of codes: as sent, on a French-speaking computer, and there with Caps Lock on
# (third-culture-software/bhima, issue 6436).
SEEN = [
    ("004HQ3NIDBVD", "àà'HA\"NIDBVD", "004ha3nidbvd"),
    ("00AHRR8B8KUY", "ààQHRR!B!KUY", "00qhrr8b8kuy"),
    ("00P6A949HF4P", "ààP§Qç'çHF'P", "00p6q949hf4p"),
    ("00WMYP2Y8V3E", 'ààZ?YPéY!V"E', "00z,yp2y8v3e"),
    ("01NNGCXUHM2K", "à&NNGCXUH?éK", "01nngcxuh,2k"),
]


@pytest.mark.parametrize(("sent", "arrived", "with_caps_lock"), SEEN)
def test_what_a_hospital_saw(sent: str, arrived: str, with_caps_lock: str) -> None:
    """The keyboard there was Belgian; Caps Lock shifts every key, so digits come back, and letters in small."""
    assert mangled(sent, Keyboard.BELGIAN) == arrived
    assert repair(arrived, Keyboard.BELGIAN) == sent
    assert repair(with_caps_lock, Keyboard.BELGIAN, shift_locked=True) == sent


@pytest.mark.parametrize(
    ("sent", "keyboard", "arrives"),
    [
        ("SPK26113F21A0", Keyboard.FRENCH, 'SPKé-&&"Fé&Qà'),
        ('{"sn":"SPK1"}', Keyboard.BRITISH, "{@sn@:@SPK1@}"),
        ("https://x/?sn=1", Keyboard.ITALIAN, "httpsç--x-_snì1"),
        ("SN:ZY-7", Keyboard.GERMAN, "SNÖYZß7"),
        ("SPK 1", Keyboard.GERMAN, "SPK 1"),
        ("SPK1", Keyboard.SAME, "SPK1"),
    ],
)
def test_what_arrives_and_the_way_back(sent: str, keyboard: Keyboard, arrives: str) -> None:
    """Each country has its own marks, and all of them can be put back."""
    assert mangled(sent, keyboard) == arrives
    assert repair(arrives, keyboard) == sent


@pytest.mark.parametrize(
    ("keyboard", "arrived", "sent"),
    [
        (Keyboard.FRENCH, "ê", "[e"),
        (Keyboard.FRENCH, "Ä", "{Q"),
        (Keyboard.GERMAN, "é", "=e"),
        (Keyboard.FRENCH, "é", "2"),
        (Keyboard.GERMAN, "ü", "["),
    ],
)
def test_a_dead_key_has_eaten_the_next_letter(keyboard: Keyboard, arrived: str, sent: str) -> None:
    """An accent that a dead key put on a letter comes off it; a letter with a key of its own is that key."""
    assert repair(arrived, keyboard) == sent


def test_without_shift() -> None:
    """Capitals become small, and marks those below them on their keys."""
    assert without_shift('{"Sn":"A1_"} 中') == "['sn';'a1-'] 中"


@pytest.mark.parametrize("text", ["SPK二六", "\x1d", "ñ", "~"])
def test_what_such_a_scanner_can_not_have_typed(text: str) -> None:
    """A character that no key of that computer makes tells that the text came another way."""
    assert repair(text, Keyboard.FRENCH) is None


@given(st.text(TYPED), st.sampled_from(Keyboard))
def test_the_way_back_is_never_wrong(text: str, keyboard: Keyboard) -> None:
    """Whatever is sent comes back as it was, but for "~", which a French keyboard does not have at that key."""
    kept = text.replace("~", "") if keyboard is Keyboard.FRENCH else text
    assert repair(mangled(text, keyboard), keyboard) == kept


@given(text=st.text(), keyboard=st.sampled_from(Keyboard), shift_locked=st.booleans())
def test_no_text_is_too_strange(text: str, keyboard: Keyboard, *, shift_locked: bool) -> None:
    """Anything at all has a way back or none; what stays has only characters of an American keyboard."""
    mangled(text, keyboard)
    found = repair(text, keyboard, shift_locked=shift_locked)
    if found is not None and keyboard is not Keyboard.SAME:
        assert set(found) <= set(TYPED) | {" "}
