"""Who may bind a device: of several benches exactly one, and none for longer than it lives."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bindtool.core.model.ledger_entry import Claimant
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, ONE, OTHER_CHANNEL, TWO, an_entry, at_once, page_of
from tests.postgres import Database

LONG = 600.0


def test_first_come(one: PostgresServer, two: PostgresServer) -> None:
    """A claimed device is nobody else's, and the others learn who has it; the rest of theirs they get."""
    assert one.claim(ONE, CHANNEL, ["a", "b"], NOWHERE, LONG) == ()
    (taken,) = two.claim(TWO, CHANNEL, ["b", "c"], NOWHERE, LONG)
    assert (taken.device_id, taken.machine, taken.operator) == ("b", ONE.machine, ONE.operator)
    assert (taken.bound_at, taken.label) == (None, "")
    assert abs(taken.since - datetime.now(UTC)) < timedelta(minutes=5)
    assert [each.device_id for each in one.claim(ONE, CHANNEL, ["a", "c"], NOWHERE, LONG)] == ["c"]


def test_another_channel_is_another_device(one: PostgresServer, two: PostgresServer) -> None:
    """Each channel has claims of its own."""
    one.claim(ONE, CHANNEL, ["a"], NOWHERE, LONG)
    assert two.claim(TWO, OTHER_CHANNEL, ["a"], NOWHERE, LONG) == ()
    assert two.claim(TWO, replace(CHANNEL, user_id=""), ["a"], NOWHERE, LONG) == ()


def test_a_dead_laptop_holds_nothing_for_ever(ledger: Database, one: PostgresServer, two: PostgresServer) -> None:
    """A claim runs out; whoever comes then has it, and the first one learns that it is gone."""
    one.claim(ONE, CHANNEL, ["a", "b"], NOWHERE, 0)
    assert two.claim(TWO, CHANNEL, ["a"], NOWHERE, LONG) == ()
    assert [each.device_id for each in one.claim(ONE, CHANNEL, ["a", "b"], NOWHERE, LONG)] == ["a"]
    ledger.sql("UPDATE bindtool.claim SET expires_at = now() - interval '2 hours'")
    one.claim(ONE, CHANNEL, ["c"], NOWHERE, LONG)
    assert ledger.sql("SELECT device_id FROM bindtool.claim") == "c"


def test_claims_go_on(one: PostgresServer, two: PostgresServer, ledger: Database) -> None:
    """Renewed, a claim lasts from now; one that has run out is not brought back."""
    one.claim(ONE, CHANNEL, ["a"], NOWHERE, 30)
    one.claim(ONE, CHANNEL, ["gone"], NOWHERE, 0)
    two.claim(TWO, CHANNEL, ["other"], NOWHERE, 30)
    one.renew(ONE.bench, LONG)
    lasting = "SELECT device_id FROM bindtool.claim WHERE expires_at > now() + interval '1 minute'"
    assert ledger.sql(lasting) == "a"
    assert two.claim(TWO, CHANNEL, ["gone"], NOWHERE, LONG) == ()


def test_claims_are_given_up(one: PostgresServer, two: PostgresServer) -> None:
    """One's own, on that channel; nobody gives up another's."""
    one.claim(ONE, CHANNEL, ["a", "b"], NOWHERE, LONG)
    one.claim(ONE, OTHER_CHANNEL, ["a"], NOWHERE, LONG)
    two.release(TWO.bench, CHANNEL, ["a", "b"])
    one.release(ONE.bench, CHANNEL, ["a", "x"])
    assert [each.device_id for each in two.claim(TWO, CHANNEL, ["a", "b"], NOWHERE, LONG)] == ["b"]
    assert [each.device_id for each in two.claim(TWO, OTHER_CHANNEL, ["a"], NOWHERE, LONG)] == ["a"]


