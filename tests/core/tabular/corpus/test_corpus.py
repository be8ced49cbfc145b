"""The lists by which reading, asking and judging are judged; the benchmark `corpus` prints how they come out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.core.tabular.corpus.judging import (
    FEWEST_BY_ONE_PRESS,
    MOST_CHOICES,
    MOST_HELD,
    SILENTLY_WRONG,
    Verdict,
    judge,
    part_by_one_press,
    part_of_right_rows_held,
)
from tests.core.tabular.corpus.lists import HALVES, ListCase, lists_of

ALL = {half: lists_of(half) for half in HALVES}

SPEAKERS = ListCase(
    *("speakers", "", "clipboard", "no", ("SPK26-1", "SPK26-2"), ("门厅", "阁楼")),
    text="device_id\tlabel\nSPK26-1\t门厅\nSPK26-2\t阁楼",
)
ASKED = replace(SPEAKERS, text="SN\t位置\nSPK26-1\t门厅\nSPK26-2\t阁楼")
TWO = replace(SPEAKERS, text="SN\tMAC\nSPK26-1\tMAC26-1\nSPK26-2\tMAC26-2", labels=None)
ORDERS = replace(SPEAKERS, text="SN\tno\nSO26-1\tSPK26-1x\nSO26-2\tSPK26-2x", labels=None)


def test_there_are_lists_enough_and_the_halves_share_nothing() -> None:
    """300 at least and half of them long, no name twice, no device in both halves."""
    everything = [case for half in HALVES for case in ALL[half]]
    blind = [case for case in everything if len({*case.ids, *case.held, *case.either}) >= 10]

    assert len(everything) >= 300
    assert len(blind) >= 150
    assert max(Counter(case.name for case in everything).values()) == 1
    assert not {one for case in ALL["tuning"] for one in case.ids} & {
        one for case in ALL["held_out"] for one in case.ids
    }


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        (SPEAKERS, Verdict.RIGHT),
        (replace(SPEAKERS, labels=None), Verdict.RIGHT),
        (replace(SPEAKERS, labels=("门厅", "")), Verdict.WRONG_LABELS),
        (replace(SPEAKERS, text="SPK26-1\nSPK26-2", no_labels_too=True), Verdict.RIGHT),
        (replace(SPEAKERS, ids=("SPK26-2",), labels=None), Verdict.WRONG_IDS),
        (replace(SPEAKERS, ids=("SPK26-2",), labels=None, either=frozenset({"SPK26-1"})), Verdict.RIGHT),
        (replace(SPEAKERS, ids=("SPK26-2",), labels=None, held=frozenset({"SPK26-1"})), Verdict.WRONG_IDS),
        (replace(SPEAKERS, ids=("SPK26-2", "SPK26-1")), Verdict.WRONG_IDS),
        (replace(SPEAKERS, ids=("SPK26-1", "SPK26-2", "SPK26-3"), labels=None), Verdict.LOST),
        (replace(SPEAKERS, labels=None, held=frozenset({"SPK26-3"})), Verdict.LOST),
        (replace(SPEAKERS, text=f"{SPEAKERS.text}\nSPK26-3 x", labels=None), Verdict.RIGHT),
        (replace(SPEAKERS, ids=("N/A", "SPK26-2"), text="SPK26-2\nN/A", labels=None), Verdict.HELD),
        (replace(SPEAKERS, ask="must", ids=(), labels=None), Verdict.MUST_ASK),
        (ASKED, Verdict.RIGHT),
        (TWO, Verdict.RIGHT),
        (replace(TWO, ask="must", ids=()), Verdict.ASKED_RIGHTLY),
        (replace(ASKED, ask="must", ids=(), labels=None), Verdict.WRONG_MARK),
        (replace(ASKED, ids=("门厅", "阁楼"), labels=None), Verdict.WRONG_MARK),
        (replace(ASKED, ids=("SPK27-1",), labels=None), Verdict.LOST),
        (replace(SPEAKERS, text="only words here", ask="may"), Verdict.LOST),
        (replace(SPEAKERS, source="txt", text="", ask="may"), Verdict.UNREADABLE),
        (replace(SPEAKERS, source="txt", text="", ask="must", ids=()), Verdict.ASKED_RIGHTLY),
    ],
)
def test_what_is_not_expected_is_seen(case: ListCase, verdict: Verdict) -> None:
    """A judge that let wrong ids pass would make every rule look good."""
    assert judge(case).verdict is verdict


@pytest.mark.long
@pytest.mark.parametrize("half", HALVES)
def test_nothing_wrong_is_taken_nothing_lost_and_little_asked_twice(half: str) -> None:
    """No list has ids taken that are none, or lost without a word; what is asked takes a press and two choices.

    No list is named here, so that nobody tunes by the half that is held out: the benchmark names those of `tuning`.
    """
    judged = [judge(case) for case in ALL[half]]

    assert sum(one.verdict in SILENTLY_WRONG for one in judged) == 0
    assert part_of_right_rows_held(judged) <= MOST_HELD
    assert part_by_one_press(judged) >= FEWEST_BY_ONE_PRESS
    assert max(one.choices for one in judged) <= MOST_CHOICES
