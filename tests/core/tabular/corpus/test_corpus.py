"""The lists by which the recognition of columns is judged; the benchmark `corpus` prints how they come out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.core.tabular.corpus.judging import MOST_ASKED, SILENTLY_WRONG, Verdict, asked_though_clear, judge
from tests.core.tabular.corpus.lists import HALVES, ListCase, lists_of

ALL = {half: lists_of(half) for half in HALVES}

SPEAKERS = ListCase(
    "speakers", "", "clipboard", "no", ("SPK26-1", "SPK26-2"), ("门厅", "阁楼"), text="SPK26-1\t门厅\nSPK26-2\t阁楼"
)


def test_the_halves_are_alike_and_share_nothing() -> None:
    """As many lists of each theme, nearly as many of each answer, no name twice, no device in both halves.

    Lists that broke the rules, or were written to do so, are tuned by and have no like on the other side.
    """
    held_out = ALL["held_out"]
    tuning = [case for case in ALL["tuning"] if case.theme != "broken_on_purpose"]

    assert Counter(case.theme for case in tuning) == Counter(case.theme for case in held_out)
    kinds = [Counter(case.ask for case in half) for half in (tuning, held_out)]
    assert all(abs(kinds[0][ask] - kinds[1][ask]) <= len(tuning) // 10 for ask in ("no", "may", "must"))
    assert max(Counter(case.name for half in HALVES for case in ALL[half]).values()) == 1
    assert not {one for case in ALL["tuning"] for one in case.ids} & {one for case in held_out for one in case.ids}


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        (SPEAKERS, Verdict.RIGHT),
        (replace(SPEAKERS, labels=None), Verdict.RIGHT),
        (replace(SPEAKERS, labels=("门厅", "")), Verdict.WRONG_LABELS),
        (replace(SPEAKERS, text="SPK26-1\nSPK26-2"), Verdict.NO_LABELS),
        (replace(SPEAKERS, text="SPK26-1\nSPK26-2", no_labels_too=True), Verdict.RIGHT),
        (replace(SPEAKERS, ids=("SPK26-2",), labels=None), Verdict.WRONG_IDS),
        (replace(SPEAKERS, ids=("SPK26-2",), labels=None, either=frozenset({"SPK26-1"})), Verdict.RIGHT),
        (replace(SPEAKERS, ids=("SPK26-2", "SPK26-1")), Verdict.WRONG_IDS),
        (replace(SPEAKERS, ids=("SPK26-1", "SPK26-2", "SPK26-3"), labels=None), Verdict.HELD),
        (replace(SPEAKERS, ask="must", ids=(), labels=None), Verdict.MUST_ASK),
        (replace(SPEAKERS, text="only words here"), Verdict.ASKED_CLEAR),
        (replace(SPEAKERS, text="only words here", ask="may"), Verdict.ASKED_RIGHTLY),
        (replace(SPEAKERS, source="txt", text="", ask="may"), Verdict.ASKED_RIGHTLY),
    ],
)
def test_what_is_not_expected_is_seen(case: ListCase, verdict: Verdict) -> None:
    """A judge that let wrong ids pass would make every rule look good."""
    assert judge(case).verdict is verdict


@pytest.mark.parametrize("half", HALVES)
def test_nothing_wrong_is_taken_and_little_that_is_clear_is_asked(half: str) -> None:
    """No list has ids taken that are none, and of the clear ones at most 5 % are asked for.

    No list is named here, so that nobody tunes by the half that is held out: the benchmark names those of `tuning`.
    """
    judged = [judge(case) for case in ALL[half]]

    assert sum(one.verdict in SILENTLY_WRONG for one in judged) == 0
    assert asked_though_clear(judged) <= MOST_ASKED
