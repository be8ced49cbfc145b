"""Many benches, one ledger: a real PostgreSQL behind the window, and another bench that is in step with it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.model.channel import Behaviour
from bindtool.core.shared_ledger.folder.sync import FolderSync
from bindtool.core.sheet_view.columns import Column
from tests.core.shared_ledger import bench as bench_of_tests
from tests.core.store.samples import bound_before
from tests.gui.loop import finish
from tests.postgres import Cluster, Database
from tests.practice.faults import ScriptedAnswer
from tests.stories.conftest import TOKEN, Bench
from tests.stories.other_bench import MACHINE, OPERATOR, OtherBench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician


@pytest.fixture
def profile(profile: Profile, ledger: Database) -> Profile:
    """Give a profile that names the ledger."""
    return replace(profile, ledger=str(ledger.bench))


@pytest.fixture
def shared(bench: Bench, profile: Profile, ledger: Database, open_window: Open) -> Iterator[Technician]:
    """Give a technician whose laptop has the profile, the token and the ledger's password."""
    bench.password_store.store_password(ledger.bench.secret_name, ledger.password)
    with open_window(profile) as technician:
        yield technician
    bench.password_store.forget_password(ledger.bench.secret_name)


@pytest.fixture
def other(tmp_path: Path, ledger: Database, profile: Profile) -> Iterator[OtherBench]:
    """Give another bench."""
    with OtherBench(tmp_path / "other", ledger.connect, profile.channel) as other:
        yield other


def in_step(technician: Technician) -> None:
    """Wait until the quiet line says so."""
    technician.sees("shared ledger: in sync")


def test_a_device_that_another_bench_has_bound(shared: Technician, other: OtherBench) -> None:
    """It goes in held, with the day, the bench, the person and the label; ticked, it is bound again."""
    in_step(shared)
    other.binds("SPK1")
    shared.until(other.in_step)
    shared.scan("SPK2", "SPK1")
    shared.sees_states("ready", "held")
    message = shared.cell(2, Column.MESSAGE)
    assert f"at {MACHINE}, {OPERATOR} as “label SPK1”" in message
    shared.do_with_row(2, "Include held rows")
    shared.sees_states("ready", "ready")
    shared.bind()
    shared.sees_states("bound", "bound")
    shared.until(lambda: other.knows("SPK2"))


def test_another_bench_is_quicker_with_a_row_that_waits_here(shared: Technician, other: OtherBench) -> None:
    """The row is held as soon as that is known, which takes no scan and no press."""
    in_step(shared)
    shared.scan("SPK1", "SPK2")
    other.binds("SPK1")
    shared.sees_states("held", "ready")
    assert MACHINE in shared.cell(1, Column.MESSAGE)


def test_another_bench_is_quicker_with_a_row_of_a_run(
    shared: Technician, other: OtherBench, server: PracticeServer
) -> None:
    """Its run waits, and the device is bound elsewhere; stopped, the run leaves a row that does not go unseen."""
    in_step(shared)
    shared.scan("SPK1")
    server.script([ScriptedAnswer(4013, status=429, headers={"Retry-After": "60"})])
    shared.start_binding()
    shared.sees("The server asked us to wait:")
    shared.scan("SPK2")
    other.binds("SPK1", "SPK2")
    shared.sees_states("waiting", "held")
    shared.press("Stop")
    shared.sees_states("held", "held")
    assert MACHINE in shared.cell(1, Column.MESSAGE)


def test_two_benches_have_one_device(
    shared: Technician, other: OtherBench, profile: Profile, server: PracticeServer, qtbot: QtBot
) -> None:
    """One binds it, the other's row is held and says who has it; whatever else there is goes."""
    in_step(shared)
    shared.scan("SPK1", "SPK2")
    finish(qtbot, other.ledger.claim(OPERATOR, profile.channel, ["SPK1"]))
    shared.bind()
    shared.sees_states("held", "bound")
    assert f"{MACHINE}, {OPERATOR} has been binding it since" in shared.cell(1, Column.MESSAGE)
    shared.sees_notice("1 device was held: another bench has it.")
    assert list(server.bound) == ["SPK2"]
    # Given up there, it can be bound here.
    finish(qtbot, other.ledger.release(profile.channel, ["SPK1"]))
    shared.do_with_row(1, "Include held rows")
    shared.sees_states("ready", "bound")
    shared.bind()
    shared.sees_states("bound", "bound")


