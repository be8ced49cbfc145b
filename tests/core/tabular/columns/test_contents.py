"""What the cells of a column are, whatever its name."""

from __future__ import annotations

import pytest

from bindtool.core.tabular.columns.contents import CellKind, Contents, Grade, kind_of


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (CellKind.BLANK, ("", " ", "-", "无", "N/A", "null")),
        (
            CellKind.DATE,
            ("2026-11-02", "2026/1/2 08:30", "2026年11月2日", "2026年11月", "02.11.2026", "3月5日", "2 Nov 2026"),
        ),
        (CellKind.DAY, ("20261102",)),
        (CellKind.TIME, ("08:30", "8:30:01", "1:05 pm")),
        (CellKind.AMOUNT, ("12.50", "¥1,299", "1,299.00", "-3", "0.42kg", "10台", "95%")),
        (CellKind.FLAG, ("合格", "PASS", "是", "No")),
        (CellKind.MAC, ("A0:B1:C2:00:11:01", "a0-b1-c2-00-11-01", "a0b1.c200.1101", "A0B1C2001101")),
        (CellKind.UUID, ("0b6f3c2e-51d4-4c0e-9a58-77e1f0a2c941",)),
        (CellKind.IMEI, ("490154203237518",)),
        (CellKind.TRADE, ("6901234567892", "16901234567899")),
        (CellKind.PHONE, ("13800138001", "+49 113 4960441", "0571-88776655", "11010119900307881X")),
        (CellKind.PLACE, ("192.168.1.20", "1.0.8", "v2.1", "a.b@example.com")),
        (CellKind.SHORT, ("1", "0417")),
        (CellKind.SMALL, ("10023", "518000")),
        (CellKind.NUMBER, ("000123", "00000417", "860412907733", "490154203237519", "12345670")),
        (CellKind.CODE, ("SPK26113F2001", "SN2611-00417", "0412-77A0-19", "A1", "ＳＰＫ００１")),
        (CellKind.NAMED, ("kitchen-01", "meeting_room-3", "SPEAKER12")),
        (CellKind.WORDS, ("客厅", "智能音箱-客厅01", "Front door", "Lobby", "Meeting room 3", "B 2.1 left")),
        (CellKind.PARTS, ("SN: A1", "https://a.example/?sn=1", "SN:A1;MAC:2", '{"sn": "A1"}', "A1,A2", "1" * 300)),
    ],
)
def test_what_a_cell_is(kind: CellKind, cells: tuple[str, ...]) -> None:
    """By its characters alone."""
    assert {cell: kind_of(cell) for cell in cells} == dict.fromkeys(cells, kind)


@pytest.mark.parametrize(
    ("grade", "cells"),
    [
        (Grade.GOOD, ("SPK26-1", "SPK26-2", "SPK26-13")),
        (Grade.GOOD, ("7f31c0a4", "7f31c0b8", "9310c160", "12345678", "0be0447a")),
        (Grade.FAIR, ("A1", "BCD-22-3333", "x9", "0-0-0-0")),
        (Grade.FAIR, ("26000123", "26000124", "26000207")),
        (Grade.FAIR, ("6901234567892", "6901234567893", "20261102")),
        (Grade.FAIR, ("A0:B1:C2:00:11:01", "A0:B1:C2:00:11:02")),
        (Grade.FAIR, ("000001", "000002", "000003")),
        (Grade.POOR, ("6901234567892", "16901234567899")),
        (Grade.POOR, ("kitchen-01", "hall-02")),
        (Grade.POOR, ("A1", "A1", "A2", "A3", "A3")),
        (Grade.NONE, ("A1", "A1")),
        (Grade.NONE, ("SPK-2", "SPK-2", "SPK-3", "SPK-3")),
        (Grade.NONE, ("1", "2", "3", "5", "6")),
        (Grade.NONE, ("001", "002", "003")),
        (Grade.NONE, ("1)SPK26117", "2)SPK26124", "3)SPK26131")),
        (Grade.NONE, ("1. SPK26117", "2. SPK26124", "3. SPK26131")),
        (Grade.GOOD, ("1.1SPK", "2.1SPK", "3.1SPK")),
        (Grade.NONE, ("000010", "000020", "000030")),
        (Grade.NONE, ("12", "40", "7")),
        (Grade.NONE, ("客厅", "主卧")),
        (Grade.NONE, ("2026-11-02", "2026-11-03")),
        (Grade.NONE, ("A1", "客厅", "12.50")),
        (Grade.NONE, ("", "-")),
    ],
)
def test_how_well_a_column_would_do_as_ids(grade: Grade, cells: tuple[str, ...]) -> None:
    """Serials that are alike and differ do best; what counts, repeats or has no ids does not."""
    assert Contents.of(cells).grade is grade


def test_where_a_name_says_so_ids_may_come_again() -> None:
    """A person is told of it."""
    assert Contents.of(("A1", "A1")).grade_if_named is Grade.GOOD


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