def test_bound_and_told(one: PostgresServer, two: PostgresServer) -> None:
    """With the entry the claim goes; a bench that has not read that entry yet is told, one that has is not."""
    one.claim(ONE, CHANNEL, ["a", "b"], NOWHERE, LONG)
    one.push([an_entry(1, device_id="a")])
    assert [each.device_id for each in two.claim(TWO, CHANNEL, ["b"], NOWHERE, LONG)] == ["b"]
    entry = an_entry(1, device_id="a")
    (taken,) = two.claim(TWO, CHANNEL, ["a"], NOWHERE, LONG)
    assert (taken.device_id, taken.machine, taken.label) == ("a", entry.machine, entry.label)
    assert (taken.bound_at, taken.since) == (entry.bound_at, entry.bound_at)
    assert two.claim(TWO, CHANNEL, ["a"], page_of(two).cursor, LONG) == ()


def test_what_is_bound_elsewhere_is_not_claimed(one: PostgresServer, two: PostgresServer, ledger: Database) -> None:
    """A bench that learns that a device was bound has no claim on it; its own entries are no hindrance."""
    one.push([an_entry(1, device_id="a"), an_entry(2, device_id="b")])
    two.push([an_entry(1, TWO.bench, "b")])
    assert [each.device_id for each in two.claim(TWO, CHANNEL, ["a"], NOWHERE, LONG)] == ["a"]
    assert ledger.sql("SELECT count(*) FROM bindtool.claim") == "0"
    (taken,) = one.claim(ONE, CHANNEL, ["a", "b"], NOWHERE, LONG)
    assert taken.device_id == "b"


def test_pushed_again_lets_go(one: PostgresServer, ledger: Database) -> None:
    """An entry that the server had already lets go as well: the first push's answer may have been lost."""
    one.push([an_entry(1, device_id="a")])
    one.claim(ONE, CHANNEL, ["a"], page_of(one).cursor, LONG)
    one.push([an_entry(1, device_id="a")])
    assert ledger.sql("SELECT count(*) FROM bindtool.claim") == "0"


def test_the_newest_of_several(one: PostgresServer, two: PostgresServer) -> None:
    """A device that was bound twice elsewhere is told as it was bound last."""
    one.push([an_entry(1, device_id="a"), an_entry(2, device_id="a")])
    (taken,) = two.claim(TWO, CHANNEL, ["a"], NOWHERE, LONG)
    assert taken.label == "label 2"


def test_nothing_and_twice(one: PostgresServer) -> None:
    """No device is a question too, and a device that is named twice is one."""
    assert one.claim(ONE, CHANNEL, [], NOWHERE, LONG) == ()
    assert one.claim(ONE, CHANNEL, ["a", "a"], NOWHERE, LONG) == ()


@pytest.mark.parametrize("round_", range(3))
def test_no_two_benches_wait_for_one_another(ledger: Database, round_: int) -> None:
    """Benches claim overlapping sets in all orders, renew, let go and push at once: each device has one bench."""
    devices = [f"SN{number:03}" for number in range(60)]
    benches, rounds = 6, 8
    won: dict[str, list[str]] = {device: [] for device in devices}
    begin = threading.Barrier(benches)

    def work(number: int) -> None:
        who = Claimant(f"bench {number}", f"line-{number}", "")
        with closing(ledger.connect()) as server:
            begin.wait()
            for turn in range(rounds):
                wanted = devices[::-1] if (number + turn) % 2 else devices
                taken = {each.device_id for each in server.claim(who, CHANNEL, wanted, NOWHERE, LONG)}
                mine = [device for device in wanted if device not in taken]
                server.renew(who.bench, LONG)
                done, rest = mine[:2], mine[2:]
                for device in done:
                    won[device].append(who.bench)
                entries = [an_entry(devices.index(device) + 1, who.bench, device) for device in done]
                server.push(entries)
                server.release(who.bench, CHANNEL, rest)

    at_once(benches, work)
    assert "deadlock" not in ledger.cluster.log
    # a bench that has bound a device may claim it again: it knows of its own
    assert {device: set(benches) for device, benches in won.items() if len(set(benches)) > 1} == {}
    assert any(won.values())
