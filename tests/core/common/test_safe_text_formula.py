"""No cell that is written can run, and each comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.safe_text import defuse, restore

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
