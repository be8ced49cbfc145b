"""Numbers that are missing between ids."""

from __future__ import annotations

import pytest

from bindtool.core.intake.reconcile import Gap, find_gaps

HEX = [f"SPK26113F20{number:02X}" for number in range(0xA0, 0xC0)]


def test_one_is_missing_between_two() -> None:
    """In hexadecimal numbers, in whatever order they came in, and in as many places as there are."""
    ids = [one for one in reversed(HEX) if one[-2:] not in {"AC", "B3", "B4"}]
    assert find_gaps(ids) == (
        Gap(1, ("SPK26113F20AB", "SPK26113F20AD")),
        Gap(2, ("SPK26113F20B2", "SPK26113F20B5")),
    )
    assert find_gaps(HEX) == ()


def test_decimal_numbers_count_by_ten() -> None:
    """From 09 to 10 there is none missing."""
    ids = [f"box-{number:03}" for number in range(1, 41)]
    assert find_gaps(ids) == ()
    assert find_gaps([one for one in ids if one != "box-010"]) == (Gap(1, ("box-009", "box-011")),)


def test_letters_of_either_case_but_not_of_both() -> None:
    """A number is written in one way."""
    small = [one.lower() for one in HEX if not one.endswith("AC")]
    assert find_gaps(small) == (Gap(1, ("spk26113f20ab", "spk26113f20ad")),)


@pytest.mark.parametrize(
    "ids",
    [
        [],
        ["no number!", ""],
        HEX[:3] + HEX[4:9],  # too few
        [f"SPK{number * 5:05}" for number in range(30)],  # steps, perhaps with a check digit
        [f"SPK{number * number * 7919 % 100_003:06}" for number in range(200)],  # drawn by lot
        [f"SPK{number:04}" for number in range(10, 15)] + [f"SPK{number:05}" for number in range(16, 21)],
    ],
)
def test_what_does_not_run_in_sequence_has_no_gaps(ids: list[str]) -> None:
    """Where nobody can tell which ids there are, none is missing."""
    assert find_gaps(ids) == ()


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        pytest.param([*range(9), 10], [1], id="ten ids"),
        pytest.param([*range(8), 9], [], id="nine ids"),
        pytest.param([*range(10), 12, 14], [2, 1], id="four of five"),
        pytest.param([*range(9), 11, 13], [], id="eleven of fourteen"),
        pytest.param([*range(25), *range(35, 60)], [10], id="ten missing in one place"),
        pytest.param([*range(25), *range(36, 61)], [], id="eleven missing in one place"),
    ],
)
def test_from_where_on_ids_run_in_sequence(numbers: list[int], missing: list[int]) -> None:
    """Ten of them, four of five numbers there, and at most ten missing in one place; one less tells nothing."""
    assert [gap.missing for gap in find_gaps(f"SPK{number:06}" for number in numbers)] == missing


def test_two_boxes_are_two_series() -> None:
    """What lies between them is not missing."""
    first, second = [f"SPK{n:06}" for n in range(100, 120)], [f"SPK{n:06}" for n in range(900, 920) if n != 905]
    assert find_gaps(first + second) == (Gap(1, ("SPK000904", "SPK000906")),)
