"""How many devices go into a request, and what refusals without a bad device say of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.binding.bisection import RequestSize


def test_as_many_as_wanted_until_there_is_a_reason() -> None:
    """Accepted requests of any size change nothing."""
    size = RequestSize(50)
    size.accepted(1)
    size.accepted(30)

    assert (size.current, size.found) == (50, None)


def test_a_batch_refused_twice_for_nothing_is_too_large() -> None:
    """The largest that was accepted is the size that works."""
    size = RequestSize(50)
    for count in (12, 6, 1):
        size.accepted(count)
    size.refused_though_good(50, times=2)

    assert (size.current, size.found) == (12, 12)


def test_a_single_refusal_may_be_a_passing_one() -> None:
    """It takes a second one, of whatever size, to make it firm."""
    size = RequestSize(50)
    size.accepted(12)
    size.refused_though_good(25, times=1)
    assert size.found is None

    size.refused_though_good(30, times=1)
    assert size.found == 12


def test_as_many_were_accepted_at_once() -> None:
    """A refusal of no more devices than went through in this run is no matter of their number."""
    size = RequestSize(50)
    size.accepted(50)
    size.refused_though_good(50, times=2)

    assert size.found is None


def test_a_larger_one_that_was_under_way_counts() -> None:
    """Another worker's request may show that more is taken; never more than was wanted."""
    size = RequestSize(20)
    size.accepted(5)
    size.refused_though_good(20, times=2)
    size.accepted(9)
    assert size.current == 9

    size.accepted(40)
    assert size.current == 20


@given(st.integers(1, 60), st.lists(st.tuples(st.booleans(), st.integers(1, 60), st.integers(1, 2))))
def test_the_size_is_always_one_that_can_be_sent(wanted: int, steps: list[tuple[bool, int, int]]) -> None:
    """Whatever happens, at least one device goes and never more than wanted; a size that was found was accepted."""
    size = RequestSize(wanted)
    size.accepted(1)
    accepted = {1}
    for was_accepted, count, times in steps:
        if was_accepted:
            size.accepted(count)
            accepted.add(count)
        else:
            size.refused_though_good(count, times)

        assert 1 <= size.current <= wanted
        assert size.found is None or size.found in accepted | {wanted}
