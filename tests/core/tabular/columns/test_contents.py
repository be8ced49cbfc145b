"""What the cells of a column are, whatever its name."""

from __future__ import annotations

import pytest

from bindtool.core.tabular.columns.contents import CellKind, Contents, kind_of


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (CellKind.BLANK, ("", " ", "-", "无", "N/A", "null")),
        (
            CellKind.VALUE,
            (
                *("2026-11-02", "2026/1/2 08:30", "2026年11月2日"),
                *("2026年11月", "02.11.2026", "3月5日", "2 Nov 2026"),
                *("08:30", "8:30:01", "1:05 pm", "12.50", "¥1,299", "1,299.00", "-3", "0.42kg", "10台", "95%"),
                *("合格", "PASS", "是", "No", "192.168.1.20", "1.0.8", "v2.1", "a.b@example.com"),
            ),
        ),
        (
            CellKind.ADDRESS,
            ("A0:B1:C2:00:11:01", "a0-b1-c2-00-11-01", "a0b1.c200.1101", "A0B1C2001101", "490154203237518"),
        ),
        (CellKind.OTHER, ("20261102", "6901234567892", "16901234567899", "10023", "518000")),
        (CellKind.OTHER, ("13800138001", "+49 113 4960441", "0571-88776655", "11010119900307881X")),
        (CellKind.SHORT, ("1", "0417")),
        (CellKind.NUMBER, ("000123", "00000417", "860412907733", "490154203237519", "12345670")),
        (
            CellKind.CODE,
            (
                *("0b6f3c2e-51d4-4c0e-9a58-77e1f0a2c941", "SPK26113F2001"),
                *("SN2611-00417", "0412-77A0-19", "A1", "ＳＰＫ００１"),
            ),
        ),
        (CellKind.NAMED, ("kitchen-01", "meeting_room-3", "SPEAKER12")),
        (CellKind.WORDS, ("客厅", "智能音箱-客厅01", "Front door", "Lobby", "Meeting room 3", "B 2.1 left")),
        (CellKind.PARTS, ("SN: A1", "https://a.example/?sn=1", "SN:A1;MAC:2", '{"sn": "A1"}', "A1,A2", "1" * 300)),
    ],
)
def test_what_a_cell_is(kind: CellKind, cells: tuple[str, ...]) -> None:
    """By its characters alone."""
    assert {cell: kind_of(cell) for cell in cells} == dict.fromkeys(cells, kind)


@pytest.mark.parametrize(
    "cells",
    [
        ("SPK26-1", "SPK26-2", "SPK26-13"),
        ("7f31c0a4", "7f31c0b8", "9310c160", "12345678", "0be0447a"),
        ("A1", "BCD-22-3333", "x9", "0-0-0-0"),
        ("26000123", "26000124", "26000207"),
        ("6901234567892", "6901234567893", "20261102"),
        ("A0:B1:C2:00:11:01", "A0:B1:C2:00:11:02"),
        ("000001", "000002", "000003"),
        ("1.1SPK", "2.1SPK", "3.1SPK"),
    ],
)
def test_a_column_that_is_made_as_ids_are(cells: tuple[str, ...]) -> None:
    """Letters with digits or numbers, which differ."""
    assert Contents.of(cells).fits_ids


@pytest.mark.parametrize(
    ("by_name", "cells"),
    [
        (True, ("6901234567892", "16901234567899")),
        (True, ("kitchen-01", "hall-02")),
        (True, ("A1", "A1", "A2", "A3", "A3")),
        (True, ("A1", "A1")),
        (False, ("SPK-2", "SPK-2", "SPK-3", "SPK-3")),
        (False, ("1", "2", "3", "5", "6")),
        (False, ("001", "002", "003")),
        (False, ("1)SPK26117", "2)SPK26124", "3)SPK26131")),
        (False, ("1. SPK26117", "2. SPK26124", "3. SPK26131")),
        (False, ("000010", "000020", "000030")),
        (False, ("12", "40", "7")),
        (False, ("客厅", "主卧")),
        (False, ("2026-11-02", "2026-11-03")),
        (False, ("A1", "客厅", "12.50")),
        (False, ("", "-")),
    ],
)
def test_a_column_that_is_not(by_name: bool, cells: tuple[str, ...]) -> None:
    """Under a name of ids it may be them all the same, unless it counts, repeats itself or has none."""
    contents = Contents.of(cells)
    assert (contents.fits_ids, contents.may_be_ids) == (False, by_name)


def test_one_slip_makes_no_other_column() -> None:
    """Of ten cells one or two may be anything."""
    ids = [f"SPK26{n:04}" for n in range(10)]
    assert Contents.of(["待补", *ids[1:]]).kind is CellKind.CODE
    assert Contents.of([*ids[1:], ids[1]]).differ


@pytest.mark.parametrize(
    ("words", "cells"),
    [
        (True, ("客厅", "主卧")),
        (True, ("kitchen-1", "hall-2", "客厅")),
        (False, ("客厅", "客厅")),
        (False, ("A1", "A2")),
    ],
)
def test_words_that_differ_may_be_labels(words: bool, cells: tuple[str, ...]) -> None:
    """An article that is the same in each row is none."""
    assert Contents.of(cells).are_words is words
