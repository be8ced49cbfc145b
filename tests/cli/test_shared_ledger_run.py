"""`bindtool bind` where benches share a ledger: a real PostgreSQL, the practice server, and another bench."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.cli.console import Console
from bindtool.cli.process_environment import ProcessEnvironment
from bindtool.cli.shared_ledger_run import opened_ledger
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.secret import Password
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.shared_ledger.ledger import SharedLedger
from bindtool.core.store import Store
from bindtool.i18n.catalogue import Texts
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk, Done
from tests.core.shared_ledger.bench import Bench
from tests.core.shared_ledger.folder_desk import Bench as FolderBench
from tests.core.shared_ledger.folder_desk import bind
from tests.core.shared_ledger.proxy import Proxy
from tests.core.store.samples import bound_before
from tests.patience import until
from tests.postgres import Database
from tests.practice.client import labels_sent
from tests.stories.other_bench import MACHINE, OPERATOR, OtherBench


def change(desk: Desk, **values: object) -> Profile:
    """Have other values in the profile `line`, as IT would in its file; return it."""
    book = ProfileRepository(desk.folder / "data" / "profiles", desk.folder / "machine")
    profile = replace(book.get("line"), **values)  # type: ignore[arg-type]  # the tests' own
    book.replace(profile)
    return profile


@pytest.fixture
def profile(bare_desk: Desk, server: PracticeServer, ledger: Database) -> Profile:
    """Return the profile of the laptop, which shares the ledger and has its password."""
    bare_desk.set_up(server.site)
    bare_desk.password_store.store_password(ledger.bench.secret_name, ledger.password)
    return change(bare_desk, ledger=str(ledger.bench), behaviour=Behaviour.ADDS)


@pytest.fixture
def other(tmp_path: Path, ledger: Database, profile: Profile) -> Iterator[OtherBench]:
    """Return another bench."""
    with OtherBench(tmp_path / "other", ledger.connect, profile.channel) as other:
        yield other


def test_what_is_bound_is_told(bare_desk: Desk, other: OtherBench, profile: Profile) -> None:
    """Before the command has ended, where the server can be reached."""
    done = bare_desk.bind(bare_desk.file("A1", "A2"))
    assert done.status == 0
    assert "other benches" not in done.err.lower()
    with Store(DataFolder.of(bare_desk.environ).database, bare_desk.clock) as store:
        assert store.benches.count([profile.channel]) == 0
    other.binds("B1", "B2", "B3")
    other.has_told()
    looked = bare_desk.run("ledger", "check")
    assert looked.status == 0
    words = {cells[0]: cells[2] for cells in looked.cells}
    assert words["lag"] == "5 entries there; 0 of this bench are not there yet, 3 of others are not here yet"


def test_what_was_refused_is_told(bare_desk: Desk, ledger: Database, profile: Profile) -> None:
    """Before the command has ended too, for people who watch all benches; nothing of a run in practice."""
    file = bare_desk.file("A1", "A20000", "A30000")
    assert bare_desk.run("bind", str(file), "--practice").status == 1
    assert ledger.sql("SELECT count(*) FROM bindtool.bench_login") == "0"
    assert bare_desk.bind(file).status == 1
    assert ledger.sql("SELECT bound_today, refused_today, behind FROM bindtool.benches") == "1|2|0"


def test_what_another_bench_has_is_held(
    bare_desk: Desk, other: OtherBench, profile: Profile, server: PracticeServer
) -> None:
    """What it has bound, and what it binds just now; the others go, and the status says so."""
    other.binds("A1")
    other.has_told()
    asyncio.run(_claim(other, profile, "A2"))
    done = bare_desk.bind(bare_desk.file("A1", "A2", "A3"))
    assert done.status == 1
    assert done.states == {"A1": "incomplete", "A2": "incomplete", "A3": "bound"}
    words = {cells[1]: cells[3] for cells in done.cells}
    assert f"at {MACHINE}, {OPERATOR} as “label A1”" in words["A1"]
    assert f"{MACHINE}, {OPERATOR} has been binding it" in words["A2"]
    assert "2 devices were held: another bench has them" in done.err
    assert list(server.bound) == ["A3"]
    # What was bound there stays held here, from the local copy too.
    assert bare_desk.bind(bare_desk.file("A1")).states == {"A1": "incomplete"}


async def _claim(other: OtherBench, profile: Profile, device_id: str) -> None:
    assert (await other.ledger.claim(OPERATOR, profile.channel, [device_id])).taken == ()


def no_server(desk: Desk, _: Database) -> None:
    """There is none at the profile's address."""
    change(desk, ledger="postgresql://bench@127.0.0.1:9/nothing")
    desk.environ["BINDTOOL_LEDGER_PASSWORD"] = "of nobody"


