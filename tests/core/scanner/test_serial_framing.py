"""Bytes from a serial port: every line that was sent whole becomes one scan, however the bytes are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.code import LONGEST_CODE
from bindtool.core.scanner.serial_framing import LONGEST, ScanLine, ScanLines

ENDS = ["\r", "\n", "\r\n"]
LINES = st.lists(st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"]), min_size=1))


def feed(lines: ScanLines, data: bytes, at: float = 0.0) -> list[ScanLine]:
    """Feed bytes that have come at a time, in seconds; return the lines, not what has only begun."""
    return [line for line in lines.feed(data, at) if line.text]


def texts(lines: list[ScanLine]) -> list[str]:
    """Return what each says."""
    return [line.text for line in lines]


def in_pieces(data: bytes, cuts: list[int]) -> list[str]:
    """Feed bytes cut at these places; return what came out."""
    lines = ScanLines()
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [line.text for start, end in pairwise(places) for line in feed(lines, data[start:end])]


@given(LINES, st.sampled_from(ENDS), st.lists(st.integers(0, 10_000)))
def test_lines_come_out_as_they_were_sent(sent: list[str], end: str, cuts: list[int]) -> None:
    """Whatever the line end and however the bytes are cut: each line once, in order, unchanged."""
    data = "".join(line + end for line in sent).encode()

    assert in_pieces(data, cuts) == sent


@given(st.binary(), st.lists(st.integers(0, 10_000)))
def test_any_bytes_give_the_same_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    """Garbage raises nothing, and where it is cut makes no difference."""
    assert in_pieces(data, cuts) == texts(feed(ScanLines(), data))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_in_either_encoding(encoding: str) -> None:
    """Text that is no UTF-8 is read as GB18030."""
    assert texts(feed(ScanLines(), "智能音箱-3F21A0\r".encode(encoding))) == ["智能音箱-3F21A0"]


def test_bytes_that_are_no_text() -> None:
    """What is neither encoding is kept with a mark in it, so that it can't pass for an id."""
    assert texts(feed(ScanLines(), b"SPK\xff1\r")) == ["SPK�1"]


def test_separators_inside_a_code_stay() -> None:
    """A tab and the group separator of a GS1 code are part of it."""
    assert texts(feed(ScanLines(), b"0106901234\x1d21SPK1\tA\n")) == ["0106901234\x1d21SPK1\tA"]


@pytest.mark.parametrize("end", ENDS)
def test_a_line_without_an_end_is_waited_for(end: str) -> None:
    """A line comes when its end does; empty lines are none."""
    lines = ScanLines()

    assert feed(lines, b"SPK") == []
    assert lines.begun
    assert texts(feed(lines, b"1" + end.encode() * 2)) == ["SPK1"]
    assert not lines.begun


def test_garbage_without_end_is_bounded() -> None:
    """A line that never ends takes no more memory than the longest; the next line is whole."""
    lines = ScanLines()
    for _ in range(1000):
        assert feed(lines, b"x" * 1000) == []

    assert texts(feed(lines, b"\rSPK1\r")) == ["x" * LONGEST, "SPK1"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_line_that_was_cut_is_longer_than_any_code(encoding: str) -> None:
    """Its rest was dropped, so it must be refused, however many bytes a character takes."""
    (line,) = texts(feed(ScanLines(), ("SN:SPK1;N:" + "\U0001f50a" * 20_000 + "\r").encode(encoding)))

    assert len(line) > LONGEST_CODE


@pytest.mark.parametrize("end", ENDS)
def test_what_follows_a_pause_is_no_scan_of_its_own(end: str) -> None:
    """The rest of a line comes with its beginning and says so; the line after it is whole."""
    lines = ScanLines()
    assert feed(lines, b"SPK2611") == []
    lines.pause()
    after = feed(lines, b"3F2001" + end.encode() + b"SPK26113F2002" + end.encode())
    assert after == [ScanLine("SPK26113F2001", "SPK2611"), ScanLine("SPK26113F2002", goes_on=True)]


def test_an_end_that_comes_late_belongs_to_its_line() -> None:
    """The line is all there; that it had paused is said all the same, since nobody knows what is missing."""
    lines = ScanLines()
    feed(lines, b"SPK1")
    lines.pause()
    assert feed(lines, b"\r\nSPK2\r") == [ScanLine("SPK1", "SPK1"), ScanLine("SPK2", goes_on=True)]


def test_what_follows_a_port_that_was_lost_is_no_scan_unseen() -> None:
    """A cable that was loose for a moment: the line after it may be the rest of the one before."""
    lines = ScanLines()
    feed(lines, b"SPK2611")
    lines.lose()
    lines.lose()
    assert feed(lines, b"3F2001\rSPK26113F2002\r") == [
        ScanLine("3F2001", "SPK2611"),
        ScanLine("SPK26113F2002", goes_on=True),
    ]


@pytest.mark.parametrize(("later", "goes_on"), [(0.0, True), (0.1, True), (0.101, False), (0.25, False)])
def test_a_line_is_of_the_code_before_it_by_its_arrival(later: float, goes_on: bool) -> None:
    """From the end of a line to the beginning of the next, however long that one takes; it is told as it begins."""
    lines = ScanLines()
    assert lines.feed(b"SPK1\r", 10.0) == [ScanLine("SPK1")]
    begun = [ScanLine("", goes_on=True)] if goes_on else []
    assert lines.feed(b"\nSP", 10.0 + later) == begun
    assert lines.feed(b"K", 11.0) == []
    assert lines.feed(b"2\r", 12.0) == [ScanLine("SPK2", goes_on=goes_on)]


def test_a_port_that_was_lost_parts_two_lines() -> None:
    """What comes when it is back was scanned by another pull."""
    lines = ScanLines()
    lines.feed(b"SPK1\rSP", 10.0)
    lines.lose()
    assert lines.feed(b"K2\r", 12.0) == [ScanLine("K2", "SP")]
