"""The parts of a code that a person chooses from."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import MOST_CHOICES, TakenPart, choices, take_part
from bindtool.core.barcode.id_rules import PartKind, PartRule

GTIN = "06901234567892"


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("SN:SPK26113F2001;MAC:A4:C1:38:00:11:22", ["SPK26113F2001", "A4:C1:38:00:11:22"]),
        ("MAC:A4:C1:38:00:11:22;SN:SPK26113F2001", ["SPK26113F2001", "A4:C1:38:00:11:22"]),
        ("]Q1SN:SPK1;N:1;U:https://x.example/1;M:SPK1", ["SPK1"]),
        ("https://iot.example/bind?sn=SPK1&v=2", ["SPK1", "bind"]),
        ("https://iot.example/d/SPK1", ["SPK1"]),
        ("https://iot.example", []),
        ('{"mac":"A4C138","device":{"sn":"SPK1"}}', ["SPK1", "A4C138"]),
        ('{"sn":"SPK1","sn":"SPK2"}', []),
        ('{"sn":"SPK', []),
        ("SPK1 SPK2|speaker", ["speaker"]),
        ("SPK1,speaker", ["SPK1", "speaker"]),
        ("aaa,bbb,ccc,ddd,eee", ["aaa", "bbb", "ccc", "ddd"]),
        (f"01{GTIN}10LOT5\x1d21SPK1", ["SPK1", "LOT5"]),
        (f"01{GTIN}21SPK110LOT5", []),
        (f"01{GTIN}21SPK1\x1d05", []),
        ("SPK26113F2001", []),
        ("a:1;" * 2000, []),
        ('{"' + "n" * 101 + '":"SPK1"}', []),
        ('{"sn":"SN2026A0042","":"x"}', ["SN2026A0042"]),
        ('{"sn":"SN2026A0042"," ":"SPK1"}', ["SN2026A0042"]),
        ("http://h.example/?=SPK1&sn=SN2026A0042", ["SN2026A0042"]),
        ("http://h.example/?%20=SPK1&sn=SN2026A0042", ["SN2026A0042"]),
        ('{" sn ":"SN2026A0042"}', ["SN2026A0042"]),
        ('{"sn":NaN,"id":"SPK1"}', []),
        ("SN:undefined;MAC:A4C138", ["A4C138"]),
        ('{"sn":"SPK1\u00a0","id":"00\u00a0"}', ["SPK1"]),
    ],
)
def test_what_is_asked(code: str, values: list[str]) -> None:
    """The usual names come first; what can't be an id, stands twice or has a blank name is no choice."""
    assert [choice.value for choice in choices(parse(code))] == values


@given(
    st.text(st.characters(exclude_categories=[]))
    | st.text(st.sampled_from('SNab:;=1,| {}[]"./?(21)\x1d'))
    | st.dictionaries(st.text(), st.text()).map(json.dumps)
    | st.dictionaries(st.text(), st.text()).map(lambda query: f"http://h.example/?{urlencode(query)}")
)
def test_a_choice_takes_what_it_shows(text: str) -> None:
    """The rule behind a button reads the code as the button says."""
    code = parse(text)
    found = choices(code)
    assert len(found) <= MOST_CHOICES
    for choice in found:
        taken = take_part(choice.rule, code)
        assert isinstance(taken, TakenPart)
        assert taken.device_id == choice.value


def test_the_rule_behind_a_choice() -> None:
    """It names the part, not the value."""
    assert [choice.rule for choice in choices(parse("SN:SPK1;MAC:A4C138"))] == [
        PartRule(PartKind.PAIRS, "SN"),
        PartRule(PartKind.PAIRS, "MAC"),
    ]
    assert choices(parse("SPK1,speaker"))[1].rule == PartRule(PartKind.LIST, place=1)
