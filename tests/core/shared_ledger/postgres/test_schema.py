"""The ledger's tables: made once, brought on step by step, and never used by a bench that doesn't know them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.postgres.client import make
from bindtool.core.shared_ledger.postgres.schema import STEPS, Migration, last_step, migrate, read_info, version_of
from bindtool.core.shared_ledger.postgres.session import PostgresSession
from bindtool.core.shared_ledger.postgres.tls import TIMEOUTS
from tests.core.shared_ledger.samples import an_entry, at_once, page_of
from tests.postgres import BENCH, Cluster, Database

NEXT = Migration("9.8.7", ("ALTER TABLE bindtool.entry ADD COLUMN colour text NOT NULL DEFAULT 'grey'",))


@pytest.fixture
def session(ledger: Database) -> Iterator[PostgresSession]:
    """Return the owner's session with a ledger that was made."""
    with closing(PostgresSession(ledger.owner, ledger.password, TIMEOUTS)) as open_:
        yield open_


def test_made_once(cluster: Cluster) -> None:
    """The first time makes everything, the second nothing, and the ledger keeps its name."""
    database = cluster.database()
    first = make(database.owner, database.password)
    second = make(database.owner, database.password)
    assert (first.before, second.before) == (0, last_step(STEPS))
    assert first.about == second.about
    assert (first.about.version, first.about.steps) == (version_of(STEPS), last_step(STEPS))
    other = cluster.database()
    assert make(other.owner, other.password).about.ledger_id != first.about.ledger_id


def test_made_by_two_at_once(cluster: Cluster) -> None:
    """Both come to the same end."""
    database = cluster.database()
    made: list[tuple[int, str]] = []

    def work(_: int) -> None:
        done = make(database.owner, database.password)
        made.append((done.before, done.about.ledger_id))

    at_once(3, work)
    assert sorted(before for before, _ in made) == [0, last_step(STEPS), last_step(STEPS)]
    assert len({name for _, name in made}) == 1


def test_the_next_step(ledger: Database, session: PostgresSession) -> None:
    """A later step brings the tables on and keeps what is in them; what it needs stands there for older ones."""
    with closing(ledger.connect()) as bench:
        bench.push([an_entry(1)])
        assert migrate(session, (*STEPS, NEXT)).before == last_step(STEPS)
        assert page_of(bench).entries == (an_entry(1),)
    assert ledger.sql("SELECT colour FROM bindtool.entry") == "grey"
    with pytest.raises(LedgerFailed) as caught:
        ledger.connect()
    newer = caught.value
    assert newer.id == "ledger.newer"
    assert (newer.hint.values["needed"], newer.hint.values["found"], newer.hint.values["known"]) == ("9.8.7", 2, 1)
    with pytest.raises(LedgerFailed, match=r"ledger\.newer"):
        make(ledger.owner, ledger.password)


def test_a_step_that_fails(ledger: Database, session: PostgresSession) -> None:
    """A step is done as a whole or not at all."""
    broken = Migration("9.9.9", (*NEXT.statements, "SELECT no_such_column"))
    with pytest.raises(LedgerFailed):
        migrate(session, (*STEPS, broken))
    assert ledger.sql("SELECT version FROM bindtool.about") == "1"
    with closing(ledger.connect()) as bench:
        bench.push([an_entry(1)])


def test_tables_of_yesterday(session: PostgresSession) -> None:
    """A bench that is ahead of the tables says that IT has to bring them on."""
    with pytest.raises(LedgerFailed, match=r"ledger\.older"):
        read_info(session, (*STEPS, NEXT))


def test_not_made(cluster: Cluster) -> None:
    """A database without a ledger."""
    with pytest.raises(LedgerFailed, match=r"ledger\.not_made"):
        cluster.database().connect()


def test_not_allowed_to_make_it(cluster: Cluster, ledger: Database) -> None:
    """A bench's login makes no ledger, and changes nothing in one that is there."""
    bare = cluster.database()
    for database in (bare, ledger):
        with (
            pytest.raises(LedgerFailed, match=r"ledger\.not_allowed"),
            closing(PostgresSession(database.bench, database.password, TIMEOUTS)) as bench,
        ):
            migrate(bench, (*STEPS, NEXT))


def test_a_database_that_holds_no_chinese(cluster: Cluster) -> None:
    """It is refused before anything is made in it."""
    cluster.sql("CREATE DATABASE latin OWNER ledger_owner ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    database = cluster.database()
    unfit = type(database)(cluster, "latin")
    with pytest.raises(LedgerFailed, match=r"ledger\.server_unfit") as caught:
        make(unfit.owner, unfit.password)
    assert "LATIN1" in str(caught.value.hint.values["detail"])


def test_the_role_is_the_whole_servers(cluster: Cluster) -> None:
    """A second ledger on the same server uses the role that is there, also where its owner may make none."""
    cluster.database().make()
    database = cluster.database()
    cluster.sql("ALTER ROLE ledger_owner NOCREATEROLE")
    try:
        make(database.owner, database.password)
    finally:
        cluster.sql("ALTER ROLE ledger_owner CREATEROLE")
    with closing(database.connect()) as bench:
        bench.push([an_entry(1)])
    members = cluster.sql("SELECT count(*) FROM pg_roles WHERE rolname = 'bindtool_bench' AND NOT rolcanlogin")
    assert (members, BENCH) == ("1", "line_bench")


def test_a_dump_can_be_put_back(cluster: Cluster, ledger: Database) -> None:
    """A backup of the ledger is a ledger: same name, same entries, and the numbers go on."""
    with closing(ledger.connect()) as bench:
        bench.push([an_entry(1), an_entry(2)])
        before, name = page_of(bench), bench.ledger_id
    copy = cluster.database()
    cluster.restore(cluster.dump(ledger.name), copy.name)
    with closing(copy.connect()) as bench:
        assert (page_of(bench), bench.ledger_id) == (before, name)
        bench.push([an_entry(3)])
        assert page_of(bench, before.cursor).entries == (an_entry(3),)
