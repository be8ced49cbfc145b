"""The search for the refused devices, played against a set of bad ones."""

from __future__ import annotations

from math import comb, log2
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.isolate import Search

SEEDS = range(100)


def search(search: Search[int], bad: set[int], unanswered: set[int]) -> tuple[list[int], list[int], list[int], int]:
    """Play a search to its end.

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
        elif bad.isdisjoint(group):
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

    accepted, refused, _, _ = search(Search(devices, suspect=suspect), bad, set())

    assert sorted(accepted) == [device for device in devices if device not in bad]
    assert sorted(refused) == sorted(bad)


@given(st.integers(1, 80), st.data())
def test_a_lost_answer_takes_its_group_out_and_nothing_else(count: int, data: st.DataObject) -> None:
    """A group without an answer leaves the search; the others are all told apart as if it had not been there."""
    devices = list(range(count))
    bad = data.draw(st.sets(st.sampled_from(devices), min_size=1))
    unanswered = data.draw(st.sets(st.integers(1, 30)))

    accepted, refused, without, _ = search(Search(devices), bad, unanswered)

    assert sorted([*accepted, *refused, *without]) == devices
    assert bad.isdisjoint(accepted)
    assert bad.issuperset(refused)


@given(st.integers(1, 80))
def test_a_server_that_takes_everything_the_second_time(count: int) -> None:
    """Where no bad one shows up although the whole was refused, every device is accepted, and the search ends."""
    accepted, refused, _, _ = search(Search(range(count)), set(), set())

    assert sorted(accepted) == list(range(count))
    assert refused == []


def test_left_counts_down() -> None:
    """What is left is what has no answer of its own yet."""
    looking = Search("abcd")
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
    looking = Search(range(10))

    assert looking.next_group() == looking.next_group() == (0, 1, 2, 3, 4)


def test_a_roll_of_bad_stickers_is_read_one_by_one() -> None:
    """Where hits stand side by side, no group is made that is sure to be refused."""
    *_, requests = search(Search(range(50)), set(range(20, 40)), set())

    assert requests < 50


def bad_ones(count: int, bad: int, seed: int, *, clustered: bool) -> set[int]:
    """Draw the bad ones of a sheet, side by side or anywhere."""
    random = Random(seed)  # noqa: S311 - the same sheets each time
    if not clustered:
        return set(random.sample(range(count), bad))
    first = random.randrange(count - bad + 1)
    return set(range(first, first + bad))


def share_of_bound(count: int, batch_size: int, bad: set[int]) -> float:
    """Return the requests for a sheet, one device ahead and resending included, against design.md's bound."""
    requests, bound = 1.0, 4.0
    for start in range(0, count, batch_size):
        batch = list(range(start, min(start + batch_size, count)))
        hits = len(bad.intersection(batch))
        if not hits:
            requests, bound = requests + 1, bound + 1
            continue
        requests += 2 + search(Search(batch), bad, set())[-1]
        bound += min(log2(comb(len(batch), hits)) + 2 * hits + 2, 1.4 * len(batch) + 2)
    return requests / bound


@pytest.mark.parametrize("clustered", [False, True], ids=["spread", "clustered"])
@pytest.mark.parametrize("batch_size", [20, 50])
@pytest.mark.parametrize("bad", [0, 1, 3, 5])
def test_requests_stay_within_the_bound(bad: int, batch_size: int, *, clustered: bool) -> None:
    """50 devices over 100 sheets: at most the bound of design.md as a mean, at most 1.15 times that in any run."""
    shares = [share_of_bound(50, batch_size, bad_ones(50, bad, seed, clustered=clustered)) for seed in SEEDS]

    assert mean(shares) <= 1.0
    assert max(shares) <= 1.15