def no_password(desk: Desk, ledger: Database) -> None:
    """The laptop has no password store, as a server has none."""
    desk.password_store.forget_password(ledger.bench.secret_name)


def another_password(desk: Desk, _: Database) -> None:
    """The environment has one that the server refuses."""
    desk.environ["BINDTOOL_LEDGER_PASSWORD"] = "of yesterday"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (no_server, "The shared ledger on 127.0.0.1 can't be reached"),
        (no_password, "The password of the shared ledger is not stored on this computer"),
        (another_password, "refuses the login"),
    ],
)
@pytest.mark.parametrize("template", ["{id}", "S-{n:2}"])
def test_a_ledger_that_can_not_be_had(
    bare_desk: Desk,
    profile: Profile,
    ledger: Database,
    server: PracticeServer,
    spoil: Callable[[Desk, Database], None],
    why: str,
    template: str,
) -> None:
    """Nothing leaves: two benches bound the same devices so, both with status 0. Why is said, and what helps."""
    change(bare_desk, label_template=template)
    spoil(bare_desk, ledger)
    report = bare_desk.folder / "report.csv"
    done = bare_desk.bind(bare_desk.file("A1", "A2"), "--report", str(report))
    assert (done.status, done.out) == (3, "")
    assert why in done.err
    assert "`--without-ledger`" in done.err
    assert "BINDTOOL_LEDGER_PASSWORD" in done.err
    assert "go on" not in done.err.replace("go on with", "")
    assert (server.requests, report.exists()) == ((), False)


def test_the_password_of_a_script(
    bare_desk: Desk, other: OtherBench, profile: Profile, ledger: Database, server: PracticeServer
) -> None:
    """It goes before what is stored, is taken out of the environment, and is kept nowhere."""
    other.binds("A1")
    other.has_told()
    bare_desk.password_store.store_password(ledger.bench.secret_name, Password("of yesterday"))
    bare_desk.environ["BINDTOOL_LEDGER_PASSWORD"] = f"{ledger.cluster.password}\r\n"
    done = bare_desk.bind(bare_desk.file("A1", "A2"))
    assert (done.status, done.states) == (1, {"A1": "incomplete", "A2": "bound"})
    assert "BINDTOOL_LEDGER_PASSWORD" not in bare_desk.environ
    assert bare_desk.password_store.read_password(ledger.bench.secret_name).reveal() == "of yesterday"
    assert ledger.cluster.password not in done.out + done.err
    files = [path for path in bare_desk.folder.rglob("*") if path.is_file()]
    assert [path for path in files if ledger.cluster.password.encode() in path.read_bytes()] == []


def test_a_text_that_is_no_password(bare_desk: Desk, profile: Profile, server: PracticeServer) -> None:
    """Usage, whatever was said of the ledger: it was meant to be one."""
    for option in ((), ("--without-ledger",)):
        bare_desk.environ["BINDTOOL_LEDGER_PASSWORD"] = "two\nlines"
        done = bare_desk.bind(bare_desk.file("A1"), *option)
        assert (done.status, "two" in done.err) == (2, False)
    assert server.requests == ()


