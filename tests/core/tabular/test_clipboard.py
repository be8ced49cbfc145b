"""What was copied comes in whole: quotes, headers and line breaks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.tabular.clipboard import TableRow, read_clipboard


def test_the_clipboard_of_an_editor() -> None:
    """One id a line; a comma is no delimiter here."""
    assert read_clipboard("A1\r\n\r\n A2,x\n") == (TableRow(1, "A1", ""), TableRow(3, " A2,x", ""))


def test_the_clipboard_of_a_spreadsheet() -> None:
    """Id TAB label, with or without the header, and a cell with a line break in quotes."""
    assert read_clipboard('A1\t"two\nlines"\nA2\tx') == (TableRow(1, "A1", "two\nlines"), TableRow(3, "A2", "x"))
    assert read_clipboard("标签\t设备ID\nx\tA1") == (TableRow(2, "A1", "x"),)


def test_quotes_on_the_clipboard_that_do_not_fit() -> None:
    """An inch mark at the start of a label costs nothing."""
    assert read_clipboard('A1\t"x\r\nA2\ty\rA3') == (
        TableRow(1, "A1", '"x'),
        TableRow(2, "A2", "y"),
        TableRow(3, "A3", ""),
    )


def test_an_empty_clipboard_gives_no_row() -> None:
    """Nothing to paste is nothing, not an error."""
    assert read_clipboard(" \n") == ()


@given(st.text(st.characters(exclude_categories=[])))
def test_any_clipboard_is_read(text: str) -> None:
    """No text raises, and no line with something in it is lost."""
    rows = read_clipboard(text)
    assert all(row.line >= 1 for row in rows)
    assert rows or not any(character.isalnum() for character in text) or len(text.splitlines()) == 1
