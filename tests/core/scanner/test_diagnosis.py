"""A scanner's troubles are told from what came, how it came, and the ids before it."""

from __future__ import annotations

import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.barcode.recent_ids import RecentIds
from bindtool.core.common.messages import Message
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.scanner import diagnosis
from bindtool.core.scanner.burst import Burst, Stroke
from bindtool.core.scanner.diagnosis import FaultKind, ScannerFault, fault_of_end
from bindtool.core.scanner.keyboard_layouts import mangled
from bindtool.core.scanner.scan_rules import EndKey, Keyboard, ScannerRules, ScanRules

RULES = ScanRules()
SERIALS = tuple(f"SPK26113F{number:04X}" for number in range(0x2190, 0x219A))
MIXED = tuple(f"Spk-{number}" for number in range(100, 110))
MACS = ("A4C138", "0B11F2", "77E001", "5C0272", "F0D41C")


def typed(text: str, *ends: EndKey, caps_lock: bool | None = None, hole: int = -1) -> Burst:
    """Return a burst of 4 ms a key, with a pause of 40 ms before the key at `hole`."""
    strokes = [Stroke(key, 44 if at == hole else 4) for at, key in enumerate(text)]
    return Burst(tuple(strokes), ends, caps_lock)


def on(keyboard: Keyboard) -> ScanRules:
    """Return rules by which every scan is put back from a keyboard."""
    return ScanRules(scanner=ScannerRules(keyboard=keyboard))


def read_keys(text: str, recent: Sequence[str], rules: ScannerRules) -> str:
    """Return what the scanner sent."""
    return diagnosis.read_keys(parse(text), RecentIds.of(recent), rules).arrived


def fault_of(text: str, recent: Sequence[str], rules: ScanRules, burst: Burst | None = None) -> ScannerFault | None:
    """Return what is wrong with a scan, read by the rules."""
    code, ids = parse(text), RecentIds.of(recent)
    return diagnosis.fault_of(code, diagnosis.read_keys(code, ids, rules.scanner), ids, rules, burst)


def suspicion(text: str, recent: Sequence[str], rules: ScanRules) -> Hold | None:
    """Return why a row is held."""
    found = fault_of(text, recent, rules)
    return found.hold if found is not None else None


# ---------------------------------------------------------------- how a burst ends


def test_a_burst_without_an_end() -> None:
    """Only silence after a code, where the rule waits for a key."""
    assert fault_of_end(typed("SPK26113F21A0"), RULES.scanner) == ScannerFault(FaultKind.NO_END, "SPK26113F21A0")


@pytest.mark.parametrize(
    ("burst", "rules"),
    [
        (typed("SPK26113F21A0", EndKey.RETURN), ScannerRules()),
        (typed("SPK26113F21A0"), ScannerRules(end=EndKey.PAUSE)),
        (typed("aaaaaaaaaaaa"), ScannerRules()),
        (typed("SPK26"), ScannerRules()),
    ],
    ids=["ended", "ended by a pause", "a key held down", "too short"],
)
def test_a_burst_that_ends_well(burst: Burst, rules: ScannerRules) -> None:
    """A code with its end, by key or by pause, and what is no code at all."""
    assert fault_of_end(burst, rules) is None


def test_a_burst_with_two_ends() -> None:
    """Return and line feed, say: harmless, and told."""
    burst = typed("SPK26113F21A0", EndKey.RETURN, EndKey.RETURN)
    assert fault_of_end(burst, RULES.scanner) == ScannerFault(FaultKind.TWO_ENDS, "SPK26113F21A0")


# ---------------------------------------------------------------- codes run together


