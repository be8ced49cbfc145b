"""Entries of others, looked at: by the moment, whatever a bench's clock calls it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bindtool.core.model.history_records import SearchQuery
from bindtool.core.model.outcome import State
from bindtool.core.store import History, Store
from tests.core.store.samples import START, told

MIDNIGHT = START.replace(hour=0, minute=0)
DAY = timedelta(days=1)


def test_whether_anybody_has_told_anything(store: Store) -> None:
    """A laptop that is alone shows nothing of other benches."""
    history = History(store.path)
    assert (store.benches.any_remote, history.search().others) == (False, False)
    store.benches.take_in([told(1)]).result()
    assert (store.benches.any_remote, history.search(SearchQuery("not there")).others) == (True, True)


def test_what_was_bound_in_a_span(store: Store) -> None:
    """Midnight begins the day and the next one ends it, in whatever zone it was written down; all that is known."""
    before = replace(told(1), bound_at=MIDNIGHT - timedelta(seconds=1))
    first = replace(told(2), bound_at=MIDNIGHT.astimezone(UTC))
    last = replace(told(3), bound_at=MIDNIGHT + DAY - timedelta(seconds=1))
    after = replace(told(4), bound_at=(MIDNIGHT + DAY).astimezone(UTC))
    store.benches.take_in([last, after, first, before]).result()
    assert History(store.path).remote_between(MIDNIGHT, MIDNIGHT + DAY) == (first, last)
    assert store.benches.any_between(MIDNIGHT, MIDNIGHT + DAY)
    assert not store.benches.any_between(MIDNIGHT + 2 * DAY, MIDNIGHT + 3 * DAY)


def test_the_newest_are_found_first(store: Store) -> None:
    """By the moment: a clock of another zone may call it an earlier hour."""
    east, west = told(1, minutes=1), replace(told(2), bound_at=(START + timedelta(minutes=2)).astimezone(UTC))
    store.benches.take_in([west, east]).result()
    found = History(store.path).search(limit=1)
    assert ([record.device_id for record in found.records], found.more) == (["SPK9002"], True)


@pytest.mark.parametrize("state", [State.REFUSED, State.UNKNOWN, State.UNSENT])
def test_others_tell_only_what_is_bound(store: Store, state: State) -> None:
    """So nobody who looks for anything else finds it."""
    store.benches.take_in([told(1)]).result()
    history = History(store.path)
    assert history.search(SearchQuery(state=state)).records == ()
    assert len(history.search(SearchQuery(state=State.BOUND)).records) == 1


def test_a_bench_without_a_name_has_its_id(store: Store) -> None:
    """An empty name would pass for this bench."""
    store.benches.take_in([replace(told(1), machine="")]).result()
    (record,) = History(store.path).search().records
    assert record.machine == "bench-20"
