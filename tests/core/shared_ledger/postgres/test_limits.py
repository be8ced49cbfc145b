"""The limits of the ledger's functions: a login can neither speak for another's bench nor keep the others off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.shared_ledger.postgres.client import PostgresServer, connect, entries_json
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, ONE, TWO, an_entry, new_login, page_of
from tests.postgres import BENCH, Database

OTHER = "other_line"
ENDLESS = 1e9
CELLS = json.loads(entries_json([an_entry(1)]))[0]


@pytest.fixture
def stranger(ledger: Database) -> Iterator[PostgresServer]:
    """Return the connection of another login of benches."""
    new_login(ledger, OTHER, ledger.cluster.password)
    with closing(connect(replace(ledger.bench, user=OTHER), ledger.password)) as server:
        yield server


def push(ledger: Database, *cells: dict[str, object], role: str = BENCH) -> str:
    """Push entries with any values, as whoever has a bench's login can."""
    given = json.dumps([{**CELLS, **each} for each in cells]).replace("'", "''")
    return ledger.sql(f"SELECT bindtool.push('{given}')", role=role)


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    "cells",
    [
        {"label": ""},
        {"label": " "},
        {"label": "a\x1b[2J"},
        {"label": "x" * 5000},
        {"label": "标" * 6000},
        {"device_id": ""},
        {"device_id": "x" * 300},
        {"device_id": "a\nb"},
        {"device_id": "a\ufffd"},
        {"written_at": "0001-01-01T00:00:00+08:00"},
        {"written_at": "9999-12-31T23:59:59-08:00"},
        {"written_at": "1969-12-31T00:00:00+08:00"},
    ],
    ids=lambda cells: repr(cells)[:30],
)
def test_what_no_bench_could_read(ledger: Database, one: PostgresServer, cells: dict[str, object]) -> None:
    """It is left out, and what is pushed with it is not: a bench that has it could tell nothing any more."""
    push(ledger, {**cells, "entry": 1}, {"entry": 2})
    assert [entry.key.entry for entry in page_of(one).entries] == [2]
    assert ledger.sql("SELECT count(*) FROM bindtool.entry") == "1"


def test_long_texts_for_people(ledger: Database, one: PostgresServer) -> None:
    """They are cut: that the device is bound counts for more."""
    columns = ("machine", "operator", "profile", "job", "log_id")
    push(ledger, dict.fromkeys(columns, "x" * 20_000))
    (entry,) = page_of(one).entries
    lengths = [len(text) for text in (entry.machine, entry.operator, entry.profile, entry.job, entry.log_id)]
    assert lengths == [256, 256, 256, 1024, 1024]


def test_too_many_at_once(ledger: Database, one: PostgresServer) -> None:
    """Of entries and of devices."""
    with pytest.raises(RuntimeError, match="more than 2000 at once"):
        ledger.sql("SELECT bindtool.push((SELECT jsonb_agg(n) FROM generate_series(1, 2001) AS n))", role=BENCH)
    with pytest.raises(LedgerFailed):
        one.claim(ONE, CHANNEL, ["x"] * 200_001, NOWHERE, 300)


@pytest.mark.parametrize("seconds", [ENDLESS, float("nan"), float("inf"), -ENDLESS])
def test_claims_end(ledger: Database, one: PostgresServer, seconds: float) -> None:
    """After an hour at most, whatever was asked for."""
    in_time = "SELECT count(*) FROM bindtool.claim WHERE expires_at <= now() + interval '61 minutes'"
    one.claim(ONE, CHANNEL, ["SPK1", "x" * 300, ""], NOWHERE, seconds)
    assert ledger.sql(in_time) == "1"
    one.renew(ONE.bench, seconds)
    assert ledger.sql(in_time) == "1"


