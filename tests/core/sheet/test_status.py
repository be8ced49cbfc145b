"""A row is judged once, and the counts follow every change."""

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

    counts = StatusCounts(judge)
    counts.judge_again([1, 2])
    assert judged == []
    assert counts[1] is READY
    assert counts.counts() == {State.READY: 2}
    assert counts[2] is READY
    assert judged == [1, 2]
    counts.judge_again([1])
    assert counts.held() == 0
    assert judged == [1, 2, 1]


_changes = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from([READY, BOUND, HELD, None]), st.sampled_from(["", "row", "all"])),
    max_size=40,
)


@given(_changes)
def test_the_counts_are_those_of_the_rows(changes: list[tuple[int, RowStatus | None, str]]) -> None:
    """Whatever comes, changes and goes, with or without somebody asking in between."""
    rows: dict[int, RowStatus] = {}
    counts = StatusCounts(rows.__getitem__)
    for number, status, asked in changes:
        if status is None:
            rows.pop(number, None)
            counts.drop(number)
        else:
            rows[number] = status
            if status is BOUND:
                counts.became(number, status)
            else:
                counts.judge_again([number])
        if asked == "row" and status is not None:
            assert counts[number] == status
        elif asked:
            assert counts.counts() == Counter(row.state for row in rows.values())
            assert counts.held() == sum(row.held for row in rows.values())
            assert counts.reasons() == Counter(row.reason.id for row in rows.values() if row.reason)
    assert counts.counts() == Counter(row.state for row in rows.values())
