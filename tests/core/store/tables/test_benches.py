"""What benches tell one another: nothing twice, nothing left out, and one's own is never taken for news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import Channel
from bindtool.core.model.history_records import LedgerKey, SearchQuery
from bindtool.core.model.ledger_entry import SharedEntry, SyncCursor
from bindtool.core.model.outcome import State
from bindtool.core.store import History, Store
from tests.core.store.samples import ANSWER, CHANNEL, START, bound_before, known, row, sent, told

OTHER = replace(CHANNEL, connector_id="7499999999999999999")
LEDGER = "0f6c"


def bind(store: Store, *numbers: int, channel: Channel = CHANNEL, job: str = "WO-7") -> int:
    """Bind rows of a new sheet, and return its id."""
    return sent(store, *map(row, numbers), channel=channel, job=job)


def foreign(
    entry: int, device_id: str = "", *, minutes: int = 0, label: str = "", bench: str = "b2"
) -> SharedEntry:
    """Return an entry of another bench that goes by a short id."""
    return told(entry, device_id, minutes=minutes, label=label, bench=bench)


def test_what_was_bound_waits_to_be_told(store: Store) -> None:
    """In the transaction of the outcome, with all that another bench has to know of it."""
    bind(store, 1, 2)
    waiting = store.benches.waiting([CHANNEL], "laptop", 10)
    bench = store.benches.bench_id
    assert waiting[0] == SharedEntry(
        LedgerKey(bench, 1),
        "laptop",
        CHANNEL,
        "SPK0001",
        "Speaker 1",
        ANSWER.time,
        ANSWER.log_id,
        "A12",
        "Line 2",
        "WO-7",
    )
    assert [entry.device_id for entry in waiting] == ["SPK0001", "SPK0002"]
    assert store.benches.waiting([CHANNEL], "laptop", 1) == waiting[:1]
    assert store.benches.count([CHANNEL]) == 2


def test_only_what_the_channels_of_a_ledger_have_is_told(store: Store) -> None:
    """Another customer's devices are nobody's business there."""
    bind(store, 1)
    bind(store, 2, channel=OTHER)
    assert [entry.device_id for entry in store.benches.waiting([OTHER], "", 10)] == ["SPK0002"]
    assert store.benches.count([CHANNEL, OTHER]) == 2
    assert store.benches.count([]) == 0


def test_what_was_told_waits_no_more(store: Store) -> None:
    """And stays in the ledger."""
    bind(store, 1, 2)
    store.benches.mark_shared(store.benches.waiting([CHANNEL], "", 1)).result()
    assert [entry.device_id for entry in store.benches.waiting([CHANNEL], "", 10)] == ["SPK0002"]
    assert len(store.benches.all_of([CHANNEL], "")) == 2


def test_what_was_bound_with_it_waits_on(store: Store) -> None:
    """Devices of one request are told in parts, as many as one wants."""
    bind(store, 1, 2, 3, 4, 5)
    bind(store, 6, 7)
    waiting = store.benches.waiting([CHANNEL], "", 10)
    store.benches.mark_shared([waiting[2], waiting[6]]).result()
    store.benches.mark_shared([waiting[0], waiting[2]]).result()
    assert store.benches.waiting([CHANNEL], "", 10) == (waiting[1], *waiting[3:6])
    assert store.benches.count([CHANNEL]) == 4


def test_a_ledger_in_parts(store: Store) -> None:
    """Each has so many numbers; one without an entry of the channels is none."""
    bind(store, 1, 2, 3)
    bind(store, 4, channel=OTHER)
    bind(store, 5)
    assert store.benches.parts([CHANNEL], 3) == {0: 3, 1: 1}
    assert store.benches.parts([CHANNEL], 1) == {0: 1, 1: 1, 2: 1, 4: 1}
    assert store.benches.parts([], 3) == {}
    assert [entry.key.entry for entry in store.benches.all_of([CHANNEL], "", range(3, 6))] == [3, 5]


def test_read_and_told_in_one_step(store: Store) -> None:
    """A bench that has read past what it has pushed notes both together."""
    bind(store, 1, 2)
    first, second = store.benches.waiting([CHANNEL], "", 10)
    commits = store.commits
    store.benches.take_in([foreign(1)], LEDGER, SyncCursor(3, second.key), [first]).result()
    assert store.commits == commits + 1
    assert store.benches.waiting([CHANNEL], "", 10) == (second,)
    assert store.benches.cursor(LEDGER) == SyncCursor(3, second.key)


def test_an_entry_outlives_its_sheet(store: Store) -> None:
    """Its job is gone then."""
    sheet_id = bind(store, 1)
    store.sheets.close(sheet_id).result()
    assert store.sheets.delete(sheet_id, START + timedelta(days=1)).result()
    assert [entry.job for entry in store.benches.waiting([CHANNEL], "", 10)] == [""]


def test_a_ledger_that_is_new_is_told_everything(store: Store) -> None:
    """Shared once already, with another one."""
    bind(store, 1, 2)
    bind(store, 3, channel=OTHER)
    store.benches.mark_shared(store.benches.waiting([CHANNEL, OTHER], "", 10)).result()
    assert store.benches.cursor(LEDGER) is None
    store.benches.begin_anew(LEDGER, [CHANNEL]).result()
    assert store.benches.cursor(LEDGER) == SyncCursor()
    assert store.benches.count([CHANNEL, OTHER]) == 2
    store.benches.begin_anew(LEDGER, [CHANNEL]).result()
    assert store.benches.count([CHANNEL]) == 2


def test_a_ledger_that_is_new_is_told_nothing_twice(store: Store) -> None:
    """Some of it was told to another one, and some waits."""
    bind(store, 1, 2, 3)
    waiting = store.benches.waiting([CHANNEL], "", 10)
    store.benches.begin_anew(LEDGER, [CHANNEL]).result()
    assert store.benches.waiting([CHANNEL], "", 10) == waiting
    store.benches.mark_shared(waiting[:2]).result()
    store.benches.begin_anew("0f6d", [CHANNEL]).result()
    assert store.benches.waiting([CHANNEL], "", 10) == waiting


def test_what_others_tell_is_news_once(store: Store) -> None:
    """In whatever order, and however often; how far was read is written in the same step."""
    cursor = SyncCursor(7, foreign(2).key)
    assert store.benches.take_in([foreign(1), foreign(2)], LEDGER, cursor).result() == (foreign(1), foreign(2))
    assert store.benches.cursor(LEDGER) == cursor
    assert store.benches.take_in([foreign(3), foreign(1)]).result() == (foreign(3),)
    assert store.benches.cursor(LEDGER) == cursor


def test_ones_own_is_no_news(store: Store) -> None:
    """It comes back from the server, and in a file."""
    bind(store, 1)
    own = store.benches.all_of([CHANNEL], "laptop")
    assert store.benches.take_in(own).result() == ()


def test_a_copied_folder_is_another_bench(store: Store) -> None:
    """It has the same name, and counts on from the same entry; the time tells them apart."""
    bind(store, 1)
    (own,) = store.benches.all_of([CHANNEL], "laptop")
    copy = replace(own, device_id="SPK7777", bound_at=own.bound_at + timedelta(hours=1))
    assert store.benches.take_in([copy]).result() == (copy,)


def test_what_others_have_bound_is_bound(store: Store) -> None:
    """For every question that is asked of the ledger; whoever was later is told."""
    bind(store, 1)
    store.benches.take_in([foreign(1, "SPK0001", minutes=-5), foreign(2)]).result()
    entry = known(store, CHANNEL, "SPK9002")
    assert (entry.machine, entry.operator, entry.label) == ("bench-2", "李", "Other 2")
    assert known(store, CHANNEL, "SPK0001").machine == ""
    store.benches.take_in([foreign(3, "SPK0001", minutes=5)]).result()
    assert known(store, CHANNEL, "SPK0001").label == "Other 3"
    assert bound_before(store, OTHER, "SPK9002") is None
    assert len(store.bindings.bound_devices(CHANNEL)) == 2


def test_what_others_have_told_proves_no_channel(store: Store) -> None:
    """One line of a file that anybody may write into let fifty devices go where none had ever been taken."""
    store.benches.take_in([foreign(1)]).result()
    assert not store.bindings.ever_bound(CHANNEL)
    bind(store, 1)
    assert store.bindings.ever_bound(CHANNEL)
    assert not store.bindings.ever_bound(OTHER)


def test_a_whole_list_has_what_others_have_bound(store: Store) -> None:
    """Own ones first; the latest label counts, whoever gave it."""
    bind(store, 1, 2)
    others = [
        foreign(2, "SPK0002", minutes=9, label="later"),
        foreign(1, "SPK0001", minutes=-9, label="earlier"),
        foreign(3, minutes=1),
        foreign(4, "SPK9003", minutes=2, label="anew"),
    ]
    store.benches.take_in(others).result()
    listed = {
        each.device.device_id: (each.device.label, each.machine) for each in store.bindings.bound_devices(CHANNEL)
    }
    assert listed == {"SPK0001": ("Speaker 1", ""), "SPK0002": ("later", "bench-2"), "SPK9003": ("anew", "bench-2")}


def test_what_others_say_as_well_is_known_here(store: Store) -> None:
    """A device that this bench has bound with the same label needs nobody else's word; with another it does."""
    bind(store, 1)
    store.benches.take_in([foreign(1, "SPK0001", minutes=9, label="Speaker 1")]).result()
    assert [each.machine for each in store.bindings.bound_devices(CHANNEL)] == [""]
    store.benches.take_in([foreign(2, "SPK0001", minutes=10, label="theirs")]).result()
    assert [each.machine for each in store.bindings.bound_devices(CHANNEL)] == ["bench-2"]


