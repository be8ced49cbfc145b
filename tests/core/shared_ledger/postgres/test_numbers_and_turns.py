"""Running numbers that are given once, and one bench at a time where a channel replaces its list."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from contextlib import closing

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.postgres.client import PostgresServer, connect
from bindtool.core.shared_ledger.postgres.session import PostgresSession
from tests.core.shared_ledger.samples import CHANNEL, ONE, OTHER_CHANNEL, TWO, an_entry, at_once
from tests.patience import until
from tests.postgres import Database

LONG = 600.0


def test_numbers_go_on(one: PostgresServer, two: PostgresServer, ledger: Database) -> None:
    """Each block begins where the last one ended, or above what the bench has seen; series don't meet."""
    assert one.reserve(CHANNEL, "SN", ONE.bench, 100, 0) == range(1, 101)
    assert two.reserve(CHANNEL, "SN", TWO.bench, 50, 0) == range(101, 151)
    assert one.reserve(CHANNEL, "SN", ONE.bench, 10, 2000) == range(2001, 2011)
    assert two.reserve(CHANNEL, "SN", TWO.bench, 10, 150) == range(2011, 2021)
    assert one.reserve(CHANNEL, "other", ONE.bench, 1, 0) == range(1, 2)
    assert one.reserve(OTHER_CHANNEL, "SN", ONE.bench, 1, 0) == range(1, 2)
    given = ledger.sql("SELECT bench, count FROM bindtool.block WHERE first = 101")
    assert given == f"{TWO.bench}|50"


def test_no_number_twice(ledger: Database) -> None:
    """Benches that ask at the same time get numbers of their own."""
    got: list[int] = []

    def ask(number: int) -> None:
        with closing(ledger.connect()) as server:
            for above in range(20):
                got.extend(server.reserve(CHANNEL, "SN", f"bench {number}", 7, above))

    at_once(5, ask)
    assert len(got) == len(set(got)) == 5 * 20 * 7


@pytest.mark.parametrize(("count", "above"), [(0, 0), (1, 2**63)])
def test_numbers_that_can_not_be_given(one: PostgresServer, count: int, above: int) -> None:
    """No number at all, or one beyond what a database counts, is an error like any other."""
    with pytest.raises(LedgerFailed, match=r"ledger\.failed"):
        one.reserve(CHANNEL, "SN", ONE.bench, count, above)


# ---------------------------------------------------------------- turns


def test_one_at_a_time(one: PostgresServer, two: PostgresServer) -> None:
    """Whoever has the turn has it until it is given up; the other learns who that is. Channels don't meet."""
    assert one.take_turn(ONE, CHANNEL, LONG) is None
    taken = two.take_turn(TWO, CHANNEL, LONG)
    assert taken is not None
    assert (taken.device_id, taken.machine, taken.operator) == ("", ONE.machine, ONE.operator)
    assert two.take_turn(TWO, OTHER_CHANNEL, LONG) is None
    one.end_turn(CHANNEL)
    assert two.take_turn(TWO, CHANNEL, LONG) is None


def test_taken_twice_is_given_up_once(one: PostgresServer, two: PostgresServer) -> None:
    """A bench that asks again has its turn still, and it ends as a whole."""
    assert one.take_turn(ONE, CHANNEL, LONG) is None
    assert one.take_turn(ONE, CHANNEL, LONG) is None
    one.end_turn(CHANNEL)
    assert two.take_turn(TWO, CHANNEL, LONG) is None
    one.end_turn(CHANNEL)
    assert one.take_turn(ONE, CHANNEL, LONG) is not None


