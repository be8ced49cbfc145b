"""Benches of one channel that reach its site by other addresses: on a server, all of them are that channel's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bindtool.core.shared_ledger.postgres.client import PostgresServer, entries_json
from bindtool.core.shared_ledger.postgres.sync import ServerSync
from tests.core.shared_ledger.bench import Bench
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, ONE, TWO, an_entry
from tests.core.store.samples import bound_before
from tests.postgres import BENCH, Database

FIXED_IP = "https://static-api.coze.cn"
BY_FIXED_IP = json.dumps([FIXED_IP, *CHANNEL.names[1:]])
WHO = json.dumps([ONE.bench, ONE.machine, ONE.operator])
ELSEWHERE = replace(CHANNEL, connector_id="2048")


def old_bench(ledger: Database, call: str) -> str:
    """Have an older bench call a function; it takes the address for the site."""
    return ledger.sql(f"SELECT bindtool.{call}", role=BENCH)


def old_push(ledger: Database, number: int, site: str = FIXED_IP) -> None:
    """Have one tell an entry."""
    (cells,) = json.loads(entries_json([an_entry(number)]))
    given = json.dumps([{**cells, "channel": [site, *CHANNEL.names[1:]]}]).replace("'", "''")
    old_bench(ledger, f"push('{given}')")


@pytest.mark.parametrize("site", [FIXED_IP, "https://coze.example.com"])
def test_what_was_told_under_an_address(
    ledger: Database, a: Bench, of: Callable[[Bench], ServerSync], site: str
) -> None:
    """A bench takes it in as its channel's, and the record stays as it was."""
    channel = replace(CHANNEL, address=site)
    a.channels = (channel,)
    old_push(ledger, 1, site)
    old_push(ledger, 2, "https://other.example.com")
    of(a).run()
    assert bound_before(a.store, channel, "SN000001") is not None
    assert [entry.device_id for entry in a.news] == ["SN000001"]
    assert ledger.sql("SELECT site FROM bindtool.channel ORDER BY channel_id LIMIT 1") == site


def test_a_bench_that_has_read_before(ledger: Database, a: Bench, of: Callable[[Bench], ServerSync]) -> None:
    """What it passed over then, under an address that it did not know, comes in all the same."""
    old_push(ledger, 1, "https://coze.example.com")
    of(a).run()
    assert a.news == []
    a.channels = (replace(CHANNEL, address="https://coze.example.com"),)
    of(a).run()
    assert [entry.device_id for entry in a.news] == ["SN000001"]


def test_claims(one: PostgresServer, ledger: Database) -> None:
    """A device that an older bench has claimed or bound by the address is taken, and the other way round."""
    old_bench(ledger, f"claim('{WHO}', '{BY_FIXED_IP}', '[\"A1\", \"SN000001\"]', 0, 60)")
    assert [each.device_id for each in one.claim(TWO, CHANNEL, ["A1", "A2"], NOWHERE, 60)] == ["A1"]
    assert '"A2"' in old_bench(ledger, f"claim('{WHO}', '{BY_FIXED_IP}', '[\"A2\"]', 0, 60)")
    assert one.claim(TWO, ELSEWHERE, ["A1"], NOWHERE, 60) == ()
    # What is bound is claimed no longer, and is taken for that.
    old_push(ledger, 1)
    assert ledger.sql("SELECT count(*) FROM bindtool.claim WHERE device_id = 'SN000001'") == "0"
    (taken,) = one.claim(TWO, CHANNEL, ["SN000001"], NOWHERE, 60)
    assert taken.bound_at is not None
    old_bench(ledger, f"let_go('{ONE.bench}', '{BY_FIXED_IP}', '[\"A1\"]')")
    assert one.claim(TWO, CHANNEL, ["A1"], NOWHERE, 60) == ()


def test_what_is_known_under_an_address_of_a_profile(one: PostgresServer, ledger: Database) -> None:
    """What older benches have bound or claimed under it is taken, and their numbers are not given again."""
    site = "https://coze.example.com"
    by_gateway = json.dumps([site, *CHANNEL.names[1:]])
    old_push(ledger, 1, site)
    old_bench(ledger, f"claim('{WHO}', '{by_gateway}', '[\"A1\"]', 0, 60)")
    old_bench(ledger, f"reserve('{by_gateway}', 'SN', '{ONE.bench}', 100, 0)")
    channel = replace(CHANNEL, address=site)
    taken = one.claim(TWO, channel, ["SN000001", "A1", "A2"], NOWHERE, 60)
    assert {each.device_id for each in taken} == {"SN000001", "A1"}
    assert one.reserve(channel, "SN", TWO.bench, 10, 0) == range(101, 111)
    one.release(TWO.bench, channel, ["A2"])
    assert one.claim(ONE, CHANNEL, ["A2"], NOWHERE, 60) == ()


def test_numbers(one: PostgresServer, ledger: Database) -> None:
    """None is given twice."""
    reserve = f"reserve('{BY_FIXED_IP}', 'SN', '{ONE.bench}', 100, 0)"
    assert old_bench(ledger, reserve) == "1"
    assert one.reserve(CHANNEL, "SN", TWO.bench, 100, 0) == range(101, 201)
    assert old_bench(ledger, reserve) == "201"


def test_the_turn(one: PostgresServer, two: PostgresServer, ledger: Database) -> None:
    """One bench at a time has it, by whichever address."""
    assert one.take_turn(TWO, CHANNEL, 60) is None
    assert TWO.machine in old_bench(ledger, f"take_turn('{WHO}', '{BY_FIXED_IP}', 60)")
    one.end_turn(CHANNEL)
    assert two.take_turn(ONE, CHANNEL, 60) is None
