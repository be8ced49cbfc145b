"""Standings are judged once, and the counts follow every change."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.sheet.status import RowStatus, StatusCounts

READY = RowStatus(State.READY)
BOUND = RowStatus(State.BOUND)
HELD = RowStatus(State.INCOMPLETE, Message.of("reason.parts_url"), held=True)


def test_a_row_is_judged_when_somebody_asks_and_only_then() -> None:
    """Asked twice, or asked for the counts, it is not judged again until something has changed."""
    judged: list[int] = []

    def judge(number: int) -> RowStatus:
        judged.append(number)
        return READY

    standings = StatusCounts(judge)
    standings.judge_anew(1)
    standings.judge_anew(2)
    assert judged == []
    assert standings[1] is READY
    assert standings.counts() == {State.READY: 2}
    assert standings[2] is READY
    assert judged == [1, 2]
    standings.judge_anew(1)
    assert standings.held() == 0
    assert judged == [1, 2, 1]


_changes = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from([READY, BOUND, HELD, None]), st.booleans()), max_size=40
)


@given(_changes)
def test_the_counts_are_those_of_the_rows(changes: list[tuple[int, RowStatus | None, bool]]) -> None:
    """Whatever comes, changes and goes, with or without somebody asking in between."""
    rows: dict[int, RowStatus] = {}
    standings = StatusCounts(lambda number: rows[number])
    for number, standing, asked in changes:
        if standing is None:
            rows.pop(number, None)
            standings.drop(number)
        else:
            rows[number] = standing
            standings.judge_anew(number)
        if asked:
            assert standings.counts() == Counter(row.state for row in rows.values())
            assert standings.held() == sum(row.held for row in rows.values())
    assert standings.counts() == Counter(row.state for row in rows.values())
