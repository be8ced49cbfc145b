"""What the last ids have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.recent_ids import RecentIds, common_start, kinds_of

IDS = RecentIds.of(["SPK100", "SPK101", "SPK2b0"])


def test_what_three_ids_have_in_common() -> None:
    """Lengths, kinds, what all begin with, and the letters of it."""
    assert RecentIds(("SPK100", "SPK101", "SPK2b0"), frozenset({6}), frozenset("A0a"), "SPK") == IDS
    assert IDS.lead == "SPK"


@pytest.mark.parametrize("ids", [[], ["SPK100", "SPK101"]])
def test_too_few_ids_say_nothing(ids: list[str]) -> None:
    """Two alike may be chance."""
    assert not RecentIds.of(ids).are_enough
    assert not RecentIds.of(ids).fit("SPK100")


@pytest.mark.parametrize(
    ("text", "fits"), [("SPK999", True), ("SPK99", False), ("LMP999", False), ("SPK99-", False), ("", False)]
)
def test_what_fits(text: str, fits: bool) -> None:
    """As long, begun alike, of the same kinds."""
    assert IDS.fit(text) is fits


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
