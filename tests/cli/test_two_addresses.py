"""`bindtool bind` on one channel over two addresses, each a server: what went by one counts at the other.

The server of the site stands for the vendor's own host, the second one for the address that IT has put into the
machine's profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.postgres import Database
from tests.practice.client import lists_sent
from tests.stories.other_bench import OtherBench


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Iterator[PracticeServer]:
    """Return another server, by which the site is reached."""
    replaces = request.node.get_closest_marker("replacing") is not None
    with PracticeServer(latency=0, rate=0, replaces=replaces) as server:
        yield server


@pytest.fixture
def profile(bare_desk: Desk, server: PracticeServer) -> Profile:
    """Return a profile of the site; its token is stored."""
    bare_desk.password_store.store("line", AccessToken(channel.TOKEN), server.site)
    return Profile("line", channel.CONNECTOR_ID, site=server.site, behaviour=Behaviour.ADDS)


def has(desk: Desk, profile: Profile) -> None:
    """Put the profile into the machine's folder."""
    folder = desk.folder / "machine"
    folder.mkdir(exist_ok=True)
    (folder / "line.toml").write_text(to_toml(profile), encoding="utf-8")


def test_a_channel_that_adds(
    bare_desk: Desk, profile: Profile, server: PracticeServer, address: PracticeServer
) -> None:
    """What was bound by one address was bound before at the other, and running numbers go on."""
    numbered = replace(profile, label_template="Box {n:3}")
    has(bare_desk, numbered)
    assert bare_desk.bind(bare_desk.file("A1", "A2")).status == 0
    has(bare_desk, replace(numbered, address=address.site))
    done = bare_desk.bind(bare_desk.file("B1"))
    assert (done.status, done.states) == (0, {"B1": "bound"})
    assert (lists_sent(server), lists_sent(address)) == ([["A1", "A2"]], [["B1"]])
    assert address.bound["B1"].label == "Box 003"
    with Store(DataFolder.of(bare_desk.environ).database, bare_desk.clock) as store:
        assert set(store.bindings.bound_before(profile.channel, ["A1", "A2", "B1"])) == {"A1", "A2", "B1"}


@pytest.mark.replacing
@pytest.mark.parametrize("before", ["the site", "the address in its place"])
def test_a_channel_that_replaces(
    bare_desk: Desk, profile: Profile, server: PracticeServer, address: PracticeServer, before: str
) -> None:
    """Its list goes along whole: by the address too, and where a bindtool of before took that for the site."""
    whole = replace(profile, behaviour=Behaviour.REPLACES, sender=True)
    if before == "the site":
        has(bare_desk, whole)
    else:
        has(bare_desk, replace(whole, site=address.site))
        bare_desk.password_store.store("line", AccessToken(channel.TOKEN), address.site)
    assert bare_desk.bind(bare_desk.file("A1", "A2")).status == 0
    has(bare_desk, replace(whole, address=address.site))
    assert bare_desk.bind(bare_desk.file("B1")).status == 0
    assert lists_sent(address)[-1] == ["A1", "A2", "B1"]


def test_a_dry_run_names_the_address(bare_desk: Desk, profile: Profile, address: PracticeServer) -> None:
    """The requests are shown as they would leave."""
    has(bare_desk, replace(profile, address=address.site))
    done = bare_desk.bind(bare_desk.file("A1"), "--dry-run")
    assert f"curl -X POST {address.site}/v1/connectors/" in done.out


# ---------------------------------------------------------------- where benches share a ledger


@pytest.fixture
def other(tmp_path: Path, ledger: Database, profile: Profile, address: PracticeServer) -> Iterator[OtherBench]:
    """Return a bench that takes the address for the site, as bindtool has done before."""
    by_address = Channel(address.site, *profile.channel.names[1:])
    with OtherBench(tmp_path / "other", ledger.connect, by_address) as other:
        yield other


@pytest.fixture
def shared(bare_desk: Desk, profile: Profile, ledger: Database, address: PracticeServer) -> Profile:
    """Return the profile with the address and a ledger on a server."""
    bare_desk.password_store.store_password(ledger.bench.secret_name, ledger.password)
    return replace(profile, address=address.site, ledger=str(ledger.bench))


def test_a_channel_that_adds_and_is_shared(
    bare_desk: Desk, shared: Profile, other: OtherBench, address: PracticeServer, server: PracticeServer
) -> None:
    """A device that another bench has bound by another address is held, and what is bound here is told."""
    has(bare_desk, shared)
    other.binds("A1")
    other.has_told()
    done = bare_desk.bind(bare_desk.file("A1", "A2"))
    assert (done.status, done.states) == (1, {"A1": "incomplete", "A2": "bound"})
    assert (list(address.bound), list(server.bound)) == (["A2"], [])
    with Store(DataFolder.of(bare_desk.environ).database, bare_desk.clock) as store:
        assert store.benches.count([shared.channel]) == 0


@pytest.mark.replacing
def test_a_channel_that_replaces_and_is_shared(
    bare_desk: Desk, shared: Profile, other: OtherBench, address: PracticeServer
) -> None:
    """What another bench has bound by another address goes along, once it was agreed to."""
    has(bare_desk, replace(shared, behaviour=Behaviour.REPLACES))
    other.binds("A1")
    other.has_told()
    assert bare_desk.bind(bare_desk.file("B1")).status == 2
    assert bare_desk.bind(bare_desk.file("B1"), "--others", "1").status == 0
    assert lists_sent(address) == [["A1", "B1"]]
