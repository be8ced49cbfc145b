"""Codes are taken apart by names and places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.fields import Value, json_values, last_of_path, list_values, pair_values, query_values

ANY_TEXT = st.text(st.characters(exclude_categories=[])) | st.text(st.sampled_from("aS:=;,|[]{}\"'./?&#% \n"))


def named(values: tuple[Value, ...] | None) -> list[tuple[str, str]]:
    """Return names and texts."""
    assert values is not None
    return [(value.name, value.text) for value in values]


@pytest.mark.parametrize(
    ("text", "parameters", "last"),
    [
        ("https://iot.example/d/SPK1?sn=SPK%2F2&x=", [("sn", "SPK/2"), ("x", "")], "SPK1"),
        ("iot.example/d/?sn=A+B;mac=1", [("sn", "A+B"), ("mac", "1")], "d"),
        ("www.iot.example/001", [], "001"),
        ("https://iot.example/#/bind/SPK1?sn=007", [("sn", "007")], ""),
        ("https://h.example/d/A1B2C3#/login", [], "A1B2C3"),
        ("https://h.example/d/A1B2C3#!/login?v=2", [("v", "2")], "A1B2C3"),
        ("https://iot.example/d?a=1#top", [("a", "1")], "d"),
        ("https://iot.example", [], ""),
        ("iot.example:8080/d/SPK1", [], "SPK1"),
        ("localhost:8080/SPK1", [], "SPK1"),
        ("[::1]:8080/SPK1", [], "SPK1"),
        ("http://iot:8080/SPK1", [], "SPK1"),
        ("iot/d?sn=SPK1", [("sn", "SPK1")], "d"),
        ("https://iot.example/?flag", [], ""),
    ],
)
def test_a_web_address(text: str, parameters: list[tuple[str, str]], last: str) -> None:
    """Parameters stand in the query or behind a "#"; the fragment is no path, which ends in its last part."""
    assert named(query_values(text)) == parameters
    assert last_of_path(text) == last


@pytest.mark.parametrize(
    "text",
    [
        *("http://[x", "///", "", "http:///x"),
        *("javascript:a/SPK1?sn=SPK1", "JavaScript://a/SPK1?sn=SPK1", "javascript:a('https://b/SPK1?sn=SPK1')"),
        *("data:text/SPK1?sn=SPK1", "data:12345/SPK1?sn=SPK1", "data:,SPK1", "data://text/SPK1?sn=SPK1"),
        *("tel:10086/SPK1", "mailto:a@b.example/SPK1?sn=SPK1", "urn:x.y:1/SPK1"),
    ],
)
def test_no_web_address(text: str) -> None:
    """What has no host is none, nor is what a browser runs, shows or dials."""
    assert query_values(text) is None
    assert last_of_path(text) is None


def test_json() -> None:
    """Nested fields have dotted names, and numbers stay as they were written."""
    text = '{"sn":"SPK1","n":0.10,"big":12345678901234567890123,"in":{"ids":["a",{"b":7}]},"no":null,"on":true}'
    assert named(json_values(text)) == [
        ("sn", "SPK1"),
        ("n", "0.10"),
        ("big", "12345678901234567890123"),
        ("in.ids.0", "a"),
        ("in.ids.1.b", "7"),
    ]
    assert named(json_values('{"sn":"1","sn":"2"}')) == [("sn", "1"), ("sn", "2")]
    assert named(json_values("[]")) == []


def test_a_number_that_was_rounded_is_no_part() -> None:
    """With an exponent its digits are gone, whether a plus stands in it or not; a text may look like one."""
    assert named(json_values('{"sn":1.23456789E11,"no":2E+9,"id":"1E5","w":1.5}')) == [("id", "1E5"), ("w", "1.5")]


@pytest.mark.parametrize(
    "text",
    [
        *('{"sn":"SPK', '"SPK1"', "1", "{'sn': 1}", "[" * 7000, "", "{" * 50),
        *('{"sn":NaN}', '{"sn":Infinity}', '{"sn":-Infinity}', '{"sn":"A1B2C3","t":NaN}'),
    ],
)
def test_no_json(text: str) -> None:
    """Broken, nested beyond measure, one value alone, or with numbers that JSON does not have: none of them."""
    assert json_values(text) is None


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("SN:SPK1;MAC:A4:C1:38:00:11:22", [("SN", "SPK1"), ("MAC", "A4:C1:38:00:11:22")]),
        ("SN=SPK1,MAC=A4", [("SN", "SPK1"), ("MAC", "A4")]),
        ("SN: 001\nModel: Smart, blue\r\n", [("SN", "001"), ("Model", "Smart, blue")]),
        ("SN: SPK1 MAC: A4:C1:38", [("SN", "SPK1"), ("MAC", "A4:C1:38")]),
        ("SN:SPK 0012", [("SN", "SPK 0012")]),
        ("Model: Smart Speaker SN: X1", [("Model", "Smart Speaker"), ("SN", "X1")]),
        ("WIFI:T:WPA;S:bench;;", [("WIFI", "T:WPA"), ("S", "bench")]),
        ('"sn":"ABC"', [("sn", "ABC")]),
        ("序列号:ABC;x", [("序列号", "ABC")]),
        ("S/N: ABC", [("S/N", "ABC")]),
        (":1;=2;" + "n" * 61 + ":3", []),
        ("SN:", []),
        ("SPK1", []),
    ],
)
def test_pairs(text: str, pairs: list[tuple[str, str]]) -> None:
    """A field is a name with its value; with spaces alone a value goes as far as the next name."""
    assert named(pair_values(text)) == pairs


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SPK1 SPK2", ["SPK1", "SPK2"]),
        ("SPK1,,blue speaker", ["SPK1", "", "blue speaker"]),
        ("SPK1|a;b|", ["SPK1|a", "b|"]),
        ("SPK1、设备", ["SPK1", "设备"]),
        ("SPK1\tx, y", ["SPK1", "x, y"]),
    ],
)
def test_a_list(text: str, parts: list[str]) -> None:
    """One kind of separator parts it; empty parts keep their places."""
    assert [value.text for value in list_values(text)] == parts


@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    """Nothing raises, and no part is longer than the text."""
    for read in (query_values, json_values, pair_values, list_values):
        assert all(len(value.text) <= len(text) for value in read(text) or ())
    last = last_of_path(text)
    assert last is None or len(last) <= len(text)


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z]{1,8}", fullmatch=True), st.from_regex(r"[A-Z0-9:-]{1,20}", fullmatch=True)
    )
)
def test_what_was_joined_is_parted(fields: dict[str, str]) -> None:
    """Every field of pairs comes back with its value."""
    text = ";".join(f"{name}:{value}" for name, value in fields.items())
    assert dict(named(pair_values(f"{text};"))) == fields


@pytest.mark.parametrize(
    "unit", ["a", ":", "a:", "a: ", " ", "[", '{"a":', "%41", "&a=", "a.b/", '"', "a\t", "=1 "]
)
def test_the_longest_code_is_read_at_once(unit: str) -> None:
    """Every reader gets through the longest code that there is; none needs more steps than a code has room for."""
    text = (unit * 7089)[:7089]
    for read in (query_values, json_values, pair_values, list_values):
        assert len(read(text) or ()) <= len(text)
    assert len(last_of_path(text) or "") <= len(text)