def test_what_an_earlier_bindtool_has_believed(store: Store, path: Path) -> None:
    """It stays on the disk, is neither sent to a channel nor counted, and an impossible time is in no history."""
    late = replace(foreign(2), bound_at=datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8))))
    early = replace(foreign(3), bound_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))))
    unfit = [replace(foreign(4), label=""), replace(foreign(5), device_id="a\n")]
    store.benches.take_in([foreign(1), late, early, *unfit]).result()
    assert [each.device.device_id for each in store.bindings.bound_devices(CHANNEL)] == ["SPK9001"]
    assert len(History(path).search().records) == 3


def test_labels_that_others_have_given_are_given(store: Store) -> None:
    """And their running numbers are used."""
    bind(store, 1)
    store.benches.take_in([foreign(1, label="Speaker 1"), foreign(2, label="Speaker 40")]).result()
    assert store.labels.holders(CHANNEL, ["Speaker 1"]) == {"Speaker 1": ("SPK0001", "SPK9001")}
    assert store.labels.numbers(LabelTemplate.parse("Speaker {n}"), "", CHANNEL) == {1, 40}
    assert store.labels.numbers(LabelTemplate.parse("Speaker {n}"), "", None) == {1}


def test_blocks_of_running_numbers(store: Store) -> None:
    """Each channel and series has its own."""
    store.benches.keep_block(CHANNEL, "Speaker ", range(201, 301)).result()
    store.benches.keep_block(CHANNEL, "Speaker ", range(1, 101)).result()
    assert store.benches.blocks(CHANNEL, "Speaker ") == (range(1, 101), range(201, 301))
    assert store.benches.blocks(OTHER, "Speaker ") == ()
    assert store.benches.blocks(CHANNEL, "") == ()