def test_cut_off(bare_desk: Desk, profile: Profile, server: PracticeServer) -> None:
    """`--without-ledger` binds all the same, and says what that means and that the others don't know yet."""
    change(bare_desk, ledger="postgresql://bench@127.0.0.1:9/nothing")
    done = bare_desk.bind(bare_desk.file("A1", "A2"), "--without-ledger")
    assert done.status == 0
    assert "another bench could be binding the same devices" in done.err
    assert "The other benches don't know 2 devices yet" in done.err
    assert list(server.bound) == ["A1", "A2"]


def with_ledger(
    desk: Desk, profile: Profile, store: Store, work: Callable[[SharedLedger], Awaitable[None]]
) -> Done:
    """Have the ledger of a profile open for `work`, as a command does."""

    async def do(process: ProcessEnvironment) -> int:
        console = Console(Texts("en"), process.stdout, process.stderr, process.clock)
        async with opened_ledger(profile, store, process, console, demanded=False) as ledger:
            assert ledger is not None
            await work(ledger)
        return 0

    return desk.apart(lambda process: asyncio.run(do(process)))


def test_a_network_that_comes_back_before_the_end(
    bare_desk: Desk, profile: Profile, ledger: Database, tmp_path: Path
) -> None:
    """What failed while it was away says nothing of now: the others are told before the command has ended."""
    with (
        Proxy(ledger.cluster.port) as between,
        Bench(tmp_path / "bench", channels=(profile.channel,)) as bench,
    ):
        near = replace(ledger.bench, port=between.port)
        bare_desk.password_store.store_password(near.secret_name, ledger.password)
        between.cut()

        async def bind_while_it_is_away(shared: SharedLedger) -> None:
            await asyncio.to_thread(until, lambda: shared.status.problem is not None)
            bench.bind("A1", channel=profile.channel)
            between.heal()

        done = with_ledger(bare_desk, replace(profile, ledger=str(near)), bench.store, bind_while_it_is_away)
        assert done.err == ""
        assert bench.waiting == 0
    assert ledger.sql("SELECT device_id FROM bindtool.entry") == "A1"


def test_running_numbers(bare_desk: Desk, other: OtherBench, profile: Profile, server: PracticeServer) -> None:
    """Of a block of its own, which others go behind; a dry run takes none."""
    change(bare_desk, label_template="S-{n:2}")
    first = asyncio.run(other.ledger.reserve(profile.channel, "S-", 0))
    dry = bare_desk.bind(bare_desk.file("A1"), "--dry-run")
    assert dry.status == 1
    assert "no running number is left" in dry.err + dry.out
    assert bare_desk.bind(bare_desk.file("A1", "A2")).status == 0
    assert labels_sent(server) == {"A1": f"S-{first.stop}", "A2": f"S-{first.stop + 1}"}
    assert bare_desk.bind(bare_desk.file("A3"), "--dry-run").status == 0
    assert bare_desk.bind(bare_desk.file("A3")).status == 0
    assert labels_sent(server)["A3"] == f"S-{first.stop + 2}"


def test_no_numbers(bare_desk: Desk, profile: Profile, server: PracticeServer) -> None:
    """Without a server and with none left: nothing goes without its label."""
    change(bare_desk, label_template="S-{n:2}", ledger="postgresql://bench@127.0.0.1:9/nothing")
    done = bare_desk.bind(bare_desk.file("A1"), "--without-ledger")
    assert (done.status, done.states) == (1, {"A1": "incomplete"})
    assert "no running number is left" in done.out
    assert server.bound == {}


def test_numbers_that_are_reserved(bare_desk: Desk, profile: Profile, server: PracticeServer) -> None:
    """They are this laptop's own, and are given out without a server too."""
    change(bare_desk, label_template="S-{n:2}")
    assert bare_desk.bind(bare_desk.file("A1")).status == 0
    no_server = change(bare_desk, ledger="postgresql://bench@127.0.0.1:9/nothing")
    assert bare_desk.bind(bare_desk.file("A2")).status == 3
    assert bare_desk.bind(bare_desk.file("A3"), "--without-ledger").status == 0
    assert no_server.channel == profile.channel
    assert labels_sent(server) == {"A1": "S-01", "A3": "S-02"}


