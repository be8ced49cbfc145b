"""A ledger of 0.1.0 on PostgreSQL: today's benches go on with it, and share it with benches of 0.1.0.

So it is before IT has brought it on, and afterwards.
"""

from __future__ import annotations

import platform
from collections import Counter
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.model.ledger_entry import Claimant
from bindtool.core.shared_ledger.postgres.client import make
from bindtool.practice import channel as practice
from tests.compatibility.first_release import CHANNEL, FIXTURES, REPLACING_SITE, SITE, lay_out, text
from tests.compatibility.old_bench import MACHINE, OldBench
from tests.core.shared_ledger.bench import Bench
from tests.core.shared_ledger.samples import page_of
from tests.core.store.samples import bound_before
from tests.patience import until
from tests.postgres import BENCH
from tests.practice.client import lists_sent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from bindtool.practice.server import PracticeServer
    from tests.cli.desk import Desk
    from tests.postgres import Cluster, Database

WHOLE_LIST = replace(CHANNEL, site=REPLACING_SITE)
TODAY = Claimant("a bench of today", "bench-8", "Wang")
TOLD = {"FA001", "FA002", "FA003", "FB001", "FB002", "FC001", "FC002", "FD001"}


def restored(cluster: Cluster, site: str = SITE) -> Database:
    """Return a database with the ledger of then; `site` stands in the place of that of then."""
    # The role belongs to the whole server: another test may have made it.
    if cluster.sql("SELECT count(*) FROM pg_roles WHERE rolname = 'bindtool_bench'") == "0":
        cluster.sql(text("ledger/roles.sql"))
    cluster.sql(f"GRANT bindtool_bench TO {BENCH}")
    database = cluster.database()
    cluster.restore(text("ledger/ledger.sql", site=site), database.name)
    return database


@pytest.fixture(params=["as it was", "brought on"])
def ledger(request: pytest.FixtureRequest, cluster: Cluster) -> Iterator[Database]:
    """Return the ledger of 0.1.0, as a backup of it was put back."""
    database = restored(cluster)
    if request.param == "brought on":
        make(database.owner, database.password)
    yield database
    database.drop()


@pytest.fixture
def today(ledger: Database) -> Iterator[PostgresServer]:
    """Return the connection of a bench of today."""
    with closing(ledger.connect()) as server:
        yield server


@pytest.fixture
def old(ledger: Database) -> Iterator[OldBench]:
    """Return a bench of 0.1.0."""
    with OldBench(ledger, CHANNEL) as bench:
        yield bench


def laptop(desk: Desk, name: str, ledger: Database, site: str = SITE) -> None:
    """Lay the data of a bench of then out, with the password and the token of the tests."""
    lay_out(name, desk.folder, site=site, ledger=str(ledger.bench))
    desk.vault.store_password(ledger.bench.secret_name, ledger.password)
    desk.vault.store("line", AccessToken(practice.TOKEN), "")


def devices(server: PostgresServer) -> Counter[str]:
    """Return how often each device stands in the ledger, by the end of its id."""
    return Counter(entry.device_id.removeprefix("SPK26113") for entry in page_of(server).entries)


def test_what_was_told_is_read(today: PostgresServer) -> None:
    """Every entry with all that it says, in order."""
    entries = page_of(today).entries
    assert {entry.device_id.removeprefix("SPK26113") for entry in entries} == TOLD
    first = entries[0]
    assert (first.machine, first.operator, first.profile, first.label) == ("bench-1", "李雷", "line", "音箱-0001")
    assert (first.channel, first.key.entry, len(first.key.bench)) == (CHANNEL, 1, 32)
    assert first.bound_at.isoformat().endswith("+08:00")
    assert today.info().entries == 8


def test_it_is_brought_on(ledger: Database, today: PostgresServer, old: OldBench) -> None:
    """`bindtool ledger init` finds it and keeps all that it has; a bench of 0.1.0 that is at work goes on."""
    old.claims("SPK26113FG001")
    made = make(ledger.owner, ledger.password)
    assert made.about.version == 1
    assert made.about.ledger_id == today.ledger_id
    assert devices(today) == Counter(TOLD)
    old.tells("SPK26113FG001")
    assert len(old.hears()) == 9
    with OldBench(ledger, CHANNEL) as bench:
        assert len(bench.hears()) == 9


