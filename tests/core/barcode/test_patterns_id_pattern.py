"""A regular expression for the whole id."""

from __future__ import annotations

import pytest

from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.barcode.patterns import fits
from bindtool.core.common.errors import BadInput


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2,1}", "*", "(?P<id>x", "a{1001}", "(?=a)a"])
def test_an_expression_that_can_not_be_read(pattern: str) -> None:
    """It is refused, and why is said."""
    with pytest.raises(BadInput, match=r"id_pattern\.unfit") as caught:
        IdRules(pattern)
    assert caught.value.hint.values["why"]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"SPK\d{4}", "SPK0012", True),
        (r"SPK\d{4}", "SPK00123", False),
        (r"\d+", "٣", False),
        (".*", "x" * 256, True),
        (".*", "x" * 257, False),
    ],
)
def test_the_whole_id_fits_or_not(pattern: str, text: str, expected: bool) -> None:
    """A part that fits is not enough; digits are ASCII's; what is too long for an id is not even looked at."""
    assert IdRules(pattern).pattern
    assert fits(pattern, text) is expected
