"""Values by number are found as in a dict, and lie in ascending order whatever order they came in."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.sheet.indexes import NumberIndex

_steps = st.lists(st.tuples(st.integers(0, 12), st.none() | st.text(max_size=2)), max_size=40)


@given(_steps)
def test_it_is_a_dict_whose_numbers_ascend(steps: list[tuple[int, str | None]]) -> None:
    """Whatever comes, is replaced and goes; an empty text is a value too."""
    values: NumberIndex[str] = NumberIndex()
    expected: dict[int, str] = {}
    for number, value in steps:
        if value is None:
            values.discard(number)
            expected.pop(number, None)
        else:
            values[number] = expected[number] = value
        assert len(values) == len(expected)
    in_order = [value for _, value in sorted(expected.items())]
    assert list(values) == in_order
    assert list(reversed(values)) == in_order[::-1]
    assert [number for number in range(-2, 15) if number in values] == sorted(expected)
    assert [values.get(number) for number in range(-2, 15)] == [expected.get(number) for number in range(-2, 15)]
    assert list(map(values.of, expected)) == list(expected.values())


@pytest.mark.parametrize("number", [-1, 0, 2, 4])
def test_a_number_without_a_value_is_an_error(number: int) -> None:
    """Below the first, between two and above the last."""
    values: NumberIndex[str] = NumberIndex()
    values[1], values[3] = "one", "three"
    with pytest.raises(KeyError):
        values[number]


def test_nothing_but_a_number_has_a_value() -> None:
    """Anything may be looked for, as in a dict."""
    values: NumberIndex[str] = NumberIndex()
    values[1] = "one"
    assert "1" not in values


def test_many_are_taken_at_once() -> None:
    """In whatever order they come; there may be gaps."""
    values: NumberIndex[str] = NumberIndex()
    values.fill([(4, "four"), (1, "one")], 6)
    assert (list(values), len(values)) == (["one", "four"], 2)


def test_it_takes_a_fraction_of_the_memory() -> None:
    """That is why it is there."""
    values: NumberIndex[int] = NumberIndex()
    values.fill(((number, number) for number in range(1, 100_001)), 100_000)
    assert sys.getsizeof(values.of.__self__) * 5 < sys.getsizeof(dict.fromkeys(range(100_000)))  # type: ignore[attr-defined]
