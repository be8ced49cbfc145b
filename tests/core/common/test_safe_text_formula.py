"""No cell that is written can run, and each comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.safe_text import defuse, restore, without_formula, without_text_mark

STARTS = "=+-@\t\r＝＋－＠"


@pytest.mark.parametrize("start", STARTS)
def test_a_formula_gets_an_apostrophe(start: str) -> None:
    """Each character that starts a formula is defused."""
    assert defuse(f"{start}SUM(1)") == f"'{start}SUM(1)"
    assert restore(f"'{start}SUM(1)") == f"{start}SUM(1)"


@pytest.mark.parametrize("text", ["", "SPK26113F21A0", "00000123", "A=B", "'quoted'", "'", "“=”"])
def test_any_other_text_stays(text: str) -> None:
    """A text that starts no formula is neither changed nor shortened."""
    assert defuse(text) == text
    assert restore(text) == text


@given(st.text(st.sampled_from([*STARTS, "'", "A", "1"])) | st.text())
def test_what_is_written_comes_back(text: str) -> None:
    """Reading undoes writing for every text, and no written text starts a formula."""
    assert restore(defuse(text)) == text
    assert not defuse(text).startswith(tuple(STARTS))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("'000123", "000123"),
        ("''A1", "A1"),
        ("'SN 1", "SN 1"),
        ("'000123'", "000123"),
        ("A'1", "A'1"),
        ('="000123"', "000123"),
        ("A1'", "A1'"),
    ],
)
def test_the_mark_of_a_text_is_taken_off(text: str, bare: str) -> None:
    """However often it stands in front, and those around a text too."""
    assert without_text_mark(text) == bare


@pytest.mark.parametrize("text", ["", '=""A', '="A"&"B"', "=A1", '"A1"', "'A1"])
def test_only_a_formula_that_is_a_text_is_taken_off(text: str) -> None:
    """Exports write one to keep the zeros of a number; any other has to be calculated."""
    assert without_formula('="客厅, 2"') == "客厅, 2"
    assert without_formula(text) == text


@pytest.mark.parametrize("text", ["", "'", "''", *(f"'{start}1" for start in STARTS), "''=1"])
def test_an_apostrophe_that_a_report_has_put_there_stays(text: str) -> None:
    """Who restores a text takes it off; there has to be a text behind it."""
    assert without_text_mark(text) == text
