"""In step by a real PostgreSQL: everything once, of one's own channels only, also where the server is set back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bindtool.core.common.errors import LedgerFailed, StoreFailed
from bindtool.core.model.ledger_entry import SharedEntry, SyncCursor
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.postgres.sync import PUSHED, READ, ServerSync
from bindtool.core.store.damage.replace import replace_damaged
from tests.core.shared_ledger.bench import Bench, in_ledger, told_in
from tests.core.shared_ledger.broken import broken
from tests.core.shared_ledger.samples import CHANNEL, OTHER_CHANNEL, TWO, an_entry, page_of
from tests.core.store.samples import bound_before, known
from tests.core.store.spoilt import ledger_pages, spoil
from tests.postgres import Database

New = Callable[[str], Bench]
Of = Callable[[Bench], ServerSync]


def test_what_one_binds_the_other_knows(a: Bench, b: Bench, of: Of) -> None:
    """Once, with all that another bench has to know; nobody takes its own for news."""
    one, two = of(a), of(b)
    a.bind("SPK1", "SPK2")
    b.bind("SPK3")
    for sync in (one, two, one, one):
        sync.run()
    assert [entry.device_id for entry in a.news] == ["SPK3"]
    assert [entry.device_id for entry in b.news] == ["SPK1", "SPK2"]
    assert a.knows() == b.knows()
    assert one.waiting() == two.waiting() == 0
    entry = known(b.store, CHANNEL, "SPK1")
    assert (entry.machine, entry.operator, entry.label) == ("line-1", "Li", "label SPK1")


def test_what_counts_as_known_was_told_before(a: Bench, b: Bench, of: Of) -> None:
    """A claim takes what lies before that place for seen: the window, not the disk alone, has to have it."""
    exchanges: list[ServerSync] = []
    known: list[int] = []
    a.hear = lambda _: known.append(exchanges[0].cursor_in(ledger_id).number)
    sync = of(a)
    exchanges.append(sync)
    ledger_id = _ledger_id(sync)
    assert sync.cursor_in(ledger_id) == SyncCursor()
    b.bind("SPK1")
    of(b).run()
    sync.run()
    assert known == [0]
    place = sync.cursor_in(ledger_id)
    assert place.number > 0
    assert sync.cursor_in("another ledger") == SyncCursor()
    # The next start takes up where this one has been.
    assert of(a).cursor_in(ledger_id) == place


def _ledger_id(sync: ServerSync) -> str:
    server = sync._connect()  # noqa: SLF001 - the tests' own
    server.close()
    return server.ledger_id


def test_a_run_without_anything_new_writes_nothing(a: Bench, of: Of) -> None:
    """A bench that is woken for nothing spares its disk."""
    sync = of(a)
    a.bind("SPK1")
    sync.run()
    commits = a.store.commits
    sync.run()
    assert a.store.commits == commits


def test_other_channels_are_none_of_its_business(a: Bench, b: Bench, two: PostgresServer, of: Of) -> None:
    """Nothing of them is pushed, and nothing of them comes in."""
    a.bind("ours")
    a.bind("elsewhere", channel=OTHER_CHANNEL)
    two.push([an_entry(1, TWO.bench, "theirs", OTHER_CHANNEL), an_entry(2, TWO.bench, "for us")])
    for bench in (a, b):
        of(bench).run()
    assert {entry.device_id for entry in page_of(two).entries} == {"ours", "theirs", "for us"}
    assert [entry.device_id for entry in b.news] == ["for us", "ours"]
    assert bound_before(b.store, OTHER_CHANNEL, "theirs") is None


def test_a_channel_that_comes_later(a: Bench, two: PostgresServer, of: Of) -> None:
    """A profile that is made later names the same ledger: what was left out is read, what was bound is pushed."""
    two.push([an_entry(1, TWO.bench, "theirs", OTHER_CHANNEL), an_entry(2, TWO.bench, "for us")])
    of(a).run()
    a.bind("earlier", channel=OTHER_CHANNEL)
    with_one, a.channels = of(a), (CHANNEL, OTHER_CHANNEL)
    with_both = of(a)
    with_both.run()
    assert bound_before(a.store, OTHER_CHANNEL, "theirs") is not None
    assert a.knows() == in_ledger(two, a.channels)
    two.push([an_entry(3, TWO.bench, "late", OTHER_CHANNEL)])
    with_one.run()
    with_both.run()
    assert bound_before(a.store, OTHER_CHANNEL, "late") is not None


def test_more_than_a_page(a: Bench, b: Bench, of: Of) -> None:
    """Many entries go and come in parts."""
    a.bind(*(f"SPK{number}" for number in range(READ + PUSHED + 1)))
    of(a).run()
    of(b).run()
    assert a.knows() == b.knows()
    assert len(b.news) == READ + PUSHED + 1


def test_what_is_bound_while_much_is_read(b: Bench, two: PostgresServer, ledger: Database) -> None:
    """The others have it before this bench has read to the end."""
    two.push([an_entry(number, TWO.bench) for number in range(1, 2 * READ + 2)])
    seen: list[set[str]] = []

    def bind_in_between(entries: tuple[SharedEntry, ...]) -> None:
        if not seen:
            b.bind("meanwhile")
        seen.append({entry.device_id for entry in page_of(two, limit=10_000).entries})

    b.hear = bind_in_between
    sync = b.sync(ledger.connect)
    sync.run()
    sync.close()
    assert "meanwhile" not in seen[0]
    assert "meanwhile" in seen[1]
    assert sync.waiting() == 0


# ---------------------------------------------------------------- a ledger that is not what it was


def test_a_new_ledger_at_the_old_address(a: Bench, ledger: Database, of: Of) -> None:
    """It is another one, whatever its numbers are: it gets everything."""
    sync = of(a)
    a.bind("SPK1")
    sync.run()
    ledger.clear()
    with pytest.raises(LedgerFailed):
        sync.run()
    with pytest.raises(LedgerFailed, match=r"ledger\.not_made"):
        sync.run()
    ledger.make()
    sync.run()
    assert ledger.sql("SELECT device_id FROM bindtool.entry") == "SPK1"


def test_set_back(a: Bench, b: Bench, ledger: Database, of: Of) -> None:
    """A backup of yesterday: each bench tells again what it has bound since."""
    one, two = of(a), of(b)
    a.bind("before")
    one.run()
    two.run()
    dump = ledger.cluster.dump(ledger.name)
    a.bind("A since")
    b.bind("B since")
    for sync in (one, two, one):
        sync.run()
    ledger.set_back(dump)
    for sync in (one, two):
        with pytest.raises(LedgerFailed):
            sync.run()
    for sync in (one, two, one):
        sync.run()
    assert_all_equal(ledger, a, b)


def test_set_back_and_grown_again(a: Bench, b: Bench, new: New, ledger: Database, of: Of) -> None:
    """To its first day, and told again by others before this bench comes: it takes no entry for the one it had.

    Without numbers that are never given again, the bench's last one would be the same entry at the same place.
    """
    dump = ledger.cluster.dump(ledger.name)
    c = new("line-3")
    c.bind("C1")
    a.bind("A1")
    for bench in (c, a, b):
        of(bench).run()
    ledger.set_back(dump)
    d = new("line-4")
    d.bind("D1")
    of(d).run()
    of(a).run()
    b_way = of(b)
    b_way.run()
    assert [entry.device_id for entry in b.news] == ["C1", "A1", "D1"]
    for bench in (c, a, b, d):
        of(bench).run()
    assert_all_equal(ledger, a, b, c, d)


def test_a_replica_that_lacks_a_moment(a: Bench, b: Bench, ledger: Database, of: Of) -> None:
    """What was pushed and confirmed, and lost with its server before anybody has read it, is pushed again."""
    of(a).run()
    dump = ledger.cluster.dump(ledger.name)
    a.bind("SPK1")
    with pytest.raises(LedgerFailed):
        a.sync(broken(ledger, confirmed=True)).run()
    assert ledger.sql("SELECT device_id FROM bindtool.entry") == "SPK1"
    ledger.set_back(dump)
    of(a).run()
    of(b).run()
    assert_all_equal(ledger, a, b)


def test_pushed_and_not_confirmed(a: Bench, b: Bench, ledger: Database, of: Of) -> None:
    """Pushed once more after the answer was lost, it is there once."""
    a.bind("SPK1")
    with pytest.raises(LedgerFailed):
        a.sync(broken(ledger, confirmed=False)).run()
    sync = of(a)
    assert sync.waiting() == 1
    sync.run()
    of(b).run()
    assert sync.waiting() == 0
    assert_all_equal(ledger, a, b)


def test_what_damage_has_cost_comes_back(ledger: Database, a: Bench, b: Bench, new: New, of: Of) -> None:
    """The others have what a bench has bound itself: it has it back where a page of its own is spoilt."""
    b.bind("SPK-B")
    a.bind(*(f"SPK-{number}" for number in range(100)))
    for sync in (of(b), of(a)):
        sync.run()
    name, path = a.id, a.store.path
    a.store.close()
    spoil(path, ledger_pages(path)[-1])
    assert replace_damaged(path, a.clock.now()).bound_lost
    again = new("line-1")
    assert again.id == name
    again.bind("SPK-NEW")
    of(again).run()
    assert_all_equal(ledger, again)
    assert len(again.store.bindings.bound_devices(CHANNEL)) == 102


def test_a_disk_that_fails(a: Bench, of: Of) -> None:
    """It is no failure of the server's; the next run goes on with the same connection."""
    sync = of(a)
    sync.run()
    a.store.close()
    with pytest.raises(StoreFailed):
        sync.run()


# ---------------------------------------------------------------- helpers


def assert_all_equal(ledger: Database, *benches: Bench) -> None:
    """Assert that server and benches have the same, and each of it once."""
    there = told_in(ledger)
    for bench in benches:
        assert bench.knows() == there
