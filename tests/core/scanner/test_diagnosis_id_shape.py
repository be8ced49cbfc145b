"""What the last ids have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.scanner.diagnosis import IdShape, common_start, kinds_of

SHAPE = IdShape.of(["SPK100", "SPK101", "SPK2b0"])


def test_the_shape_of_three_ids() -> None:
    """Lengths, kinds, what all begin with, and the letters of it."""
    assert IdShape(frozenset({6}), frozenset("A0a"), "SPK", 3) == SHAPE
    assert SHAPE is not None
    assert SHAPE.lead == "SPK"


@pytest.mark.parametrize("ids", [[], ["SPK100", "SPK101"], ["SPK100", "SPK101", "", ""]])
def test_too_few_ids_have_no_shape(ids: list[str]) -> None:
    """Two alike may be chance, and what is empty is no id."""
    assert IdShape.of(ids) is None


@pytest.mark.parametrize(
    ("text", "fits"), [("SPK999", True), ("SPK99", False), ("LMP999", False), ("SPK99-", False), ("", False)]
)
def test_what_fits(text: str, fits: bool) -> None:
    """As long, begun alike, of the same kinds."""
    assert SHAPE is not None
    assert SHAPE.fits(text) is fits


def test_kinds() -> None:
    """Digits, capitals, small letters, and each mark for itself."""
    assert kinds_of("aB1-中") == frozenset({"a", "A", "0", "-", "中"})


@given(st.lists(st.text(), min_size=1))
def test_all_begin_with_their_common_start(texts: list[str]) -> None:
    """And no longer one would do."""
    start = common_start(texts)
    assert all(text.startswith(start) for text in texts)
    longer = {text[: len(start) + 1] for text in texts}
    assert len(longer) > 1 or start in texts