def test_turns_end(ledger: Database, one: PostgresServer, two: PostgresServer) -> None:
    """After half a day at most, also where the connection lives on and does nothing."""
    assert one.take_turn(ONE, CHANNEL, ENDLESS) is None
    assert ledger.sql("SELECT seconds FROM bindtool.turn") == "43200"
    assert two.take_turn(TWO, CHANNEL, ENDLESS) is not None
    ledger.sql("UPDATE bindtool.turn SET since = now() - interval '12 hours'")
    assert two.take_turn(TWO, CHANNEL, ENDLESS) is None
    taken = one.take_turn(ONE, CHANNEL, ENDLESS)
    assert taken is not None
    assert taken.machine == TWO.machine
    one.end_turn(CHANNEL)
    assert one.take_turn(ONE, CHANNEL, ENDLESS) is not None


@pytest.mark.parametrize(
    ("count", "above"), [(10, 9_220_000_000_000_000_000), (10, 999_999_995), (10, -1), (-5, 10), (20_000, 0)]
)
def test_numbers_that_are_none(ledger: Database, one: PostgresServer, count: int, above: int) -> None:
    """They are refused, and the series goes on as before: a label has at most nine digits of one."""
    assert one.reserve(CHANNEL, "SN", ONE.bench, 10, 0) == range(1, 11)
    with closing(ledger.connect()) as other, pytest.raises(LedgerFailed):
        other.reserve(CHANNEL, "SN", ONE.bench, count, above)
    assert one.reserve(CHANNEL, "SN", ONE.bench, 10, 0) == range(11, 21)


# ---------------------------------------------------------------- a bench is its login's


ASKED: dict[str, Callable[[PostgresServer], object]] = {
    "push": lambda server: server.push([an_entry(9)]),
    "claim": lambda server: server.claim(ONE, CHANNEL, ["SPK1"], NOWHERE, 300),
    "renew": lambda server: server.renew(ONE.bench, 300),
    "let_go": lambda server: server.release(ONE.bench, CHANNEL, ["SPK1"]),
    "reserve": lambda server: server.reserve(CHANNEL, "SN", ONE.bench, 1, 0),
    "take_turn": lambda server: server.take_turn(ONE, CHANNEL, 300),
    "clear_turn": lambda server: server.clear_turn(ONE.bench, CHANNEL),
}


@pytest.mark.parametrize("name", ASKED)
def test_in_the_name_of_another(ledger: Database, one: PostgresServer, stranger: PostgresServer, name: str) -> None:
    """Nothing is added, held or let go in the name of a bench that another login works with; it is said."""
    one.push([an_entry(1)])
    with pytest.raises(LedgerFailed, match=r"ledger\.other_login") as caught:
        ASKED[name](stranger)
    assert page_of(one).entries == (an_entry(1),)
    statement = str(caught.value.hint.values["detail"])
    ledger.sql(statement, role="ledger_owner")
    with closing(connect(replace(ledger.bench, user=OTHER), ledger.password)) as again:
        ASKED[name](again)
    # The login of before has not lost it.
    one.push([an_entry(2)])


def test_its_own(one: PostgresServer, stranger: PostgresServer) -> None:
    """Two logins with a bench each are in nobody's way."""
    stranger.push([an_entry(1, TWO.bench)])
    one.push([an_entry(1)])
    stranger.renew(TWO.bench, 300)
    assert {entry.key.bench for entry in page_of(one).entries} == {ONE.bench, TWO.bench}


@pytest.mark.parametrize("bench", ["", "b" * 65, "a\nb", None])
def test_no_name_of_a_bench(ledger: Database, bench: str | None) -> None:
    """It is an error, not an entry of nobody."""
    with pytest.raises(RuntimeError, match="no name of a bench"):
        push(ledger, {"bench": bench})


# ---------------------------------------------------------------- locks


def test_nobody_waits_for_ever(ledger: Database) -> None:
    """Each function waits some seconds for a lock, and who holds one in a transaction and does nothing is ended."""
    without = ledger.sql(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'bindtool'::regnamespace AND prosecdef"
        " AND NOT 'lock_timeout=5s' = ANY (proconfig) AND proname NOT IN ('refuse', 'channel_of')"
    )
    assert without == ""
    held = "BEGIN; SELECT bindtool.renew('b', 1); SHOW idle_in_transaction_session_timeout"
    assert ledger.sql(held, role=BENCH).split() == ["5s"]