@pytest.mark.parametrize(
    ("pieces", "recent"),
    [
        (("SPK26113F21A0", "SPK26113F21A1"), SERIALS),
        (("SPK26113F21A0", "SPK26113F21A1", "SPK26113F21A2"), SERIALS),
        (("SPK26113F21A0", "SPK26113F21A1"), ()),
        (("SPK26113F21A0", "SPK26113F21A0"), ()),
        (("SN:SPK26113F21A0;MAC:00-11", "SN:SPK26113F21A1;MAC:00-12"), ()),
        (("SPK26113F21A0", "SPK26113F1"), SERIALS),
        (("A4C138", "A4C139"), MACS),
        (("SPK1234", "SPK12345"), ("SPK1001", "SPK10022", "SPK10023")),
    ],
)
def test_two_codes_in_one(pieces: tuple[str, ...], recent: Sequence[str]) -> None:
    """Each piece looks like the ids before it, or both halves begin alike."""
    text = "".join(pieces)
    assert fault_of(text, recent, RULES) == ScannerFault(FaultKind.RUN_TOGETHER, text, pieces)


@pytest.mark.parametrize(
    ("text", "recent"),
    [
        ("00000000000000000017", ()),
        ("121212121212", ()),
        ("SPK26113F21A0XYZ", SERIALS),
        ("SPK26113F21A0SPK", SERIALS),
        ("A4C138B5D249E", ("A4C138B5D249E", "A4C138B5D249F", "A4C138B5D24A0")),
        ("6901234567892", SERIALS),
        ("SPK1", ()),
        ("x" * 3000, SERIALS),
    ],
)
def test_a_long_code_is_one(text: str, recent: Sequence[str]) -> None:
    """Zeros repeat in many an id, and what is only long is none of these troubles."""
    assert fault_of(text, recent, RULES) is None


# ---------------------------------------------------------------- Caps Lock and Shift


@pytest.mark.parametrize(
    ("sent", "arrived", "recent"),
    [
        ("SPK26113F21A0", "spk26113f21a0", SERIALS),
        ("Spk-110", "sPK-110", MIXED),
        ("004HQ3NIDBVD", "004ha3nidbvd", ("00AHRR8B8KUY", "00JL6RVTT36W", "00P6A949HF4P")),
    ],
    ids=["capitals", "both cases", "a French keyboard, where it shifts every key"],
)
def test_caps_lock_by_the_ids_before(sent: str, arrived: str, recent: Sequence[str]) -> None:
    """The other case fits the ids before, and what came does not."""
    found = fault_of(arrived, recent, RULES)
    assert found is not None
    assert (found.kind, found.text) == (FaultKind.CAPS_LOCK, arrived)
    if arrived != "004ha3nidbvd":
        assert found.instead == (sent,)


def test_caps_lock_by_the_key_itself() -> None:
    """Without ids before, small letters alone are suspicious only while Caps Lock is on."""
    burst = typed("spk26113f21a0", EndKey.RETURN, caps_lock=True)
    assert fault_of("spk26113f21a0", (), RULES, burst) == ScannerFault(
        FaultKind.CAPS_LOCK, "spk26113f21a0", ("SPK26113F21A0",)
    )
    assert fault_of("spk26113f21a0", (), RULES, typed("spk26113f21a0", EndKey.RETURN)) is None
    assert fault_of("SPK26113F21A0", (), RULES, typed("SPK26113F21A0", EndKey.RETURN, caps_lock=True)) is None


@pytest.mark.parametrize("text", ["['sn';'spk26113']", "https;//coze.example/d/1", "[]"])
def test_shift_is_lost(text: str) -> None:
    """A colon came as a semicolon: the shape of JSON or of an address tells, the case is gone for good."""
    found = fault_of(text, SERIALS, RULES)
    assert (found.kind if found else None) == (None if text == "[]" else FaultKind.SHIFT_LOST)


# ---------------------------------------------------------------- the keyboard's country