def test_in_its_turn_when_it_is_brought_on(cluster: Cluster) -> None:
    """A bench of 0.1.0 that has the turn keeps it until it gives it up."""
    ledger = restored(cluster)
    other = replace(WHOLE_LIST, user_id="7000000000000000004")
    with closing(ledger.connect()) as server, OldBench(ledger, other) as old:
        assert old.takes_turn() is None
        make(ledger.owner, ledger.password)
        assert server.take_turn(TODAY, other, 3600) is not None
        old.ends_turn()
        assert server.take_turn(TODAY, other, 3600) is None
    ledger.drop()


def test_a_bench_goes_on(ledger: Database, today: PostgresServer, tmp_path: Path) -> None:
    """What it could not tell is told, only what it had not read is news to it, and nothing is told twice."""
    with Bench(lay_out("ledger/bench_1", tmp_path).path, "bench-1", (CHANNEL,)) as bench:
        assert bench.waiting == 1
        with closing(bench.sync(ledger.connect)) as sync:
            sync.run()
            sync.run()
        assert bench.waiting == 0
        assert {entry.device_id for entry in bench.news}.isdisjoint({"SPK26113FB001", "SPK26113FA001"})
        assert all(bound_before(bench.store, CHANNEL, f"SPK26113{device}") for device in {*TOLD, "FF001"})
    assert devices(today) == Counter({*TOLD, "FF001"})


def test_a_bench_reads_on(desk: Desk, ledger: Database) -> None:
    """It knows how far it has read, and has not to be told all again."""
    laptop(desk, "ledger/bench_1", ledger)
    looked = desk.run("ledger", "check")
    assert looked.status == 0, looked.out
    words = {cells[0]: cells[2] for cells in looked.cells}
    assert words["lag"] == "8 entries there; 1 of this bench are not there yet, 0 of others are not here yet"


def test_running_numbers_go_on(ledger: Database, today: PostgresServer, tmp_path: Path) -> None:
    """A block of then is still this bench's, and a new one lies above all that were given."""
    with Bench(lay_out("ledger/bench_2", tmp_path).path, "bench-2", (CHANNEL,)) as bench:
        assert bench.store.benches.blocks(CHANNEL, "音箱-") == (range(501, 1001),)
    assert today.reserve(CHANNEL, "音箱-", TODAY.bench, 10, 0) == range(1001, 1011)


# ---------------------------------------------------------------- beside a bench of 0.1.0


def test_each_hears_of_the_other(ledger: Database, today: PostgresServer, old: OldBench, tmp_path: Path) -> None:
    """What a bench of 0.1.0 binds is known to one of today, and the other way round."""
    old.tells("SPK26113FG001")
    with Bench(tmp_path / "today", "bench-8", (CHANNEL,)) as bench:
        bench.bind("SPK26113FG002", channel=CHANNEL, operator="Wang")
        with closing(bench.sync(ledger.connect)) as sync:
            sync.run()
        found = bound_before(bench.store, CHANNEL, "SPK26113FG001")
        assert found is not None
        assert (found.machine, found.operator, found.label) == (MACHINE, "李雷", "音箱-2001")
    assert ("SPK26113FG002", "label SPK26113FG002", "bench-8", "Wang") in old.hears()
    old.tells("SPK26113FG001")
    assert devices(today) == Counter({*TOLD, "FG001", "FG002"})


def test_neither_takes_what_the_other_has(today: PostgresServer, old: OldBench) -> None:
    """A claim of either keeps the other off until it is given up; a device that was bound is named as such."""
    start = page_of(today).cursor
    assert old.claims("SPK26113FG001") == {}
    assert today.claim(TODAY, CHANNEL, ["SPK26113FG002"], start, 300) == ()
    (taken,) = today.claim(TODAY, CHANNEL, ["SPK26113FG001"], start, 300)
    assert (taken.machine, taken.bound_at) == (MACHINE, None)
    assert old.claims("SPK26113FG002", "SPK26113FA001") == {
        "SPK26113FG002": TODAY.machine,
        "SPK26113FA001": "bench-1",
    }
    old.lets_go("SPK26113FG001")
    today.release(TODAY.bench, CHANNEL, ["SPK26113FG002"])
    assert today.claim(TODAY, CHANNEL, ["SPK26113FG001"], start, 300) == ()
    assert old.claims("SPK26113FG002") == {}


