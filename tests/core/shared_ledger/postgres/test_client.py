"""What benches add and read on a real PostgreSQL: nothing twice, nothing skipped, in one order for all."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SyncCursor
from bindtool.core.shared_ledger.postgres.client import MANY, PostgresServer, connect
from tests.core.shared_ledger.samples import (
    BEGINNING,
    CHANNEL,
    NOWHERE,
    ONE,
    OTHER_CHANNEL,
    TWO,
    an_entry,
    at_rest,
    new_login,
    page_of,
)
from tests.patience import HOUR, PATIENCE, ends, until
from tests.postgres import Database

Ends = tuple[socket.socket, socket.socket]


def test_what_is_pushed_is_read_as_it_was(one: PostgresServer, two: PostgresServer) -> None:
    """Every field comes back, the time with its own offset, whatever characters are in it."""
    strange = replace(
        an_entry(2),
        label="标签 \\u0000 {x} 'q' $1 :name",
        operator="\t",
        job="",
        channel=OTHER_CHANNEL,
        bound_at=BEGINNING.replace(microsecond=123456),
    )
    one.push([an_entry(1), strange])
    page = page_of(two)
    assert page.entries == (an_entry(1), strange)
    assert page.entries[0].bound_at.isoformat() == "2026-11-25T09:12:01+08:00"
    assert page.more is False
    assert page.cursor.key == strange.key


def test_what_postgresql_can_not_hold(one: PostgresServer) -> None:
    """A NUL and half a character, which an answer of Coze may bring in a log id, cost no entry."""
    one.push([replace(an_entry(1), log_id="a\0b\ud83dc", profile="\ud83d\ude00")])
    (entry,) = page_of(one).entries
    assert (entry.log_id, entry.profile) == ("a\ufffdb\ufffdc", "😀")


def test_pushed_again(one: PostgresServer, two: PostgresServer) -> None:
    """An entry that is there stays as it is: by the same bench again, by another connection, twice in one push."""
    one.push([an_entry(1), an_entry(2)])
    two.push([an_entry(2), an_entry(3), an_entry(3), replace(an_entry(1), label="changed")])
    one.push([])
    assert page_of(one).entries == (an_entry(1), an_entry(2), an_entry(3))


def test_a_copied_data_folder(one: PostgresServer) -> None:
    """Two entries of one number, bound at different times, are two; the same instant in another zone is one."""
    again = replace(an_entry(1), bound_at=BEGINNING.replace(hour=20))
    elsewhere = replace(an_entry(1), bound_at=an_entry(1).bound_at.astimezone())
    one.push([an_entry(1), again, elsewhere])
    assert page_of(one).entries == (an_entry(1), again)


def test_a_time_that_no_bench_could_read(one: PostgresServer, ledger: Database) -> None:
    """The server takes no entry that would stop every other bench: PostgreSQL knows more times than Python does."""
    for text in ("20", "2026-11-25", "2026-11-25T24:00:00+08:00", "2026-02-30T10:00:00+08:00"):
        pushed = f"""SELECT bindtool.push('[{{"bench": "b", "entry": 1, "machine": "", "device_id": "d",
            "label": "l", "channel": ["s", "c", "k", ""], "written_at": "{text}", "log_id": "", "operator": "",
            "profile": "", "job": ""}}]')"""
        with pytest.raises(RuntimeError, match=r"violates check|invalid input|out of range|can not be|timestamp"):
            ledger.sql(pushed)
    assert page_of(one).entries == ()


# ---------------------------------------------------------------- reading on


def test_page_by_page(one: PostgresServer) -> None:
    """A page has so many, says whether there are others, and where the next one begins."""
    one.push([an_entry(number) for number in range(1, 6)])
    first = page_of(one, limit=2)
    second = page_of(one, first.cursor, limit=3)
    assert [entry.key.entry for entry in (*first.entries, *second.entries)] == [1, 2, 3, 4, 5]
    assert (first.more, second.more) == (True, False)
    rest = page_of(one, second.cursor)
    assert (rest.entries, rest.cursor, rest.more) == ((), second.cursor, False)
    assert [one.count_behind(page.cursor) for page in (first, second)] == [3, 0]


def test_a_place_that_the_server_does_not_know(one: PostgresServer) -> None:
    """A server that was set back, or is another one, knows neither the place's number nor whose it is."""
    one.push([an_entry(1), an_entry(2)])
    cursor = page_of(one).cursor
    assert one.read_on(SyncCursor(cursor.number + 1, LedgerKey(ONE.bench, 3)), 10) is None
    assert one.read_on(SyncCursor(cursor.number, LedgerKey(TWO.bench, 2)), 10) is None
    assert one.read_on(SyncCursor(cursor.number), 10) is None
    assert page_of(one, cursor).entries == ()