@pytest.mark.parametrize(
    ("sent", "keyboard", "recent"),
    [
        ("SPK26113F21A0", Keyboard.FRENCH, SERIALS),
        ("SPK26113F21A0", Keyboard.BELGIAN, ()),
        ("SPK26113F21A0", Keyboard.FRENCH, ()),
        ("Spk-110", Keyboard.ITALIAN, MIXED),
        ("Spk-110", Keyboard.GERMAN, MIXED),
        ('{"sn":"SPK1"}', Keyboard.BRITISH, ()),
        ('"sn":"SPK1"', Keyboard.FRENCH, ()),
        ('{"sn":"SPK1"}', Keyboard.BRITISH, SERIALS),
        ("https://coze.example/d?sn=SPK1", Keyboard.FRENCH, ()),
        ("https://coze.example/d?sn=SPK1", Keyboard.ITALIAN, ()),
        ("SN:SPK26113F2001;MAC:00-11", Keyboard.FRENCH, ()),
        ("SN:SPK26113F2001;MAC:00-11", Keyboard.GERMAN, ()),
    ],
)
def test_a_keyboard_of_another_country(sent: str, keyboard: Keyboard, recent: Sequence[str]) -> None:
    """What was sent fits the ids before, or has a shape that what came has not; it is found again as it was."""
    arrived = mangled(sent, keyboard)
    found = fault_of(arrived, recent, RULES)
    assert found is not None
    assert (found.kind, found.text, found.instead) == (FaultKind.KEYBOARD, arrived, (sent,))
    assert keyboard in found.keyboards


def test_the_scanner_was_put_right() -> None:
    """The rule still puts back what needs it no longer: the rule is the trouble then, where it would do harm."""
    rules = on(Keyboard.GERMAN)
    assert fault_of("Spk-110", MIXED, rules) is None
    assert fault_of("https://coze.example/d?sn=SPK1", (), rules) == ScannerFault(
        FaultKind.KEYBOARD,
        "https://coze.example/d?sn=SPK1",
        ("https://coze.example/d?sn=SPK1",),
        (Keyboard.SAME, Keyboard.BRITISH),
    )


@pytest.mark.parametrize("text", ['{"sn": "SPK1"}', "{" * 1999, "SN:1;MAC:2", "AB&CD", "键盘", "SPK 001"])
def test_not_the_keyboard(text: str) -> None:
    """A shape that is whole already, one that no keyboard makes whole, and a single odd mark."""
    assert fault_of(text, (), RULES) is None


def test_deep_brackets() -> None:
    """What looks like JSON and goes deeper than anybody can read is none."""
    assert fault_of('{"a":' + "[" * 1990, (), RULES) is None


@pytest.mark.parametrize(
    ("text", "recent", "read"),
    [
        ('SPKé-&&"Fé&Qà', SERIALS, "SPK26113F21A0"),
        ("SPK26113F21A0", SERIALS, "SPK26113F21A0"),
        ("SPK二", (), "SPK二"),
        ("QZE&", (), "AWE1"),
    ],
)
def test_keys_are_read_by_the_rule(text: str, recent: Sequence[str], read: str) -> None:
    """A text that fits as it is, or that no such keyboard makes, stays as it is."""
    assert read_keys(text, recent, on(Keyboard.FRENCH).scanner) == read


# ---------------------------------------------------------------- dropped characters


@pytest.mark.parametrize("text", ["SPK26113F21A", "PK26113F21A0", "SPK2113F21A0", "SPK2613F21A0", "SPK26F21A0"])
def test_a_character_was_dropped(text: str) -> None:
    """It is shorter than all before it, and the rest begins as they do."""
    assert fault_of(text, SERIALS, RULES) == ScannerFault(FaultKind.DROPPED, text)


def test_a_hole_between_the_keys() -> None:
    """Ids with nothing in common tell nothing; a hole in the burst does."""
    assert fault_of("A4C38", MACS, RULES, typed("A4C38", EndKey.RETURN)) is None
    assert fault_of("A4C38", MACS, RULES, typed("A4C38", EndKey.RETURN, hole=3)) == ScannerFault(
        FaultKind.DROPPED, "A4C38"
    )
    assert fault_of("4C138", MACS, RULES, Burst((Stroke("4C138", 0),))) is None