def test_the_history_has_what_others_have_bound(store: Store, path: Path) -> None:
    """With the bench; what is asked for as this bench's own has none of it."""
    bind(store, 1)
    store.benches.take_in([foreign(1), foreign(2, minutes=5)]).result()
    history = History(path)
    found = history.search()
    assert [(record.device_id, record.machine) for record in found.records] == [
        ("SPK9002", "bench-2"),
        ("SPK0001", ""),
        ("SPK9001", "bench-2"),
    ]
    assert found.records[0].key == foreign(2).key
    assert [record.device_id for record in history.search(SearchQuery("bench-2")).records] == ["SPK9002", "SPK9001"]
    assert [record.device_id for record in history.search(SearchQuery(own=True)).records] == ["SPK0001"]
    assert history.search(SearchQuery(state=State.REFUSED)).records == ()


def own(store: Store, entry: int, *, minutes: int = 0, bench: str = "") -> SharedEntry:
    """Return an entry under this bench's own name, of after its last one."""
    at = ANSWER.time + timedelta(minutes=minutes)
    return replace(foreign(entry, bench=bench or store.benches.bench_id), bound_at=at)


def test_a_data_folder_that_was_set_back_gets_its_own_back(store: Store, path: Path) -> None:
    """What it has bound since is its own again, others are told, and the next entry goes on behind it."""
    bind(store, 1, 2)
    entries = own(store, 7, minutes=2), own(store, 3, minutes=1), own(store, 4, minutes=1)
    assert store.benches.take_back(entries).result() == (entries[1], entries[2], entries[0])
    assert store.benches.take_back(entries).result() == store.benches.take_in(entries).result() == ()
    assert [each.key.entry for each in store.benches.waiting([CHANNEL], "bench-2", 9)] == [1, 2, 3, 4, 7]
    assert store.benches.all_of([CHANNEL], "bench-2")[2:] == tuple(
        replace(each, job="") for each in (entries[1], entries[2], entries[0])
    )
    bind(store, 8)
    assert [each.key.entry for each in store.benches.all_of([CHANNEL], "")] == [1, 2, 3, 4, 7, 8]
    found = {each.device.device_id: each.machine for each in store.bindings.bound_devices(CHANNEL)}
    assert found == dict.fromkeys(("SPK0001", "SPK0002", "SPK9003", "SPK9004", "SPK9007", "SPK0008"), "")


