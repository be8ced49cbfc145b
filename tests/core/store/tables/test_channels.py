"""What runs have found out about channels is there for the next one, and is not believed for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.outcome import Answer, State
from bindtool.core.store import ListColumns, RequestSizeFact, Store
from bindtool.core.store.tables.channels import REMEMBERED_FOR
from tests.core.store.samples import ANSWER, CHANNEL, REFUSAL, START, Clock, devices, row, sending, settled


def test_a_size_is_there_after_a_restart(path: Path, clock: Clock) -> None:
    """Size and day are known, for every developer of the connector and its key, and for no other channel."""
    with Store(path, clock) as store:
        assert store.channels.request_size(CHANNEL) is None
        store.channels.remember_request_size(CHANNEL, 12).result()
    with Store(path, clock) as store:
        assert store.channels.request_size(replace(CHANNEL, user_id="")) == RequestSizeFact(12, START)
        assert store.channels.request_size(replace(CHANNEL, site="https://api.coze.com")) is None
        assert store.channels.request_size(replace(CHANNEL, connector_id="1")) is None
        assert store.channels.request_size(replace(CHANNEL, key="sn")) is None


def test_a_later_size_takes_the_place(store: Store, clock: Clock) -> None:
    """The newest finding counts, larger or not."""
    store.channels.remember_request_size(CHANNEL, 12).result()
    clock.time += timedelta(days=1)
    store.channels.remember_request_size(CHANNEL, 25).result()
    assert store.channels.request_size(CHANNEL) == RequestSizeFact(25, START + timedelta(days=1))


def test_a_size_is_looked_for_again_after_a_month(store: Store, clock: Clock) -> None:
    """A limit may be raised, and a finding may have been a mistake."""
    store.channels.remember_request_size(CHANNEL, 12).result()
    clock.time = START + REMEMBERED_FOR - timedelta(seconds=1)
    assert store.channels.request_size(CHANNEL) is not None
    clock.time = START + REMEMBERED_FOR
    assert store.channels.request_size(CHANNEL) is None


def send(
    store: Store,
    token: str,
    answer: Answer = ANSWER,
    kind: VerdictKind = VerdictKind.BOUND,
    *,
    site: str = CHANNEL.site,
) -> None:
    """Send row 1 of a new sheet with the token of that name, and get this answer."""
    sheet_id = store.sheets.create(put=[row(1)]).result().sheet_id
    run_id = store.runs.begin(sheet_id, replace(CHANNEL, site=site), devices(row(1)), token=token).result()
    store.runs.begin_request(run_id, 1, sending(1)).result()
    state = State.BOUND if kind is VerdictKind.BOUND else State.UNKNOWN
    store.runs.settle(run_id, settled(state, 1, answer=answer), 1, kind).result()


def test_a_token_worked_in_a_run_of_its_name(store: Store, clock: Clock) -> None:
    """The newest run with a code of 0 counts, by when it began; other names and other channels have their own."""
    send(store, "shared")
    clock.time += timedelta(hours=1)
    send(store, "shared")
    clock.time += timedelta(hours=1)
    send(store, "shared", REFUSAL, VerdictKind.REFUSED)
    send(store, "")
    assert store.channels.last_run_that_worked(CHANNEL, "shared") == START + timedelta(hours=1)
    assert store.channels.last_run_that_worked(CHANNEL, "") == START + timedelta(hours=2)
    assert store.channels.last_run_that_worked(CHANNEL, "other") is None
    assert store.channels.last_run_that_worked(replace(CHANNEL, key="sn"), "shared") is None
    assert store.channels.last_run_that_worked(replace(CHANNEL, user_id="1"), "shared") is not None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (REFUSAL, VerdictKind.REFUSED),
        (Answer(START), VerdictKind.LOST),
        (Answer(START), VerdictKind.NEVER_SENT),
        (replace(ANSWER, http_status=500), VerdictKind.LOST),
    ],
)
def test_nothing_but_a_proper_code_of_0_shows_that_it_worked(
    store: Store, answer: Answer, kind: VerdictKind
) -> None:
    """Not a refusal, no answer, nor a code of 0 under an error."""
    send(store, "shared", answer, kind)
    assert store.channels.last_run_that_worked(CHANNEL, "shared") is None


def test_a_run_that_never_left(store: Store) -> None:
    """A run without a request shows nothing."""
    sheet_id = store.sheets.create().result().sheet_id
    store.runs.begin(sheet_id, CHANNEL, {}, token="shared").result()
    assert store.channels.last_run_that_worked(CHANNEL, "shared") is None


def test_the_columns_of_a_list_are_remembered(path: Path, clock: Clock) -> None:
    """By the make of the lists, for every developer of a channel and for no other one, until somebody forgets."""
    chosen, other = ListColumns(None, 2, 3), ListColumns(3, 0, -1)
    with Store(path, clock) as store:
        assert store.channels.list_columns(CHANNEL) == {}
        store.channels.remember_columns(CHANNEL, "make", other).result()
        store.channels.remember_columns(CHANNEL, "make", chosen).result()
        store.channels.remember_columns(None, "make", other).result()
    with Store(path, clock) as store:
        assert store.channels.list_columns(replace(CHANNEL, user_id="")) == {"make": chosen}
        assert store.channels.list_columns(replace(CHANNEL, key="sn")) == {}
        assert store.channels.list_columns(None) == {"make": other}
        store.channels.forget_columns(CHANNEL, "make").result()
        assert store.channels.list_columns(CHANNEL) == {}
        assert store.channels.list_columns(None) == {"make": other}


def test_how_fast_a_channel_answers(store: Store, clock: Clock) -> None:
    """The last twenty answers of the connector and its key count; a clock that was set back takes nothing off."""
    assert store.channels.answered_in(CHANNEL) is None
    send(store, "shared", replace(ANSWER, time=START + timedelta(seconds=3)))
    assert store.channels.answered_in(replace(CHANNEL, user_id="")) == pytest.approx(3.0, abs=0.01)
    assert store.channels.answered_in(replace(CHANNEL, key="sn")) is None
    send(store, "shared", replace(ANSWER, time=START - timedelta(hours=1)))
    assert store.channels.answered_in(CHANNEL) == pytest.approx(1.5, abs=0.01)
    for _ in range(20):
        send(store, "shared", replace(ANSWER, time=clock.now() + timedelta(seconds=1)))
    assert store.channels.answered_in(CHANNEL) == pytest.approx(1.0, abs=0.01)