def test_nothing_is_skipped(ledger: Database, one: PostgresServer) -> None:
    """While several benches push at once, a bench that reads on gets every entry once, in the order of numbers."""
    benches, each = 4, 60

    def push(bench: int) -> None:
        with closing(ledger.connect()) as server:
            for number in range(1, each + 1):
                server.push([an_entry(number, f"bench {bench}")])

    pushing = [threading.Thread(target=push, args=(bench,)) for bench in range(benches)]
    for thread in pushing:
        thread.start()
    cursor, got = NOWHERE, []
    while any(thread.is_alive() for thread in pushing) or page_of(one, cursor).entries:
        page = page_of(one, cursor, limit=7)
        assert page.cursor.number >= cursor.number
        cursor = page.cursor
        got += [entry.key for entry in page.entries]
    assert len(got) == benches * each
    assert set(got) == {
        LedgerKey(f"bench {bench}", number) for bench in range(benches) for number in range(1, each + 1)
    }


def test_numbers_wait_for_those_before_them(ledger: Database, one: PostgresServer, two: PostgresServer) -> None:
    """A push that is not finished holds the others back: no later number can be seen before an earlier one."""
    with closing(ledger.connect()) as slow:
        slow._session.run("BEGIN")  # noqa: SLF001 - a transaction that a bench never leaves open
        slow.push([an_entry(1)])
        pushing = threading.Thread(target=one.push, args=([an_entry(1, TWO.bench)],))
        pushing.start()
        until(lambda: ledger.sql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "1")
        assert page_of(two).entries == ()
        slow._session.run("COMMIT")  # noqa: SLF001 - the same
    pushing.join()
    assert [entry.key.bench for entry in page_of(two).entries] == [ONE.bench, TWO.bench]


# ---------------------------------------------------------------- being told


def test_told_at_once(one: PostgresServer, two: PostgresServer, wake: Ends) -> None:
    """A bench that waits is told of an entry of another one; what it has read already tells it nothing."""
    assert at_rest(one)
    waiting = threading.Thread(target=one.listen, args=(wake[0].fileno(), HOUR))
    waiting.start()
    two.push([an_entry(1)])
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert page_of(one).entries == (an_entry(1),)
    assert at_rest(one)


def test_told_together_with_an_answer(one: PostgresServer, two: PostgresServer, wake: Ends) -> None:
    """What is told while a bench asks for something else is not lost, though no wait sees it come."""
    two.push([an_entry(1)])
    one.renew(ONE.bench, 1)
    assert ends(lambda: one.listen(wake[0].fileno(), HOUR))
    assert page_of(one).entries == (an_entry(1),)


def test_a_message_that_came_behind_an_answer(one: PostgresServer, two: PostgresServer, wake: Ends) -> None:
    """What the driver has read beyond an answer is seen, though the socket has nothing left."""
    two.push([an_entry(1)])
    until(one._session._has_more)  # noqa: SLF001 - now the driver has read it
    assert ends(lambda: one.listen(wake[0].fileno(), HOUR))


def test_woken(one: PostgresServer, wake: Ends) -> None:
    """Whoever has something to do wakes the bench, and time does."""
    wake[1].send(b"!")
    assert ends(lambda: one.listen(wake[0].fileno(), HOUR))
    wake[0].recv(1)
    assert ends(lambda: one.listen(wake[0].fileno(), 0))


def test_asked_while_it_waits(one: PostgresServer, two: PostgresServer, wake: Ends) -> None:
    """Another thread has its answer at once, and the wait goes on."""
    waiting = threading.Thread(target=one.listen, args=(wake[0].fileno(), HOUR))
    waiting.start()
    assert one.claim(ONE, CHANNEL, ["a"], NOWHERE, 30) == ()
    assert [taken.device_id for taken in two.claim(TWO, CHANNEL, ["a"], NOWHERE, 30)] == ["a"]
    wake[1].send(b"!")
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_not_told_of_many(one: PostgresServer, two: PostgresServer, wake: Ends) -> None:
    """While much comes, a bench looks by itself; then it is told again, and looks first what came in between."""
    listening = "SELECT pg_listening_channels()"
    two.push([an_entry(number) for number in range(1, MANY + 1)])
    assert len(page_of(one).entries) == MANY
    assert ends(lambda: one.listen(wake[0].fileno(), HOUR))
    assert one._session.run(listening) == []  # noqa: SLF001 - what the server knows of it
    assert ends(lambda: one.listen(wake[0].fileno(), HOUR))
    last = page_of(one).cursor
    assert page_of(one, last).entries == ()
    assert ends(lambda: one.listen(wake[0].fileno(), HOUR))
    assert one._session.run(listening) == [["bindtool"]]  # noqa: SLF001 - the same
    assert page_of(one, last).entries == ()
    assert at_rest(one)


def test_told_nonsense(one: PostgresServer, ledger: Database, wake: Ends) -> None:
    """Anybody who can log in may say anything there: no number, or one too long for Python, harms nothing."""
    for text in ("", "-1", "七", *("9" * digits for digits in (20, 200, 5000, 7000))):
        ledger.sql(f"NOTIFY bindtool, '{text}'")
    one.renew(ONE.bench, 1)
    one.listen(wake[0].fileno(), 0)
    assert at_rest(one)
    one.push([an_entry(1)])
    assert page_of(one).entries == (an_entry(1),)