def test_an_empty_data_folder_gets_its_own_back(store: Store) -> None:
    """A backup of before the first device has none."""
    assert store.benches.take_back([own(store, 3)]).result() != ()
    assert store.benches.take_back(()).result() == ()


@pytest.mark.parametrize(
    ("entry", "minutes", "bench"),
    [(3, 1, "b2"), (2, 1, ""), (3, -1, ""), (2 + 10**6 + 1, 1, ""), (2**63 - 1, 1, "")],
    ids=["of another bench", "of a number that is given", "of before", "far from the last", "the last there is"],
)
def test_what_does_not_go_on_is_not_taken_back(store: Store, entry: int, minutes: int, bench: str) -> None:
    """It may be of a copy of the folder, or of before what was bound here again: a later label would be lost."""
    bind(store, 1, 2)
    entry_of_copy = own(store, entry, minutes=minutes, bench=bench)
    assert store.benches.take_back([entry_of_copy]).result() == ()
    assert store.benches.take_in([entry_of_copy]).result() == (entry_of_copy,)
    bind(store, 4)
    assert [each.key.entry for each in store.benches.all_of([CHANNEL], "")] == [1, 2, 3]


def test_what_others_gave_back_first_is_not_found_twice(store: Store, path: Path) -> None:
    """A shared ledger may have told it before: then there are two records of it, and it is one device."""
    bind(store, 1)
    back, left = own(store, 2, minutes=1), own(store, 3, minutes=2)
    store.benches.take_in([back, left]).result()
    store.benches.take_back([back]).result()
    history = History(path)
    found = [(record.device_id, record.machine) for record in history.search().records]
    assert found == [("SPK9003", "bench-2"), ("SPK9002", ""), ("SPK0001", "")]
    assert history.remote_between(START, ANSWER.time + timedelta(days=1)) == (left,)


def test_what_others_have_told_is_never_changed(store: Store) -> None:
    """As the ledger itself."""
    store.benches.take_in([foreign(1)]).result()
    store.benches.take_in([replace(foreign(1), label="changed")]).result()
    assert known(store, CHANNEL, "SPK9001").label == "Other 1"


def test_text_that_no_database_can_hold_is_mended(store: Store) -> None:
    """Half a character of a hostile file costs nobody anything."""
    half = replace(foreign(1), label="a\ud83d", machine="\ude00")
    assert store.benches.take_in([half]).result() == (half,)
    assert store.benches.take_in([half]).result() == ()


def test_a_closed_store_says_so(store: Store) -> None:
    """As every other question."""
    store.close()
    with pytest.raises(StoreFailed):
        store.benches.count([CHANNEL])