def test_a_turn_outlives_its_connection(ledger: Database, one: PostgresServer, two: PostgresServer) -> None:
    """What a bench sent before it went offline may not be in the ledger yet: the others wait, itself does not."""
    assert one.take_turn(ONE, CHANNEL, LONG) is None
    one.close()
    _until_gone(ledger)
    taken = two.take_turn(TWO, CHANNEL, LONG)
    assert taken is not None
    assert taken.machine == ONE.machine
    with closing(ledger.connect()) as again:
        assert again.take_turn(ONE, CHANNEL, LONG) is None
        assert two.take_turn(TWO, CHANNEL, LONG) is not None
        again.end_turn(CHANNEL)
    assert two.take_turn(TWO, CHANNEL, LONG) is None


@pytest.mark.skipif(sys.platform != "linux", reason="no other system's sockets can be told to hear nothing")
@pytest.mark.parametrize("told", [False, True])
def test_a_firewall_that_drops_silently(ledger: Database, two: PostgresServer, *, told: bool) -> None:
    """The server notices, also where it has told the bench something meanwhile: it gets its own turn again soon."""
    lines: list[socket.socket] = []

    def dial(where: tuple[str, int], seconds: float) -> socket.socket:
        lines.append(socket.create_connection(where, seconds))
        return lines[-1]

    with closing(connect(ledger.bench, ledger.password, dial=dial)) as one, closing(ledger.connect()) as again:
        _ten_times_as_soon(one._session)  # noqa: SLF001 - a test waits for no half a minute
        assert one.take_turn(ONE, CHANNEL, LONG) is None
        _hear_nothing(lines[0])
        if told:
            two.push([an_entry(1, TWO.bench)])
        until(lambda: again.take_turn(ONE, CHANNEL, LONG) is None)


def _ten_times_as_soon(session: PostgresSession) -> None:
    """Have the server take a tenth of the time to notice that this connection is gone."""
    names = "('tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_user_timeout')"
    sooner = "set_config(name, (greatest(setting::integer, 10) / 10)::text, false)"
    session.run(f"SELECT {sooner} FROM pg_catalog.pg_settings WHERE name IN {names} AND setting <> '0'")  # noqa: S608 - ours


def _hear_nothing(line: socket.socket) -> None:
    """Have a socket drop whatever comes in, and confirm none of it: a filter of one instruction, "take 0 bytes"."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    so_attach_filter = 26
    try:
        line.setsockopt(socket.SOL_SOCKET, so_attach_filter, struct.pack("HL", 1, ctypes.addressof(instruction)))
    except PermissionError:
        pytest.skip("this system lets only root put a filter before a socket")


def test_a_bench_that_never_comes_back(ledger: Database, one: PostgresServer, two: PostgresServer) -> None:
    """From when another bench first finds it offline, its turn is kept for as long as it asked for, no longer."""
    assert one.take_turn(ONE, CHANNEL, 0) is None
    one.close()
    _until_gone(ledger)
    assert two.take_turn(TWO, CHANNEL, LONG) is not None
    assert two.take_turn(TWO, CHANNEL, LONG) is None
    two.end_turn(CHANNEL)


def test_cut_off_in_a_turn(ledger: Database, one: PostgresServer) -> None:
    """Whoever went offline learns it when the turn is given up, at the latest."""
    assert one.take_turn(ONE, CHANNEL, LONG) is None
    ledger.end_connections()
    with pytest.raises(LedgerFailed, match=r"ledger\.unreachable"):
        one.end_turn(CHANNEL)


def test_many_want_the_turn(ledger: Database) -> None:
    """Of many benches at once one gets it, each in turn: no two have it at the same time."""
    having: list[str] = []
    most: list[int] = []

    def take(number: int) -> None:
        who = ONE.__class__(f"bench {number}", f"line-{number}", "")
        with closing(ledger.connect()) as server:
            for _ in range(10):
                while server.take_turn(who, CHANNEL, LONG) is not None:
                    pass
                having.append(who.bench)
                most.append(len(having))
                having.remove(who.bench)
                server.end_turn(CHANNEL)

    at_once(4, take)
    assert most == [1] * 40


def _until_gone(ledger: Database) -> None:
    """Wait until the server has noticed that a connection was closed."""
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    while ledger.sql(locks) != "0":
        pass
