"""Everything that was ever done with a device is found again, once, whatever has become of its row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.history_records import LedgerKey, Record, SearchQuery, SearchResult
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row
from bindtool.core.store import History, Store
from tests.core.store.samples import ANSWER, CHANNEL, KINDS, REFUSAL, START, Clock, devices, row, sending, settled


@pytest.fixture
def history(store: Store) -> History:
    """The history of the open store."""
    return History(store.path)


def sheet_of(store: Store, *rows: Row, job: str = "WO-7") -> int:
    """Put rows on a new sheet; return its id."""
    return store.sheets.create(profile="Line 2", job=job, put=rows).result().sheet_id


def send(store: Store, sheet_id: int, *rows: Row, state: State, answer: Answer | None, request: int = 1) -> int:
    """Send rows in one request of a run of its own, and settle it where an answer is given; return the run's id."""
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows), operator="A12", profile="Line 2").result()
    numbers = [one.number for one in rows]
    store.runs.begin_request(run_id, request, sending(*numbers)).result()
    if answer is not None:
        store.runs.settle(run_id, settled(state, *numbers, answer=answer), request, KINDS[state]).result()
    return run_id


def told(found: SearchResult) -> list[tuple[str, State]]:
    """Return what is said of whom."""
    return [(record.device_id, record.state) for record in found.records]


def the_one(found: SearchResult) -> Record:
    """Return the only record."""
    (record,) = found.records
    return record


def test_a_bound_device_is_told_once(store: Store, history: History) -> None:
    """When, by whom, as what and under which log id; and its row, which is not told as another."""
    sheet_id = sheet_of(store, row(1), row(2))
    send(store, sheet_id, row(1), state=State.BOUND, answer=ANSWER)
    record = the_one(history.search(SearchQuery("spk0001")))
    assert record.key == LedgerKey(store.benches.bench_id, 1)
    assert (record.device_id, record.label, record.state) == ("SPK0001", "Speaker 1", State.BOUND)
    assert (record.time, record.log_id, record.operator) == (ANSWER.time, ANSWER.log_id, "A12")
    assert (record.profile, record.channel) == ("Line 2", CHANNEL)
    assert (record.sheet_id, record.number, record.job) == (sheet_id, 1, "WO-7")


def test_a_row_that_was_not_sent(store: Store, history: History) -> None:
    """It has come in, and nothing was sent: no channel, no answer."""
    sheet_id = sheet_of(store, row(1), row(2, outcome=Outcome(State.UNSENT)))
    found = history.search()
    assert told(found) == [("SPK0002", State.UNSENT), ("SPK0001", State.UNSENT)]
    record = found.records[1]
    assert (record.time, record.answer, record.log_id) == (START, None, "")
    assert (record.channel, record.key, record.sheet_id, record.number) == (None, None, sheet_id, 1)


def test_an_id_that_was_corrected_is_found(store: Store, history: History) -> None:
    """The old id stays bound, and leads to the row that holds another one now; a deleted row's leads there too."""
    sheet_id = sheet_of(store, row(1))
    send(store, sheet_id, row(1), state=State.BOUND, answer=ANSWER)
    store.sheets.save(sheet_id, [row(1, "OTHER")]).result()
    assert told(history.search()) == [("SPK0001", State.BOUND), ("OTHER", State.UNSENT)]
    store.sheets.save(sheet_id, drop=[1]).result()
    record = the_one(history.search())
    assert (record.state, record.sheet_id, record.number) == (State.BOUND, sheet_id, 1)


def test_a_device_of_last_week_on_todays_sheet(store: Store, history: History, clock: Clock) -> None:
    """Both are told: what was bound then, and the row of today, the newest first."""
    clock.time = START - timedelta(days=7)
    first = replace(row(1), added_at=clock.time)
    then = replace(ANSWER, time=clock.time)
    old = sheet_of(store, first)
    send(store, old, first, state=State.BOUND, answer=then)
    store.sheets.close(old).result()
    clock.time = START
    today = sheet_of(store, row(1), job="WO-8")
    found = history.search(SearchQuery("SPK0001")).records
    assert [(record.state, record.sheet_id, record.job) for record in found] == [
        (State.UNSENT, today, "WO-8"),
        (State.BOUND, old, "WO-7"),
    ]


@pytest.mark.parametrize("text", ["spk0001", "ker 1", "093006abc"])
def test_text_is_looked_for_in_id_label_and_log_id(store: Store, history: History, text: str) -> None:
    """A part of it is enough, in upper or lower case."""
    sheet_id = sheet_of(store, row(1), row(2), row(3))
    send(store, sheet_id, row(1), state=State.REFUSED, answer=REFUSAL)
    send(store, sheet_id, row(2), state=State.BOUND, answer=ANSWER)
    assert told(history.search(SearchQuery(text))) == [("SPK0001", State.REFUSED)]


