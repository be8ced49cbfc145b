"""What was copied comes in whole: quotes, headers and line breaks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.intake.intake import Arrival
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import read_rows


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
    assert _arrivals('A1\t"x\r\nA2\ty\rA3') == (
        Arrival("A1", '"x'),
        Arrival("A2", "y"),
        Arrival("A3"),
    )


def test_an_empty_clipboard_gives_no_row() -> None:
    """Nothing to paste is nothing, not an error."""
    assert _arrivals(" \n") == ()


@given(st.text(st.characters(exclude_categories=[])))
def test_any_clipboard_is_read(text: str) -> None:
    """No text raises, and no line with something in it is lost."""
    rows = _arrivals(text)
    assert rows or not any(character.isalnum() for character in text) or len(text.splitlines()) == 1