def test_a_channel_that_replaces_its_list(bare_desk: Desk, ledger: Database, tmp_path: Path) -> None:
    """All that the benches have bound goes along, nobody is the sender, and who has to wait for its turn does."""
    with PracticeServer(latency=0, rate=0, replaces=True) as replacing:
        bare_desk.set_up(replacing.site)
        bare_desk.password_store.store_password(ledger.bench.secret_name, ledger.password)
        profile = change(bare_desk, ledger=str(ledger.bench), behaviour=Behaviour.REPLACES)
        with OtherBench(tmp_path / "third", ledger.connect, profile.channel) as other:
            other.binds("B1")
            other.has_told()
            done = asyncio.run(_bind_after_its_turn(other, profile, bare_desk))
            assert done.status == 2
            assert f"{MACHINE} (1)" in done.err
            assert replacing.requests == ()
            assert bare_desk.bind(bare_desk.file("A1"), "--others", "1").status == 0
        assert sorted(replacing.bound) == ["A1", "B1"]


async def _bind_after_its_turn(other: OtherBench, profile: Profile, desk: Desk) -> Done:
    """Begin while another bench has the turn."""
    async with other.ledger.turn(OPERATOR, profile.channel):
        binding = asyncio.create_task(asyncio.to_thread(desk.bind, desk.file("A1")))
    return await binding


def test_no_turn_without_the_server(bare_desk: Desk) -> None:
    """Nothing is sent, whatever was said of the ledger, and the status says that it was stopped."""
    with PracticeServer(latency=0, rate=0, replaces=True) as replacing:
        bare_desk.set_up(replacing.site)
        nowhere = LedgerAddress("127.0.0.1", 9, "ledger", "bench")
        bare_desk.password_store.store_password(nowhere.secret_name, Password("x"))
        change(bare_desk, ledger=str(nowhere), behaviour=Behaviour.REPLACES)
        done = bare_desk.bind(bare_desk.file("A1"), "--without-ledger")
        assert (done.status, done.states) == (3, {"A1": "ready"})
        assert "The shared ledger on 127.0.0.1 can't be reached" in done.err
        assert bare_desk.bind(bare_desk.file("A1")).status == 3
        assert replacing.requests == ()


def test_a_shared_folder(bare_desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """What is bound is put there; running numbers are this laptop's own."""
    folder = tmp_path / "share"
    folder.mkdir()
    bare_desk.set_up(server.site)
    change(bare_desk, shared_folder=str(folder), label_template="S-{n:2}")
    assert bare_desk.bind(bare_desk.file("A1")).status == 0
    assert labels_sent(server) == {"A1": "S-01"}
    assert any("A1" in file.read_text(encoding="utf-8") for file in folder.iterdir())


def test_what_stands_in_a_shared_folder(bare_desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """What other benches have put there since the last `bind` is read before the first device goes."""
    folder = tmp_path / "share"
    folder.mkdir()
    bare_desk.set_up(server.site)
    profile = change(bare_desk, shared_folder=str(folder))
    with closing(FolderBench(tmp_path / "other.db", folder, MACHINE, (profile.channel,))) as other:
        bind(other.store, ["A1"], profile.channel)
        other.sync.run()
    with Bench(tmp_path / "bench") as bench:

        async def look(_: SharedLedger) -> None:
            assert bound_before(bench.store, profile.channel, "A1") is not None

        with_ledger(bare_desk, profile, bench.store, look)
    assert bare_desk.bind(bare_desk.file("A1", "A2")).states == {"A1": "incomplete", "A2": "bound"}


def test_a_shared_folder_that_is_away(bare_desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """It holds nobody up, and is named."""
    bare_desk.set_up(server.site)
    change(bare_desk, shared_folder=str(tmp_path / "nowhere"))
    done = bare_desk.bind(bare_desk.file("A1"))
    assert (done.status, done.states) == (0, {"A1": "bound"})
    assert "The other benches don't know 1 device yet" in done.err
