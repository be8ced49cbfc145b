"""Blocks of cells on the clipboard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.tabular.clipboard import as_text, read_block, without_formulas

CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from("\t\r\n\"'=+"))


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ([["SPK1", "kitchen"], ["SPK2", ""]], "SPK1\tkitchen\nSPK2\t"),
        ([['5" screen', "two\nlines"]], '"5"" screen"\t"two\nlines"'),
        ([["=1+1", "-x"]], "'=1+1\t'-x"),
        ([["SPK1"], [""], ["SPK3"]], "SPK1\n\nSPK3"),
    ],
)
def test_a_block_as_text(block: list[list[str]], text: str) -> None:
    """As a spreadsheet writes it, and read back; what would run there as a formula is defused."""
    assert as_text(block) == text
    assert read_block(text) == block


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("SPK1\tkitchen\r\nSPK2\thall\r\n", [["SPK1", "kitchen"], ["SPK2", "hall"]]),
        ('"SPK1\tkitchen\nSPK2', [['"SPK1', "kitchen"], ["SPK2"]]),
        ('"a"b', [['"a"b']]),
        ("a\0b", [["a\u2400b"]]),
        ("", []),
    ],
)
def test_what_others_put_there(text: str, block: list[list[str]]) -> None:
    """Line ends of every kind; a text whose quotes do not fit is taken as it is."""
    assert read_block(text) == block


@given(st.lists(st.lists(CELL, min_size=1, max_size=3), min_size=1, max_size=4))
def test_whatever_is_copied_comes_back(block: list[list[str]]) -> None:
    """Whatever stands in the cells; only an empty cell at the very end can't be told from a line end."""
    read = read_block(as_text(block))
    assert block in (read, [*read, [""]])


def test_lines_of_text_have_no_formula() -> None:
    """Of lines that are pasted into a spreadsheet each is a cell, and more where a tab parts them."""
    assert without_formulas("=1+1\nLog ID: =1\t@x\r\n-2\rend") == "'=1+1\nLog ID: =1\t'@x\n'-2\nend"
    assert without_formulas("") == ""