@pytest.mark.parametrize("text", ["100%", "a_b", "wow!", "half \ud800"])
def test_no_character_has_a_meaning_of_its_own(store: Store, history: History, text: str) -> None:
    """What is a pattern to the database is a text to a person."""
    sheet_of(store, row(1, f"x{text}y"), row(2, "x100y"), row(3, "aXb"), row(4, "half"))
    assert len(history.search(SearchQuery(text)).records) == 1


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, ["SPK0003", "SPK0002", "SPK0001"]),
        (date(2026, 11, 25), None, ["SPK0003", "SPK0002"]),
        (None, date(2026, 11, 25), ["SPK0002", "SPK0001"]),
        (date(2026, 11, 25), date(2026, 11, 25), ["SPK0002"]),
        (date(2026, 11, 27), date(9999, 12, 31), []),
    ],
)
def test_days_count_from_morning_to_night(
    store: Store, history: History, since: date | None, until: date | None, expected: list[str]
) -> None:
    """Both ends belong to what is wanted, for bound devices and for others."""
    rows = [replace(row(number), added_at=START + timedelta(days=number - 2)) for number in (1, 2, 3)]
    sheet_id = sheet_of(store, *rows)
    send(store, sheet_id, rows[1], state=State.BOUND, answer=ANSWER)
    found = history.search(SearchQuery(since=since, until=until))
    assert [record.device_id for record in found.records] == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.BOUND, ["SPK0001"]),
        (State.REFUSED, ["SPK0002"]),
        (State.UNKNOWN, ["SPK0003", "GONE"]),
        (State.UNSENT, ["SPK0005", "SPK0004"]),
    ],
)
def test_states_are_told_apart(store: Store, history: History, state: State, expected: list[str]) -> None:
    """What was not sent yet counts as not sent; what was sent and edited since by what is known of it."""
    late = replace(row(5, outcome=Outcome(State.UNSENT)), added_at=START + timedelta(minutes=5))
    sheet_id = sheet_of(store, row(1), row(2), row(3), row(4), late, row(6, "GONE"))
    lost = Answer(START + timedelta(seconds=3))
    send(store, sheet_id, row(6, "GONE"), state=State.UNKNOWN, answer=lost)
    send(store, sheet_id, row(1), state=State.BOUND, answer=ANSWER)
    send(store, sheet_id, row(2), state=State.REFUSED, answer=REFUSAL)
    send(store, sheet_id, row(3), state=State.UNKNOWN, answer=Answer(START + timedelta(seconds=9)))
    store.sheets.save(sheet_id, drop=[6]).result()
    assert [record.device_id for record in history.search(SearchQuery(state=state)).records] == expected


SLOW_DOWN = Answer(START, 4013, "slow down", "L", 429)
BAD_TOKEN = Answer(START, 4100, "token", "L", 401)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([(REFUSAL, VerdictKind.REFUSED)], State.REFUSED),
        ([None], State.UNKNOWN),
        ([(Answer(START), VerdictKind.LOST), (REFUSAL, VerdictKind.REFUSED)], State.UNKNOWN),
        ([(SLOW_DOWN, VerdictKind.WAIT), (REFUSAL, VerdictKind.REFUSED)], State.REFUSED),
        ([(REFUSAL, VerdictKind.REFUSED), (BAD_TOKEN, VerdictKind.STOP)], State.UNSENT),
        ([(Answer(START, None, "", "", 429), VerdictKind.WAIT)], State.UNSENT),
        ([(Answer(START, None, "", "", 502), VerdictKind.LOST)], State.UNKNOWN),
        ([(Answer(START), VerdictKind.NEVER_SENT)], State.UNSENT),
        ([(Answer(START), VerdictKind.LOST), (Answer(START), VerdictKind.NEVER_SENT)], State.UNKNOWN),
        ([(Answer(START), VerdictKind.NEVER_SENT), (REFUSAL, VerdictKind.REFUSED)], State.REFUSED),
        ([(REFUSAL, VerdictKind.REFUSED), (ANSWER, VerdictKind.BOUND)], None),
    ],
)
def test_what_was_sent_and_edited_since(
    store: Store, history: History, answers: list[tuple[Answer, VerdictKind] | None], state: State | None
) -> None:
    """It is what its answers were taken for when they came: what never left is not unknown, a lost one is not
    forgotten, and a bound device is told by the ledger alone.
    """
    sheet_id = sheet_of(store, row(1))
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1)), operator="A12", profile="Line 2").result()
    for number, answered in enumerate(answers, 1):
        outcome = Outcome().begun(number)
        store.runs.begin_request(run_id, number, {1: outcome}).result()
        if answered is not None:
            answer, kind = answered
            after = State.WAITING
            if number == len(answers):  # until then it goes again, whatever the answer was
                after = {VerdictKind.BOUND: State.BOUND, VerdictKind.REFUSED: State.REFUSED}.get(
                    kind, State.WAITING
                )
            store.runs.settle(run_id, {1: outcome.settled(after, answer)}, number, kind).result()
    store.sheets.save(sheet_id, [row(1, "OTHER")]).result()
    found = [record for record in history.search().records if record.device_id == "SPK0001"]
    assert [record.state for record in found] == [state or State.BOUND]
    assert [(record.channel, record.sheet_id, record.number) for record in found] == [(CHANNEL, sheet_id, 1)]
    assert [record.key is None for record in found] == [state is not None]
    if state is State.REFUSED:
        assert told(history.search(SearchQuery(REFUSAL.log_id))) == [("SPK0001", State.REFUSED)]


