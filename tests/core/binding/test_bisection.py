"""The search for the refused devices, played against a set of bad ones."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.binding.bisection import Bisection
from tests.core.binding import isolation
from tests.seeds import seed_of

SEEDS = range(100)


def search(
    search: Bisection[int], bad: set[int], unanswered: set[int], limit: int = 1000
) -> tuple[list[int], list[int], list[int], int]:
    """Play a search to its end, on a server that takes at most `limit` devices a request.

    Returns:
        The accepted devices, those refused alone, those in an unanswered group, and the number of requests.
    """
    accepted: list[int] = []
    refused: list[int] = []
    without: list[int] = []
    requests = 0
    while group := search.next_group():
        requests += 1
        if requests in unanswered:
            without.extend(group)
            search.unanswered()
        elif bad.isdisjoint(group) and len(group) <= limit:
            accepted.extend(group)
            search.accepted()
        else:
            refused.extend(group if len(group) == 1 else ())
            search.refused()
    return accepted, refused, without, requests


@given(st.integers(0, 80), st.data())
def test_every_good_one_is_accepted_and_every_bad_one_refused_alone(count: int, data: st.DataObject) -> None:
    """Whatever the bad ones are, and whether one is known to be there or not, each device has its own answer."""
    devices = list(range(count))
    bad = data.draw(st.sets(st.sampled_from(devices))) if devices else set()
    suspect = bool(bad) and data.draw(st.booleans())

    accepted, refused, _, _ = search(Bisection(devices, suspect=suspect), bad, set())

    assert sorted(accepted) == [device for device in devices if device not in bad]
    assert sorted(refused) == sorted(bad)


@given(st.integers(1, 80), st.data())
def test_a_lost_answer_takes_its_group_out_and_nothing_else(count: int, data: st.DataObject) -> None:
    """A group without an answer leaves the search; the others are all told apart as if it had not been there."""
    devices = list(range(count))
    bad = data.draw(st.sets(st.sampled_from(devices), min_size=1))
    unanswered = data.draw(st.sets(st.integers(1, 30)))

    accepted, refused, without, _ = search(Bisection(devices), bad, unanswered)

    assert sorted([*accepted, *refused, *without]) == devices
    assert bad.isdisjoint(accepted)
    assert bad.issuperset(refused)


def test_left_counts_down() -> None:
    """What is left is what has no answer of its own yet."""
    looking = Bisection("abcd")
    assert looking.left == 4

    assert looking.next_group() == ("a", "b")
    looking.accepted()
    assert looking.left == 2

    assert looking.next_group() == ("c",)
    looking.refused()
    assert looking.left == 1

    assert looking.next_group() == ("d",)
    looking.unanswered()
    assert looking.left == 0
    assert looking.next_group() == ()


def test_asking_twice_changes_nothing() -> None:
    """The next group stays the next one until its answer is told."""
    looking = Bisection(range(10))

    assert looking.next_group() == looking.next_group() == (0, 1, 2, 3, 4)


def test_a_roll_of_bad_stickers_is_read_one_by_one() -> None:
    """Where hits stand side by side, no group is made that is sure to be refused."""
    *_, requests = search(Bisection(range(50)), set(range(20, 40)), set())

    assert requests < 50


@given(st.integers(1, 80), st.integers(1, 80), st.data())
def test_a_server_that_takes_fewer_at_once(count: int, limit: int, data: st.DataObject) -> None:
    """Whatever its limit, each device has its own answer, and none is refused for the number of them."""
    devices = list(range(count))
    bad = data.draw(st.sets(st.sampled_from(devices)))

    accepted, refused, _, _ = search(Bisection(devices), bad, set(), limit)

    assert sorted(accepted) == [device for device in devices if device not in bad]
    assert sorted(refused) == sorted(bad)


def test_a_group_refused_for_nothing_is_told_and_never_made_again() -> None:
    """All of a refused group were accepted in pieces: no later group is larger than the largest piece."""
    looking = Bisection(range(16))

    assert len(looking.next_group()) == 8
    looking.refused()
    for size in (4, 2, 1):
        assert len(looking.next_group()) == size
        assert looking.accepted() == 0
    assert looking.next_group() == (7,)
    assert looking.accepted() == 8

    assert looking.next_group() == (8, 9, 10, 11)
    assert looking.accepted() == 0


def test_the_whole_refused_for_nothing_is_told_too() -> None:
    """The devices of the refused request itself are such a group."""
    looking = Bisection(range(4))

    cleared = []
    while looking.next_group():
        cleared.append(looking.accepted())

    assert cleared == [0, 0, 4]


@pytest.mark.parametrize("clustered", [False, True], ids=["spread", "clustered"])
@pytest.mark.parametrize("batch_size", [20, 50])
@pytest.mark.parametrize(("count", "bad"), [(count, bad) for count in (50, 200) for bad in (0, 1, 3, count // 10)])
def test_requests_stay_within_the_bound(count: int, bad: int, batch_size: int, *, clustered: bool) -> None:
    """Over 100 sheets at most the bound of bindtool/README.md as a mean, at most 1.15 times that in any run."""
    sheets = [isolation.bad_ones(count, bad, seed_of(seed), clustered=clustered) for seed in SEEDS]
    requests = [isolation.requests(count, batch_size, sheet) for sheet in sheets]
    bounds = [isolation.bound(count, batch_size, sheet) for sheet in sheets]

    assert mean(requests) <= mean(bounds)
    assert max(one / its for one, its in zip(requests, bounds, strict=True)) <= 1.15


@pytest.mark.parametrize("clustered", [False, True], ids=["spread", "clustered"])
@pytest.mark.parametrize("batch_size", [20, 50])
@pytest.mark.parametrize(("count", "bad"), [(1_000, 10), (1_000, 100), (10_000, 100)])
def test_long_sheets_stay_within_the_bound_too(count: int, bad: int, batch_size: int, *, clustered: bool) -> None:
    """A few sheets of the sizes that the benchmark plays a hundred times."""
    for seed in range(3):
        sheet = isolation.bad_ones(count, bad, seed, clustered=clustered)

        assert isolation.requests(count, batch_size, sheet) <= isolation.bound(count, batch_size, sheet)