def test_the_check_of_the_channel_claims_its_device(
    shared: Technician, other: OtherBench, profile: Profile, server: PracticeServer, qtbot: QtBot
) -> None:
    """Another bench was binding the device, and the check sent it all the same."""
    in_step(shared)
    shared.scan("SPK1")
    finish(qtbot, other.ledger.claim(OPERATOR, profile.channel, ["SPK1"]))
    shared.do("Check the channel…")
    shared.press("No")
    shared.press("Send this one device")
    shared.sees("This device can't be sent now")
    assert [request for request in server.requests if request.method == "POST"] == []
    shared.press("Continue later")
    shared.sees_states("held")
    shared.sees_notice("1 device was held: another bench has it.")


def test_the_token_never_goes_there(shared: Technician, other: OtherBench, ledger: Database) -> None:
    """A dump of the database has the device and not the token, nor the password, nor anything of the account."""
    in_step(shared)
    shared.scan("SPK1")
    shared.bind()
    shared.until(lambda: other.knows("SPK1"))
    dump = ledger.cluster.dump(ledger.name)
    assert "SPK1" in dump
    assert TOKEN.reveal() not in dump
    assert TOKEN.reveal() not in ledger.cluster.log
    assert ledger.password.reveal() not in dump


def test_running_numbers_of_two_benches(
    other: OtherBench, profile: Profile, ledger: Database, bench: Bench, open_window: Open, qtbot: QtBot
) -> None:
    """Each has its own, so that no two devices have one label."""
    taken = finish(qtbot, other.ledger.reserve(profile.channel, "音箱-", 0))
    bench.password_store.store_password(ledger.bench.secret_name, ledger.password)
    with open_window(replace(profile, label_template="音箱-{n:4}")) as technician:
        technician.scan("SPK1", "SPK2")
        labels = [f"音箱-{taken.stop + at:04}" for at in range(2)]
        technician.until(lambda: [technician.cell(row, Column.LABEL) for row in (1, 2)] == labels)
        technician.sees_states("ready", "ready")
    bench.password_store.forget_password(ledger.bench.secret_name)


@pytest.mark.replacing
def test_a_channel_that_replaces_its_list(
    bench: Bench, profile: Profile, ledger: Database, open_window: Open, server: PracticeServer, tmp_path: Path,
    qtbot: QtBot,
) -> None:  # fmt: skip
    """What all benches have bound goes along, and one sends at a time; no laptop has to be marked as the sender."""
    profile = replace(profile, behaviour=Behaviour.REPLACES)
    bench.password_store.store_password(ledger.bench.secret_name, ledger.password)
    bench.has_profile(profile)
    bench.has_token()
    with (
        OtherBench(tmp_path / "third", ledger.connect, profile.channel) as other,
        open_window() as technician,
    ):
        in_step(technician)
        other.binds("SPK9")
        technician.until(other.in_step)
        technician.scan("SPK1")
        has, holding = asyncio.Event(), asyncio.Event()
        held = asyncio.get_running_loop().create_task(_hold_turn(other, profile, has, holding))
        technician.until(has.is_set)
        # It waits for its turn, and goes on by itself.
        technician.start_binding()
        technician.sees_step_button("Stop")
        assert server.requests == ()
        holding.set()
        finish(qtbot, _done(held))
        technician.sees_the_end()
        technician.sees_states("bound")
        assert sorted(server.bound) == ["SPK1", "SPK9"]
        technician.until(lambda: other.knows("SPK1"))
    bench.password_store.forget_password(ledger.bench.secret_name)


@pytest.mark.replacing
def test_a_row_that_another_bench_binds_while_the_turn_is_waited_for(
    bench: Bench, profile: Profile, ledger: Database, open_window: Open, server: PracticeServer, tmp_path: Path,
    qtbot: QtBot,
) -> None:  # fmt: skip
    """It went as this bench's own, with this bench's label. It is held, and the list is asked about anew."""
    profile = replace(profile, behaviour=Behaviour.REPLACES)
    bench.password_store.store_password(ledger.bench.secret_name, ledger.password)
    bench.has_profile(profile)
    bench.has_token()
    with OtherBench(tmp_path / "third", ledger.connect, profile.channel) as other, open_window() as me:
        in_step(me)
        me.scan("SPK1", "SPK2")
        has, holding = asyncio.Event(), asyncio.Event()
        held = asyncio.get_running_loop().create_task(_hold_turn(other, profile, has, holding))
        me.until(has.is_set)
        me.start_binding()
        me.sees_step_button("Stop")
        other.binds("SPK1")
        me.sees_states("held", "ready")
        holding.set()
        finish(qtbot, _done(held))
        me.sees_the_end()
        assert server.requests == ()
        me.press("Bind now")
        me.sees_the_end()
        me.sees_states("held", "bound")
        assert server.bound["SPK1"].label == "label SPK1"
    bench.password_store.forget(ledger.bench.secret_name)