def test_what_either_binds_ends_its_claim(today: PostgresServer, old: OldBench) -> None:
    """The other is told who has bound it, and no longer that somebody is about to."""
    start = page_of(today).cursor
    old.claims("SPK26113FG001")
    old.tells("SPK26113FG001")
    (taken,) = today.claim(TODAY, CHANNEL, ["SPK26113FG001"], start, 300)
    assert taken.bound_at is not None
    assert taken.label == "音箱-2001"


def test_no_number_is_given_twice(today: PostgresServer, old: OldBench) -> None:
    """Whoever reserves gets numbers above those of the other."""
    given = [
        old.reserves("音箱-", 3),
        today.reserve(CHANNEL, "音箱-", TODAY.bench, 3, 0),
        old.reserves("音箱-", 3),
    ]
    assert [number for numbers in given for number in numbers] == list(range(1001, 1010))


def test_a_turn_that_was_left_behind(ledger: Database, tmp_path: Path) -> None:
    """A bench of 0.1.0 died in its turn: nobody else gets it until its own data folder is open again."""
    with closing(ledger.connect()) as server, OldBench(ledger, WHOLE_LIST) as old:
        taken = server.take_turn(TODAY, WHOLE_LIST, 3600)
        assert taken is not None
        assert (taken.machine, taken.operator) == ("bench-2", "B07")
        assert old.takes_turn() == "bench-2"
        with Bench(lay_out("ledger/bench_2", tmp_path).path, "bench-2", (CHANNEL, WHOLE_LIST)) as bench:
            sync = bench.sync(ledger.connect)
            sync.run()
            sync.close()
        assert server.take_turn(TODAY, WHOLE_LIST, 3600) is None


def test_one_has_the_turn_at_a_time(ledger: Database) -> None:
    """Whichever version has it, the other waits."""
    other = replace(WHOLE_LIST, user_id="7000000000000000004")
    with closing(ledger.connect()) as server, OldBench(ledger, other) as old:
        assert server.take_turn(TODAY, other, 3600) is None
        assert old.takes_turn() == TODAY.machine
        server.end_turn(other)
        assert old.takes_turn() is None
        taken = server.take_turn(TODAY, other, 3600)
        assert taken is not None
        assert taken.machine == MACHINE
        old.ends_turn()
        assert server.take_turn(TODAY, other, 3600) is None


# ---------------------------------------------------------------- a whole command


@pytest.fixture
def near(cluster: Cluster, server: PracticeServer) -> Iterator[Database]:
    """Return the ledger of then, of a channel whose server is the test's."""
    database = restored(cluster, server.site)
    yield database
    database.drop()


def test_a_bench_of_then_binds(desk: Desk, near: Database, server: PracticeServer) -> None:
    """What bench-2 has bound is held, the others go under the block's next numbers, and benches of 0.1.0 know."""
    laptop(desk, "ledger/bench_1", near, server.site)
    assert desk.run("ledger", "check").status == 0
    done = desk.bind(desk.file("SPK26113FC001", "SPK26113FC005", "SPK26113FH001"))
    assert done.states == {"SPK26113FC001": "incomplete", "SPK26113FC005": "bound", "SPK26113FH001": "bound"}
    assert "at bench-2, B07 as “音箱-0504”" in done.out
    with OldBench(near, replace(CHANNEL, site=server.site)) as old:
        until(lambda: len(old.hears()) == 11)
        labels = {device: label for device, label, _, _ in old.hears()}
    numbers = {int(labels[device].removeprefix("音箱-")) for device in ("SPK26113FC005", "SPK26113FH001")}
    assert len(numbers) == 2
    assert numbers < set(range(7, 501))


def test_a_bench_of_then_goes_on_with_its_run(desk: Desk, near: Database, server: PracticeServer) -> None:
    """The one that was killed: its own claims don't keep it off."""
    laptop(desk, "ledger/bench_2", near, server.site)
    file = FIXTURES / "ledger" / "bench_2" / "killed.txt"
    done = desk.bind(str(file), "--profile", "line", "--resume")
    assert (done.status, set(done.states.values())) == (0, {"bound"}), done.err
    left = [f"SPK26113FC00{n}" for n in (3, 4, 5)]
    assert [device_id for ids in lists_sent(server) for device_id in ids] == left
    with OldBench(near, replace(CHANNEL, site=server.site)) as old:
        assert [(device, machine) for device, _, machine, _ in old.hears()[8:]] == [
            (device, platform.node()) for device in left
        ]