def test_the_refusal_of_a_request_is_not_that_of_each_of_its_devices(store: Store, history: History) -> None:
    """A refused group is taken apart until each device has an answer of its own: one that was edited or deleted
    before that, since the run was stopped, counted as refused although nobody had refused it.
    """
    rows = [row(number) for number in range(1, 6)]
    sheet_id = sheet_of(store, *rows)
    run_id = send(store, sheet_id, *rows, state=State.WAITING, answer=REFUSAL)
    store.runs.settle(run_id, settled(State.READY, 1, 2, 3, 4, 5, answer=REFUSAL), None).result()
    store.sheets.save(sheet_id, [row(1, "OTHER")], drop=[2]).result()
    found = {record.device_id: record.state for record in history.search().records}
    assert found == dict.fromkeys(("OTHER", *(f"SPK{n:04}" for n in range(1, 6))), State.UNSENT)
    assert told(history.search(SearchQuery(state=State.REFUSED))) == []


def test_what_was_refused_by_itself_stays_refused(store: Store, history: History) -> None:
    """Those that were refused alone or as the channel's whole list, edited or deleted before or after the answer;
    the others of the group that it was found in were bound.
    """
    rows = [row(number) for number in range(1, 4)]
    sheet_id = sheet_of(store, *rows)
    run_id = send(store, sheet_id, *rows, state=State.WAITING, answer=REFUSAL)
    store.runs.begin_request(run_id, 2, sending(1, request=2)).result()
    store.sheets.save(sheet_id, [row(1, "OTHER")]).result()
    store.runs.settle(run_id, settled(State.REFUSED, 1, answer=REFUSAL), 2, VerdictKind.REFUSED).result()
    store.runs.begin_request(run_id, 3, sending(2, 3, request=3)).result()
    store.runs.settle(run_id, settled(State.BOUND, 2, 3), 3, VerdictKind.BOUND).result()
    whole = [row(number, f"LIST{number}") for number in (1, 2)]
    listed = sheet_of(store, *whole)
    send(store, listed, *whole, state=State.REFUSED, answer=REFUSAL)
    store.sheets.save(listed, drop=[1, 2]).result()
    refused = history.search(SearchQuery(state=State.REFUSED)).records
    assert {record.device_id for record in refused} == {"SPK0001", "LIST1", "LIST2"}


def test_a_device_that_did_not_leave_is_its_row_alone(store: Store, history: History) -> None:
    """A run that never came to a device, and a list that carried one along, say nothing of them."""
    sheet_id = sheet_of(store, row(1))
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1), row(-1, "CARRIED"))).result()
    store.runs.begin_request(run_id, 1, {}, carried=[-1]).result()
    store.sheets.save(sheet_id, [row(1, "OTHER")]).result()
    assert told(history.search()) == [("OTHER", State.UNSENT)]


def test_there_may_be_more(store: Store, history: History) -> None:
    """No more than the limit comes back, the newest of them, and it is said that there are others."""
    rows = [replace(row(number), added_at=START + timedelta(minutes=number)) for number in range(1, 6)]
    sheet_id = sheet_of(store, *rows)
    send(store, sheet_id, rows[0], state=State.BOUND, answer=ANSWER)
    found = history.search(limit=2)
    assert (told(found), found.more) == ([("SPK0005", State.UNSENT), ("SPK0004", State.UNSENT)], True)
    assert history.search(limit=5).more is False
    assert len(history.search().records) == 5


def test_the_name_of_the_bench_stays(store: Store, history: History, path: Path, clock: Clock) -> None:
    """It is another one for each data folder, and the same at each start."""
    send(store, sheet_of(store, row(1)), row(1), state=State.BOUND, answer=ANSWER)
    first = the_one(history.search()).key
    store.close()
    with Store(path, clock):
        assert the_one(history.search()).key == first
    other = path.with_name("other.db")
    with Store(other, clock) as elsewhere:
        send(elsewhere, sheet_of(elsewhere, row(1)), row(1), state=State.BOUND, answer=ANSWER)
        second = the_one(History(other).search()).key
    assert first
    assert second
    assert (second.entry, second.bench == first.bench) == (first.entry, False)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """It fails as everything of the store does."""
    path = tmp_path / "no.db"
    path.write_bytes(b"\xffnot a database" * 1000)
    with pytest.raises(StoreFailed, match=r"store\.damaged"):
        History(path).search()
