"""Devices: what is taken off an id without asking, and what can't be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.device import (
    MAX_ID_LENGTH,
    Device,
    holds_token,
    id_problem,
    label_problem,
    looks_like_token,
    normalise,
)


@pytest.mark.parametrize(
    "hidden",
    [
        *("\u00ad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f"),
        *("\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff"),
    ],
    ids=ascii,
)
def test_hidden_characters_go_at_the_ends(hidden: str) -> None:
    """A byte order mark, a joiner or a direction mark can't be seen; inside it stays, for a person to decide."""
    assert normalise(f"{hidden}A{hidden}1{hidden}") == f"A{hidden}1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, "A1") for text in (" A1\t", "A1\r\n", "\u00a0A1", "A1\u3000", " \u00a0A1 \u200b", " \ufeffＡ1 ")),
        ("ＳＮ：００１２－ａ～", "SN:0012-a~"),
        *((text, text) for text in ("00012345678901234567", "sn 2026/abc_Z", "设备1", "", "A.1-2:3")),
    ],
    ids=ascii,
)
def test_what_is_made_of_an_id(text: str, expected: str) -> None:
    """Spaces and line ends around it go, full-width forms are folded; case, zeros and inner spaces stay."""
    assert normalise(text) == expected


@given(st.text())
def test_normalising_again_changes_nothing(text: str) -> None:
    """A normalised text is normal."""
    once = normalise(text)

    assert normalise(once) == once


@pytest.mark.parametrize(
    "text",
    ["A1", "0", "x" * 256, "1E5", "1.5E", "AE+3", "设备 1", "pat_short", "12E+3"],
    ids=["plain", "a zero", "256 characters", "hex-like", "no exponent", "letters", "Chinese", "prefix", "serial"],
)
def test_an_id_that_can_be_one(text: str) -> None:
    """No reason is made up for an id that Coze might know."""
    assert id_problem(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", Message.of("reason.id_missing"), id="empty"),
        pytest.param("x" * 257, Message.of("reason.id_too_long", length=257, limit=256), id="257 characters"),
        pytest.param("A\t1", Message.of("reason.id_control", codes="U+0009"), id="a tab inside"),
        pytest.param("A\n1", Message.of("reason.id_control", codes="U+000A"), id="a line end inside"),
        pytest.param("A\x001", Message.of("reason.id_control", codes="U+0000"), id="a null"),
        pytest.param("A\x7f", Message.of("reason.id_control", codes="U+007F"), id="delete"),
        pytest.param("A\x851", Message.of("reason.id_control", codes="U+0085"), id="next line"),
        pytest.param("A\u20281", Message.of("reason.id_control", codes="U+2028"), id="line separator"),
        pytest.param("A\u20291", Message.of("reason.id_control", codes="U+2029"), id="paragraph separator"),
        pytest.param("A\ud8001", Message.of("reason.id_control", codes="U+D800"), id="half a surrogate pair"),
        pytest.param("A\ufffd1", Message.of("reason.id_control", codes="U+FFFD"), id="bytes that were no text"),
        pytest.param("5E+11", Message.of("reason.id_scientific", text="5E+11"), id="a spreadsheet's number"),
        pytest.param(
            "5.1237824001e+10", Message.of("reason.id_scientific", text="5.1237824001e+10"), id="with decimals"
        ),
        pytest.param("pat_" + "x" * 16, Message.of("reason.id_is_token"), id="a personal token"),
        pytest.param("sat_" + "x" * 16, Message.of("reason.id_is_token"), id="a service token"),
        pytest.param("Bearer pat_" + "x" * 16, Message.of("reason.id_is_token"), id="a token with its word"),
    ],
)
def test_an_id_that_can_not_be_one(text: str, problem: Message) -> None:
    """Each unfit text has its own reason."""
    assert id_problem(text) == problem


def test_no_reason_repeats_a_token() -> None:
    """A token that was scanned into the id field stands in no message."""
    problem = id_problem("pat_0123456789abcdef")

    assert problem is not None
    assert "0123456789abcdef" not in repr(problem)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("pat_0123456789abcdef", True),
        ("  SAT_0123456789abcdef ", True),
        ("bearer  pat_0123456789abcdef", True),
        ("pat_0123456789abcdef and more", True),
        ("pat_practice", False),
        ("my pat_0123456789abcdef", False),
        ("pat-0123456789abcdef", False),
        ("", False),
    ],
)
def test_a_token_is_known_by_its_look(text: str, is_one: bool) -> None:
    """The vendor's prefixes and a length that no word has."""
    assert looks_like_token(text) is is_one


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("智能音箱-客厅", None, id="Chinese"),
        pytest.param("😀 emoji and \u200d joiner", None, id="emoji with a joiner"),
        pytest.param('"quotes", \\', None, id="quotes"),
        pytest.param("", Message.of("reason.label_missing"), id="empty"),
        pytest.param(" \u3000", Message.of("reason.label_missing"), id="spaces"),
        pytest.param("a\nb", Message.of("reason.label_control", codes="U+000A"), id="two lines"),
        pytest.param("a\x00", Message.of("reason.label_control", codes="U+0000"), id="a null"),
    ],
)
def test_a_label_is_required_and_one_line(text: str, problem: Message | None) -> None:
    """The vendor's page requires a label; control characters can't be one."""
    assert label_problem(text) == problem


@pytest.mark.parametrize(
    ("device_id", "label", "reason"),
    [
        ("", "L", "reason.id_missing"),
        ("x" * (MAX_ID_LENGTH + 1), "L", "reason.id_too_long"),
        ("A1", " ", "reason.label_missing"),
        ("A\x001", "", "reason.id_control"),
    ],
    ids=["no id", "too long", "no label", "the id's reason first"],
)
def test_an_unfit_device_can_not_be_made(device_id: str, label: str, reason: str) -> None:
    """A request can't hold what can't be sent, and the error says why."""
    with pytest.raises(BadInput) as caught:
        Device(device_id, label)

    assert caught.value.title == Message.of("device.unfit.title", reason=reason)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SN:SPK1;T:pat_0123456789abcdef", True),
        ('{"token": "sat_0123456789abcdef"}', True),
        ("Bearer pat_0123456789abcdef", True),
        ("SPK26113F21A0", False),
        ("cat_0123456789abcdef", False),
        ("pat_short", False),
    ],
)
def test_a_token_anywhere_in_a_text(text: str, expected: bool) -> None:
    """A code may carry one beside other things."""
    assert holds_token(text) is expected
