"""What was copied comes in whole: quotes, headers and line breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import read_rows
from bindtool.core.tabular.table.result import Choices, Known, ListKind


def _arrivals(text: str) -> tuple[Arrival, ...]:
    return tuple(read_rows(open_clipboard(text)).arrivals())


def test_the_clipboard_of_an_editor() -> None:
    """One id a line; a comma is no delimiter here."""
    assert _arrivals("A1\r\n\r\n A2,x\n") == (Arrival("A1"), Arrival(" A2,x"))


def test_the_clipboard_of_a_spreadsheet() -> None:
    """Id TAB label, with or without the header, and a cell with a line break in quotes."""
    assert _arrivals('A1\t"two\nlines"\nA2\tx') == (Arrival("A1", "two\nlines"), Arrival("A2", "x"))
    assert _arrivals("标签\t设备ID\nx\tA1") == (Arrival("A1", "x"),)


def test_quotes_on_the_clipboard_that_do_not_fit() -> None:
    """An inch mark at the start of a label costs nothing."""
    assert _arrivals('A1\t"x\r\nA2\ty\rA3') == (Arrival("A1", '"x'), Arrival("A2", "y"), Arrival("A3"))


def test_a_table_of_an_erp_that_is_pasted() -> None:
    """Which column has the ids is asked: its serials or their MACs, and neither the lines nor their articles."""
    lines = [f"{n}0\tSPK-2\tSPK26113F20{n:02}\tA0:B1:C2:00:11:{n:02}" for n in range(1, 11)]
    opened = open_clipboard("Order 4711\nPos\tArticle\tSerial\tMAC\n" + "\n".join(lines))
    assert read_rows(opened).layout.candidates == (2, 3)
    read = read_rows(opened, Choices(id_column=2))
    assert list(read.arrivals()) == [Arrival(f"SPK26113F20{n:02}") for n in range(1, 11)]


def test_an_empty_clipboard_gives_no_row() -> None:
    """Nothing to paste is nothing, not an error."""
    assert _arrivals(" \n") == ()


def _cells(text: str, html: str = "", rules: ScanRules | None = None) -> list[tuple[str, ...]]:
    opened = open_clipboard(text, html, Known(rules or ScanRules()))
    assert (opened.kind, opened.sheets) == (ListKind.CLIPBOARD, ())
    return [row.cells for row in opened.grid.rows]


@pytest.mark.parametrize(
    ("delimiter", "text", "cells"),
    [
        (",", 'A1,客厅\nA2,"x,y"', [("A1", "客厅"), ("A2", "x,y")]),
        (";", "SN;MAC\r\nA1;B1\r\n", [("SN", "MAC"), ("A1", "B1")]),
        ("|", "SN|MAC\nA1|B1", [("SN", "MAC"), ("A1", "B1")]),
        ("|", "| SN | MAC |\n|---|:-:|\n| A1 | |", [(" SN ", " MAC "), (" A1 ", " ")]),
        (",", "list\nA1,x\nA2,y\n\nA3,z", [("list",), ("A1", "x"), ("A2", "y"), ("A3", "z")]),
        ("\t", "A1,x\tB1,y", [("A1,x", "B1,y")]),
        ("", "A1,x", [("A1,x",)]),
        ("", "A1\nA2,x\nA3", [("A1",), ("A2,x",), ("A3",)]),
        ("", "A1,A2,A3\nA4,A5\nA6,A7", [("A1,A2,A3",), ("A4,A5",), ("A6,A7",)]),
        ("", "SN:A1;MAC:1\nSN:A2;MAC:2", [("SN:A1;MAC:1",), ("SN:A2;MAC:2",)]),
        ("", 'A1,"x\nA2,y', [('A1,"x',), ("A2,y",)]),
        ("", "", []),
    ],
)
def test_a_text_of_an_editor_or_a_chat(delimiter: str, text: str, cells: list[tuple[str, ...]]) -> None:
    """It is taken apart where its lines have as many cells; a comma in one line says nothing."""
    assert _cells(text) == cells
    assert open_clipboard(text).delimiter == delimiter


def test_lines_that_the_profile_takes_apart_stay_whole() -> None:
    """Its rule finds the id in them."""
    rules = ScanRules(part=PartRule(PartKind.LIST, place=1))
    assert _cells("2026,A1\n2026,A2", rules=rules) == [("2026,A1",), ("2026,A2",)]


MERGED = (
    "<html><body><table><tr><td>SN</td><td>标签</td></tr><tr><td>A1</td><td rowspan=2>客厅</td></tr>"
    '<tr style="display:none"><td>A2</td></tr><tr></tr><tr><td>A3</td><td>two<br>lines</td></tr>'
    "</table></body></html>"
)
MERGED_TEXT = 'SN\t标签\nA1\t客厅\nA2\t\n\t\nA3\t"two\nlines"\n'


def test_a_page_tells_what_the_text_does_not() -> None:
    """A merged cell counts for all its rows, and a hidden row is held."""
    rows = read_rows(open_clipboard(MERGED_TEXT, MERGED)).rows
    assert [(row.number, row.device_id, row.label, row.held) for row in rows] == [
        (2, "A1", "客厅", None),
        (3, "A2", "客厅", Hold.of(HoldReason.HIDDEN_ROW)),
        (5, "A3", "two lines", None),
    ]


def test_a_column_that_is_not_shown_is_copied_as_well() -> None:
    """By Excel, which has it in the text too: merged cells and hidden rows are told beside it."""
    html = MERGED.replace("<tr><td>", "<tr><td style='display:none'>x</td><td>").replace(
        'none"><td>', 'none"><td style="display:none">x</td><td>'
    )
    text = "".join(f"x\t{line}\n" if line.strip() else f"{line}\n" for line in MERGED_TEXT.splitlines()[:4])
    rows = read_rows(open_clipboard(f'{text}x\tA3\t"two\nlines"\n', html)).rows
    assert [(row.number, row.label, row.held and row.held.reason) for row in rows] == [
        (2, "客厅", None),
        (3, "客厅", HoldReason.HIDDEN_ROW),
        (5, "two lines", None),
    ]


@pytest.mark.parametrize(
    "html",
    [
        MERGED.replace("A3", "A4"),
        MERGED.replace("</table>", "<tr><td>A4</td></tr></table>"),
        MERGED.replace("<tr><td>A3</td><td>two<br>lines</td></tr>", ""),
        MERGED + "<table><tr><td>x</td></tr></table>",
        "<table></table>",
        "<div>A1</div>",
        "<table><tr>" + "<td colspan=9999>x" * 2000,
        MERGED + " " * 50_000_000,
    ],
)
def test_a_page_that_says_something_else_is_not_read(html: str) -> None:
    """What a person sees to be pasted is the text."""
    assert _cells(MERGED_TEXT, html)[-1] == ("A3", "two\nlines")


@given(st.text(st.characters(exclude_categories=[])))
def test_any_clipboard_is_read(text: str) -> None:
    """No text raises, and no line with something in it is lost."""
    rows = _arrivals(text)
    asked = read_rows(open_clipboard(text)).layout.doubt is not None
    assert rows or asked or not any(character.isalnum() for character in text) or len(text.splitlines()) == 1


def test_a_copied_cell_of_a_megabyte_is_its_rows_problem() -> None:
    """It is not kept, and the other rows come in."""
    rows = read_rows(open_clipboard(f"SN\tname\nA1\tx\nA2\t{'y' * 1024 * 1024}\n")).rows
    assert [(row.device_id, row.label) for row in rows] == [("A1", "x"), ("A2", "")]
    assert [row.refused and row.refused.reason for row in rows] == [None, HoldReason.CELL_LONG]
