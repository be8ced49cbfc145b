"""Faults by chance are the same for the same seed, and about as many as was asked for."""

from __future__ import annotations

from itertools import islice

import pytest

from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close, Fault
from tests.practice.chance import by_chance
from tests.practice.client import client_of
from tests.practice.faults import Reset, ScriptedAnswer, html

CHANCES: list[tuple[Fault, float]] = [(Reset(commit=True), 0.1), (html(), 0.1), (ScriptedAnswer(4013, 429), 0.1)]


def test_the_same_seed_draws_the_same_faults() -> None:
    """A run that went wrong can be had again; another seed gives another run."""
    first, again, other = (list(islice(by_chance(CHANCES, seed), 200)) for seed in (7, 7, "8"))
    assert first == again
    assert first != other


def test_each_fault_comes_as_often_as_asked_for() -> None:
    """Of 10,000 requests about a tenth meets each, and the rest meets none."""
    drawn = list(islice(by_chance(CHANCES, 1), 10_000))
    for fault, _ in CHANCES:
        assert 900 < drawn.count(fault) < 1_100
    assert 6_800 < drawn.count(None) < 7_200


def test_a_sender_that_tries_often_enough_gets_through() -> None:
    """After so many faults in a row comes a request without one, even where every request should meet one."""
    drawn = islice(by_chance([(Close(), 1.0)], 1, in_a_row=2), 7)
    assert [fault is None for fault in drawn] == [False, False, True, False, False, True, False]


@pytest.mark.parametrize("chances", [[(Close(), -0.1)], [(Close(), 0.6), (html(), 0.5)]])
def test_what_is_no_probability_is_refused(chances: list[tuple[Fault, float]]) -> None:
    """It is said at once, not with the first request."""
    with pytest.raises(ValueError, match="no probabilities"):
        by_chance(chances, 1)


def test_tenths_may_add_up_to_one() -> None:
    """They do so only nearly, in a computer."""
    drawn = islice(by_chance([(Close(), 0.1)] * 10, 1), 100)
    assert None not in list(drawn)


def test_a_server_takes_them_beside_a_script() -> None:
    """What was written out comes first, then chance for as long as the server runs."""
    with PracticeServer(latency=0, rate=0, faults=[ScriptedAnswer(4000)]) as server:
        server.script(by_chance([(ScriptedAnswer(5000), 1.0)], 1, in_a_row=1))
        client = client_of(server)
        codes = [client.bind("A1").json()["code"] for _ in range(4)]
        client.connection.close()
    assert codes == [4000, 5000, 0, 5000]