@pytest.mark.parametrize(
    ("text", "recent", "rules"),
    [
        ("LMP26113F21A", SERIALS, RULES),
        ("SPK26113F21A", SERIALS[:4], RULES),
        ("SPK1", SERIALS, RULES),
        ("SPK26113F21-", SERIALS, RULES),
        ("SPK26113F21A", (*SERIALS, "SPK1"), RULES),
        ("SPK26113F21A", SERIALS, ScanRules(ids=IdRules(odd_one_out=False))),
        ("B4C13", ("A4C138", "A0B11F", "A77E00", "A5C027", "A0F0D4"), RULES),
    ],
)
def test_a_short_code_is_whole(text: str, recent: Sequence[str], rules: ScanRules) -> None:
    """Another kind, too few before it, too much missing, other characters, any length, or nobody wants to know."""
    assert fault_of(text, recent, rules) is None


# ---------------------------------------------------------------- what is said


def test_the_reasons() -> None:
    """A row says what it should have been; a code in order is not suspicious."""
    joined = "SPK26113F21A0SPK26113F21A1"
    assert suspicion(joined, SERIALS, RULES) == Hold.of(
        HoldReason.RUN_TOGETHER, text=joined, first="SPK26113F21A0", last="SPK26113F21A1"
    )
    assert suspicion("spk26113f21a0", SERIALS, RULES) == Hold.of(
        HoldReason.CAPS_LOCK, text="spk26113f21a0", first="SPK26113F21A0", last="SPK26113F21A0"
    )
    assert suspicion("SPK26113F21A", SERIALS, RULES) == Hold.of(
        HoldReason.DROPPED, text="SPK26113F21A", first="", last=""
    )
    assert suspicion("SPK26113F21A0", SERIALS, RULES) is None


def test_the_question() -> None:
    """It names what came and what it should have been, and a long code only by its beginning."""
    assert ScannerFault(FaultKind.KEYBOARD, "QB&", ("AB1",)).question == Message.of(
        "trouble.keyboard", text="QB&", first="AB1", last="AB1"
    )
    said = ScannerFault(FaultKind.NO_END, "x" * 41).question.values["text"]
    assert said == "x" * 39 + "…"


IDS = st.from_regex(r"[A-Z]{2,4}[0-9A-F]{6,12}", fullmatch=True)


@given(IDS, st.integers(5, 10))
def test_ids_in_order_are_never_suspicious(first: str, count: int) -> None:
    """Whatever begins a row of serial numbers, the next one is in order."""
    ids = [f"{first}{number:03d}" for number in range(count + 1)]
    assert suspicion(ids[-1], ids[:-1], RULES) is None


@given(IDS, st.sampled_from([one for one in Keyboard if one is not Keyboard.SAME]))
def test_a_mangled_id_is_held_or_what_was_sent(first: str, keyboard: Keyboard) -> None:
    """After three ids in order, no keyboard of another country slips an altered one past."""
    ids = [f"{first}{number:03d}" for number in range(4)]
    arrived = mangled(ids[3], keyboard)
    found = suspicion(arrived, ids[:3], RULES)
    fits = arrived.startswith(first[:2]) and set(arrived) <= set(string.ascii_uppercase + string.digits)
    assert arrived == ids[3] or found is not None or fits


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=12), max_size=10), st.sampled_from(Keyboard))
def test_no_text_is_too_strange(text: str, recent: list[str], keyboard: Keyboard) -> None:
    """Anything at all is judged without an error, and pieces make up the whole."""
    found = fault_of(text, recent, on(keyboard), typed(text, caps_lock=True))
    if found is not None and found.kind is FaultKind.RUN_TOGETHER:
        assert "".join(found.instead) == found.text


def test_two_codes_with_nothing_before_them() -> None:
    """They are told as part rules tell them, so that each row held for it gets its question."""
    trouble = fault_of("SPK2600001SPK26000022", (), RULES)
    assert trouble == ScannerFault(FaultKind.RUN_TOGETHER, "SPK2600001SPK26000022", ("SPK2600001", "SPK26000022"))
    assert fault_of("https://a.example/?next=https://b.example/sn/1", (), RULES) is None