async def _hold_turn(other: OtherBench, profile: Profile, has: asyncio.Event, until: asyncio.Event) -> None:
    async with other.ledger.turn(OPERATOR, profile.channel):
        has.set()
        await until.wait()


async def _done(task: asyncio.Task[None]) -> None:
    await task


@pytest.mark.replacing
def test_no_turn_without_the_server(
    bench: Bench, profile: Profile, ledger: Database, open_window: Open, server: PracticeServer
) -> None:
    """Nothing is sent: the list would erase what the others have bound. Why, and what to do, is said."""
    nowhere = replace(ledger.bench, port=9)
    bench.password_store.store_password(nowhere.secret_name, ledger.password)
    with open_window(replace(profile, behaviour=Behaviour.REPLACES, ledger=str(nowhere))) as technician:
        technician.scan("SPK1")
        technician.bind()
        technician.sees_notice("The shared ledger on this computer can't be reached")
        technician.sees_states("ready")
        assert server.requests == ()
    bench.password_store.forget_password(nowhere.secret_name)


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """Give a PostgreSQL that a test may stop."""
    with Cluster(durable=False) as cluster:
        yield cluster


def test_cut_off(
    bench: Bench, profile: Profile, own_cluster: Cluster, open_window: Open, tmp_path: Path
) -> None:  # fmt: skip
    """Scanning and binding go on, and it is said what that means; what was bound is told as soon as it can be."""
    ledger = own_cluster.database().make()
    profile = replace(profile, ledger=str(ledger.bench))
    bench.password_store.store_password(ledger.bench.secret_name, ledger.password)
    bench.has_profile(profile)
    bench.has_token()
    with OtherBench(tmp_path / "third", ledger.connect, profile.channel) as other, open_window() as technician:
        in_step(technician)
        own_cluster.stop("immediate")
        technician.scan("SPK1")
        technician.bind()
        technician.sees_states("bound")
        technician.sees(", 1 to send")
        technician.sees_notice("this run continues, but another bench could be binding the same devices")
        own_cluster.start()
        technician.until(lambda: other.knows("SPK1"), "be in sync again")
        in_step(technician)
    bench.password_store.forget_password(ledger.bench.secret_name)


def test_a_password_that_is_missing(profile: Profile, ledger: Database, open_window: Open) -> None:
    """The banner says whom to ask; scanning and binding go on."""
    with open_window(profile) as technician:
        technician.sees_notice("The password of the shared ledger is not stored on this computer")
        technician.scan("SPK1")
        technician.bind()
        technician.sees_states("bound")


def test_a_folder_that_laptops_share(bench: Bench, profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """Without a server: what one binds the other knows, and the row is held here too."""
    folder = tmp_path / "share"
    folder.mkdir()
    bench.has_profile(replace(profile, ledger="", shared_folder=str(folder)))
    bench.has_token()
    with (
        bench_of_tests.Bench(tmp_path / "third", MACHINE, (profile.channel,)) as other,
        open_window() as technician,
    ):
        in_step(technician)
        exchange = FolderSync(folder, other.store.benches, other.channels, MACHINE, lambda _: None)
        other.bind("SPK1", channel=profile.channel, operator=OPERATOR)
        exchange.run()
        technician.scan("SPK2", "SPK1")
        technician.sees_states("ready", "held")
        technician.bind()
        technician.sees_states("bound", "held")
        technician.until(lambda: _takes_in(exchange, other, "SPK2"), "be known there")


def _takes_in(exchange: FolderSync, other: bench_of_tests.Bench, device_id: str) -> bool:
    exchange.run()
    return bound_before(other.store, other.channels[0], device_id) is not None