def test_cut_off_while_waiting(one: PostgresServer, ledger: Database, wake: Ends) -> None:
    """The server ends the connection: the wait is over at once, and the next question says so."""
    ledger.end_connections()
    assert ends(lambda: one.listen(wake[0].fileno(), HOUR))
    with pytest.raises(LedgerFailed, match=r"ledger\.unreachable"):
        one.read_on(NOWHERE, 10)


def test_of_no_use_after_a_failure(one: PostgresServer) -> None:
    """After a failure everything fails in the same way, and closing is quiet."""
    with pytest.raises(LedgerFailed, match=r"ledger\.failed"):
        one.push([replace(an_entry(1), key=LedgerKey("", 0))])
    for _ in range(2):
        with pytest.raises(LedgerFailed, match=r"ledger\.unreachable"):
            one.renew(ONE.bench, 1)
    one.close()
    one.close()


# ---------------------------------------------------------------- what a bench may


@pytest.mark.parametrize(
    "statement",
    [
        *("INSERT INTO bindtool.entry (bench) VALUES ('x')", "UPDATE bindtool.entry SET label = ''"),
        *("DELETE FROM bindtool.entry", "TRUNCATE bindtool.entry", "UPDATE bindtool.about SET version = 0"),
        *("SELECT * FROM bindtool.claim", "SELECT * FROM bindtool.series", "SELECT * FROM bindtool.block"),
        *("SELECT * FROM bindtool.turn", "SELECT * FROM bindtool.bench_login"),
        *("SELECT * FROM pg_authid", "SELECT bindtool.channel_of('[]')", "SELECT bindtool.turn_holder(1)"),
        *("SELECT bindtool.refuse()", "SELECT bindtool.speaks_for('bench one')"),
        *("SELECT FROM bindtool.about FOR UPDATE", "BEGIN; LOCK bindtool.entry IN SHARE MODE"),
        *("ALTER TABLE bindtool.entry DISABLE TRIGGER ALL", "DROP SCHEMA bindtool CASCADE"),
        "CREATE TABLE bindtool.mine (x integer)",
    ],
)
def test_a_bench_may_add_and_read(ledger: Database, one: PostgresServer, statement: str) -> None:
    """Nothing else: no changing, no deleting, no look at what is none of its business."""
    one.push([an_entry(1)])
    with pytest.raises(RuntimeError, match=r"permission denied|must be owner|trigger functions can only"):
        ledger.sql(statement, role="line_bench")
    assert page_of(one).entries == (an_entry(1),)


@pytest.mark.parametrize("role", ["ledger_owner", "postgres"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bindtool.entry SET label = ''",
        "DELETE FROM bindtool.entry",
        "TRUNCATE bindtool.entry",
        "TRUNCATE bindtool.channel CASCADE",
    ],
)
def test_nobody_changes_entries(ledger: Database, one: PostgresServer, role: str, statement: str) -> None:
    """Not even the owner, by mistake."""
    one.push([an_entry(1)])
    with pytest.raises(RuntimeError, match="never changed and never cut"):
        ledger.sql(statement, role=role)
    assert page_of(one).entries == (an_entry(1),)


def test_others_may_nothing(ledger: Database) -> None:
    """A login of the database that is no bench sees nothing of the ledger."""
    new_login(ledger, "stranger", ledger.cluster.password, of="")
    with pytest.raises(LedgerFailed, match=r"ledger\.not_allowed"):
        connect(replace(ledger.bench, user="stranger"), ledger.password)


def test_who_has_added_it(ledger: Database, one: PostgresServer) -> None:
    """IT can see which login has added an entry: the session's, not the functions' owner."""
    one.push([an_entry(1)])
    assert ledger.sql("SELECT added_by FROM bindtool.entry") == "line_bench"


def test_names_put_in_the_way(ledger: Database, one: PostgresServer) -> None:
    """A function or table of the same name elsewhere is not taken for the real one."""
    ledger.sql("GRANT CREATE ON SCHEMA public TO line_bench")
    for kind in ("TABLE entry (x integer)", "TABLE channel (x integer)"):
        ledger.sql(f"CREATE {kind}", role="line_bench")
    ledger.sql(
        "CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz'", role="line_bench"
    )
    one.push([an_entry(1)])
    assert page_of(one).entries == (an_entry(1),)


def test_the_site(one: PostgresServer) -> None:
    """What `ledger check` tells of a server."""
    one.push([an_entry(1), an_entry(2)])
    one.push([an_entry(1), an_entry(3)])
    info = one.info()
    assert (info.tls, info.schema, info.entries) == ("", 1, 3)
    assert int(info.postgres.split(".")[0]) >= 13
    assert an_entry(1).channel == CHANNEL
