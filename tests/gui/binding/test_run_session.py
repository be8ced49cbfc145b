"""One run in a window, against the practice server and a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.api.responses import NotSent
from bindtool.core.binding.events import Ending, WaitReason
from bindtool.core.binding.progress import Progress
from bindtool.core.common.errors import StoreFailed
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.intake.intake import Arrival
from bindtool.core.jobs.bind_job import BindJob
from bindtool.core.model.ledger_entry import TakenDevice
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Source
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from bindtool.core.store import Store
from bindtool.gui.binding.run_session import Result, RunSession
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.shared_ledger import LedgerRowSync, SharedLedgerService
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.table_model import EDITABLE, SheetTableModel
from bindtool.gui.tokens.service import TokenService
from bindtool.practice import channel
from bindtool.practice.channel import practice_profile
from bindtool.practice.server import PracticeServer
from tests.core.store.tables.test_benches import foreign
from tests.gui.clocks import HandClock
from tests.gui.disks import refusing
from tests.gui.loop import PATIENCE, finish
from tests.gui.samples import states
from tests.gui.sharing import ScriptedServer, desk_on
from tests.practice.faults import Raw, ScriptedAnswer, Slow

TOKEN = AccessToken(channel.TOKEN)
ALL_STATES = frozenset(State)


@pytest.fixture
def profile(server: PracticeServer) -> Profile:
    """The practice channel, without a limit of pace, proven, so that no device goes ahead."""
    return replace(practice_profile(server.site), pace=RequestSettings(rate=0), proven=True)


@pytest.fixture
def tokens(tmp_path: Path, clock: HandClock) -> TokenService:
    """A password store that has the practice token under every name."""
    return TokenService(
        lambda: FixedStore(TOKEN, "the test"),
        TokenMetadataFile(tmp_path / "tokens.toml"),
        clock,
        Proxies.of_this_system(),
    )


MakeSession = Callable[[SharedLedgerService], RunSession]


@pytest.fixture
def session_with(
    document: SheetDocument, store: Store, clock: HandClock, tasks: BackgroundTasks, tokens: TokenService
) -> MakeSession:
    """A way to make a window's runs, over a ledger."""

    def make(ledger: SharedLedgerService) -> RunSession:
        edits, proxies = EditCommands(document), Proxies.of_this_system()
        return RunSession(document, edits, store, clock, proxies, tasks, tokens, ledger)

    return make


@pytest.fixture
def session(session_with: MakeSession) -> RunSession:
    """A window's runs."""
    return session_with(SharedLedgerService(lambda *_: None))


class Bench:
    """A technician: puts devices on the sheet, presses Bind, and watches."""

    def __init__(self, document: SheetDocument, session: RunSession, profile: Profile, qtbot: QtBot) -> None:
        self.document = document
        self.session = session
        self.profile = profile
        self.qtbot = qtbot
        self.progress: list[Progress] = []
        self.results: list[Result] = []
        self.broken: list[Exception] = []
        session.progressed.connect(self.progress.append)
        session.finished.connect(self.results.append)
        session.broken.connect(self.broken.append)

    def put(self, *ids: str) -> None:
        """Paste ids and wait until the disk has them."""
        self.document.take([Arrival(device_id) for device_id in ids], Source.PASTED)
        self.wait_until(lambda: not self.document.saving)

    def bind(self) -> None:
        """Start a run with all that can be sent."""
        assert self.document.head is not None
        jobs = self.document.sheet.jobs(ALL_STATES)
        self.session.start(BindJob(self.document.head.sheet_id, self.profile, jobs, "A12"))

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Let things happen until something is so."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    def bind_all(self) -> Result:
        """Start a run and wait for its end."""
        self.bind()
        self.wait_until(lambda: self.results or self.broken)
        (result,) = self.results
        return result

    @property
    def states(self) -> list[State]:
        """The states of the rows as shown."""
        return states(self.document)


@pytest.fixture
def bench(document: SheetDocument, session: RunSession, profile: Profile, qtbot: QtBot) -> Bench:
    """A technician with an empty sheet of the practice profile."""
    finish(qtbot, document.open(profile))
    return Bench(document, session, profile, qtbot)


def status(model: SheetTableModel, number: int) -> object:
    """Return the word for a row's state, as the table has it."""
    return model.data(model.index(model.row_of(number), Column.STATUS))


# ---------------------------------------------------------------- a run that goes well


def test_every_device_is_bound_shown_and_written_down(
    bench: Bench, server: PracticeServer, database: Path, clock: HandClock, store: Store
) -> None:
    """A hundred and twenty devices in three requests: on the server, in the table, and on the disk."""
    ids = [f"SPK{number:06}" for number in range(1, 121)]
    bench.put(*ids)
    started = QSignalSpy(bench.session.started)

    result = bench.bind_all()

    assert started.count() == 1
    assert list(server.bound) == ids
    assert [len(request.body) > 0 for request in server.requests] == [True] * 3
    assert set(bench.states) == {State.BOUND}
    assert result.progress == Progress(total=120, bound=120, seconds=1)
    assert result.concluded.ended.ending is Ending.FINISHED
    assert result.concluded.advice is None
    assert (result.time, result.seconds) == (clock.now(), 0)
    assert not bench.session.running
    rows = tuple(bench.document.sheet)
    store.close()
    with Store(database, clock) as later:
        head = later.sheets.current(profile="practice")
        assert head is not None
        assert later.sheets.load(head.sheet_id) == rows
        assert later.runs.unfinished() == ()
    assert all(row.outcome.answer is not None and row.outcome.answer.log_id for row in rows)


def test_progress_grows_and_rows_change_as_it_happens(bench: Bench, model: SheetTableModel) -> None:
    """The first news is that nothing is bound yet; rows are seen sending, then bound; the counts only grow.

    What is counted is what the rows show.
    """
    bench.put(*[f"SPK{number:06}" for number in range(1, 101)])
    seen: list[object] = []
    shown: list[int] = []
    bench.session.progressed.connect(lambda _: seen.append(status(model, 1)))
    bench.session.progressed.connect(lambda _: shown.append(bench.states.count(State.BOUND)))

    bench.bind_all()

    assert bench.progress[0] == Progress(total=100, seconds=1)
    bound = [progress.bound for progress in bench.progress]
    assert bound == sorted(bound) == shown
    assert bound[-1] == 100
    assert list(dict.fromkeys(seen)) == ["ready", "sending", "bound"]


def test_a_refused_device_is_looked_for(bench: Bench, server: PracticeServer) -> None:
    """Progress says how many are left to look at while a request is taken apart; the others are all bound."""
    ids = [f"SPK{number:07}" for number in range(1, 61)]
    ids[6] = "SPK9990000"
    bench.put(*ids)

    result = bench.bind_all()

    looked = [progress.looking for progress in bench.progress if progress.looking is not None]
    assert looked
    assert max(looked) < 50
    assert looked == sorted(looked, reverse=True)
    assert bench.progress[-1].looking is None
    assert result.progress == Progress(total=60, bound=59, refused=1, seconds=1)
    assert [row.device_id for row in bench.document.sheet if row.outcome.state is State.REFUSED] == ["SPK9990000"]
    assert len(server.bound) == 59


# ---------------------------------------------------------------- during a run


def test_a_run_has_its_rows_to_itself(bench: Bench, model: SheetTableModel, server: PracticeServer) -> None:
    """Once it has begun nobody edits or deletes them; a scan meanwhile is ready and left for the next run."""
    bench.put("SPK000001", "SPK000002")
    failed = QSignalSpy(bench.document.failed)
    cells = [model.index(row, column) for row in range(2) for column in EDITABLE]

    def meddle() -> None:
        assert bench.session.running
        assert not [cell for cell in cells if model.flags(cell) & model.flags(cell).ItemIsEditable]
        bench.document.delete([1])
        model.setData(cells[0], "0009")
        bench.document.scan("SPK000003")

    bench.session.started.connect(meddle)
    bench.bind()
    bench.wait_until(lambda: bench.results and not bench.document.saving)

    assert [failed.at(at)[0].id for at in range(failed.count())] == ["edit.under_way", "edit.under_way"]
    assert bench.states == [State.BOUND, State.BOUND, State.READY]
    assert list(server.bound) == ["SPK000001", "SPK000002"]
    assert model.flags(cells[0]) & model.flags(cells[0]).ItemIsEditable
    bench.document.delete([1])
    assert [row.number for row in bench.document.sheet] == [2, 3]


def test_another_bench_is_quicker_while_a_run_begins(
    bench: Bench, tasks: BackgroundTasks, server: PracticeServer, store: Store
) -> None:
    """A row that another bench had bound between the press and the claims was sent all the same.

    The news passed it over, since the run had it already; and the claim was made by somebody who knew.
    """
    ledger = SharedLedgerService(lambda *_: None)
    LedgerRowSync(bench.document, ledger, tasks)
    bench.put("SPK000001", "SPK000002")
    told = replace(foreign(1, "SPK000001"), channel=bench.profile.channel)
    store.benches.take_in([told]).result()

    bench.bind()
    ledger.announced.emit((told,))
    bench.wait_until(lambda: bench.results)

    assert list(server.bound) == ["SPK000002"]
    assert bench.results[0].progress == Progress(total=1, bound=1, seconds=1)
    held = bench.document.sheet[1].held
    assert (held is not None and held.reason, bench.states) == (
        HoldReason.BOUND_THERE,
        [State.INCOMPLETE, State.BOUND],
    )


def test_a_row_with_another_id_since_is_not_held_for_its_old_one(
    bench: Bench, store: Store, clock: HandClock, session_with: MakeSession
) -> None:
    """Another bench has the device that was confirmed; the row has another one by the time that is known."""
    others = ScriptedServer()
    others.taken = (TakenDevice("SPK000001", "bench-2", "李", clock.now()),)
    ledger = desk_on(others, store, clock)
    bench = Bench(bench.document, session_with(ledger), bench.profile, bench.qtbot)
    bench.put("SPK000001", "SPK000002")
    ledger.follow(bench.profile)

    bench.bind()
    EditCommands(bench.document).type(1, Column.DEVICE_ID, "SPK000009")
    bench.wait_until(lambda: bench.results and not bench.document.saving)

    assert "SPK000001" in others.claimed
    assert (bench.document.sheet[1].held, bench.states) == (None, [State.READY, State.BOUND])
    ledger.close()


def test_stop_waits_for_what_is_in_flight_and_sends_nothing_new(
    bench: Bench, server: PracticeServer, clock: HandClock
) -> None:
    """An answer that does not come within the patience leaves its rows unknown; the others stay ready."""
    server.script([Slow(3600)])
    bench.put(*[f"SPK{number:06}" for number in range(1, 71)])
    assert not bench.session.stopping
    bench.bind()
    bench.wait_until(lambda: server.requests)

    bench.session.stop()
    assert [bench.session.running, bench.session.stopping] == [True, True]
    bench.wait_until(lambda: clock.waited_for)
    clock.pass_time(3)
    bench.wait_until(lambda: bench.results)

    result = bench.results[0]
    assert result.concluded.ended.ending is Ending.STOPPED
    assert (result.progress.unknown, result.progress.bound, result.progress.total) == (50, 0, 70)
    assert result.seconds == 3
    assert bench.states == [State.UNKNOWN] * 50 + [State.READY] * 20
    assert len(server.requests) == 1
    assert [bench.session.running, bench.session.stopping] == [False, False]


def test_the_next_run_is_not_stopped_by_the_last_stop(bench: Bench, server: PracticeServer) -> None:
    """Stop before anything has left: nothing leaves. Bind again: all of it does."""
    bench.put("SPK000001")
    not_begun = QSignalSpy(bench.session.not_begun)
    bench.bind()
    bench.session.stop()
    bench.wait_until(lambda: not bench.session.running)
    assert not_begun.at(0)[1] is None
    assert bench.states == [State.READY]
    assert server.requests == ()

    bench.bind()
    bench.wait_until(lambda: bench.results)
    assert bench.states == [State.BOUND]


def test_a_wait_is_counted_down(
    bench: Bench, model: SheetTableModel, server: PracticeServer, clock: HandClock
) -> None:
    """Why, and for how many seconds more, however the clock on the wall is set; afterwards nothing of it stays."""
    server.script([ScriptedAnswer(4013, 429, headers={"Retry-After": "20"})])
    bench.put("SPK000001")
    bench.bind()
    bench.wait_until(lambda: clock.waited_for and bench.progress[-1].wait is WaitReason.ASKED)

    first = bench.progress[-1].seconds
    assert 20 <= first <= 45
    assert status(model, 1) == "waiting"
    clock.slow_by = timedelta(hours=1)
    clock.pass_time(15)
    bench.wait_until(lambda: bench.progress[-1].seconds == first - 15)
    clock.pass_time(first - 15)
    bench.wait_until(lambda: bench.results)

    assert (bench.results[0].progress.bound, bench.results[0].progress.wait) == (1, None)
    assert bench.states == [State.BOUND]


# ---------------------------------------------------------------- no way to the server


def test_what_is_in_the_way_is_told_once(bench: Bench, server: PracticeServer, clock: HandClock) -> None:
    """Not at every try, so that a banner that was closed stays closed; the first answer says that it is over."""
    told: list[tuple[NotSent | None, int]] = []
    bench.session.obstacle_changed.connect(lambda obstacle, left: told.append((obstacle and obstacle.why, left)))
    server.stop()
    bench.put(*[f"SPK{number:06}" for number in range(1, 71)])
    bench.bind()
    bench.wait_until(lambda: clock.waited_for)
    clock.pass_time(1)
    bench.wait_until(lambda: bench.progress[-1].seconds == 2)
    assert told == [(NotSent.CONNECT, 70)]

    server.start()
    clock.pass_time(2)
    bench.wait_until(lambda: bench.results)

    assert told == [(NotSent.CONNECT, 70), (None, 70)]
    assert bench.results[0].progress.bound == 70


def test_try_now_ends_the_wait_for_a_way(bench: Bench, server: PracticeServer, clock: HandClock) -> None:
    """With no second passed, the next try leaves; the run after it has nudges of its own."""
    for device_id in ("SPK000001", "SPK000002"):
        server.stop()
        bench.put(device_id)
        bench.bind()
        bench.wait_until(lambda: clock.waited_for)
        server.start()
        bench.session.try_now()
        bench.wait_until(lambda: not bench.session.running)
    assert list(server.bound) == ["SPK000001", "SPK000002"]


def test_stop_while_there_is_no_way(bench: Bench, server: PracticeServer, clock: HandClock) -> None:
    """The end of the run is the end of the news."""
    told: list[bool] = []
    bench.session.obstacle_changed.connect(lambda obstacle, _: told.append(obstacle is not None))
    server.stop()
    bench.put("SPK000001")
    bench.bind()
    bench.wait_until(lambda: clock.waited_for)
    bench.session.stop()
    bench.wait_until(lambda: bench.results)
    assert told == [True, False]


@pytest.mark.parametrize(("minutes", "off"), [(12, 12), (1, None)])
def test_a_clock_that_is_off(
    bench: Bench, server: PracticeServer, clock: HandClock, minutes: int, off: int | None
) -> None:
    """By the first answer that tells the time; the next run begins with nothing against the clock."""
    date = format_datetime(clock.now() + timedelta(minutes=minutes))
    server.script([Raw(200, {"Date": date}, b'{"code":0}', commit=True)])
    bench.put("SPK000001")
    bench.bind_all()
    assert bench.session.clock_off == off
    bench.put("SPK000002")
    bench.bind()
    assert bench.session.clock_off is None
    bench.wait_until(lambda: len(bench.results) == 2)


# ---------------------------------------------------------------- a disk that fails


def test_a_run_that_can_not_be_written_down_does_not_begin(
    bench: Bench, server: PracticeServer, database: Path
) -> None:
    """Nothing leaves, the window hears why, and the rows are free again."""
    bench.put("SPK000001")

    with refusing(database, "INSERT ON run"):
        bench.bind()
        bench.wait_until(lambda: bench.broken)

    assert isinstance(bench.broken[0], StoreFailed)
    assert bench.document.failure is bench.broken[0]
    assert server.requests == ()
    assert not bench.session.running
    assert bench.states == [State.READY]
    bench.bind()
    bench.wait_until(lambda: bench.results)
    assert bench.results[0].progress.bound == 1


def test_an_answer_that_can_not_be_written_down_is_as_good_as_lost(
    bench: Bench, server: PracticeServer, database: Path, store: Store, clock: HandClock
) -> None:
    """What the next start would say is said at once: sent, and bound or not, nobody knows. The rows are free."""
    bench.put("SPK000001", "SPK000002")

    with refusing(database, "UPDATE ON request"):
        bench.bind()
        bench.wait_until(lambda: bench.broken)

    assert isinstance(bench.broken[0], StoreFailed)
    assert bench.document.failure is bench.broken[0]
    assert bench.results == []
    assert len(server.requests) == 1
    assert not bench.session.running
    assert bench.states == [State.UNKNOWN, State.UNKNOWN]
    assert not bench.document.sheet.is_taken(1)
    shown = [row.outcome for row in bench.document.sheet]
    store.close()
    with Store(database, clock) as later:
        assert bench.document.head is not None
        assert [row.outcome for row in later.sheets.load(bench.document.head.sheet_id)] == shown


def test_closing_the_window_ends_a_run(bench: Bench, tasks: BackgroundTasks, server: PracticeServer) -> None:
    """With a request in flight, everything that the run has started ends with its task."""
    server.script([Slow(3600)])
    bench.put("SPK000001")
    bench.bind()
    bench.wait_until(lambda: server.requests)

    finish(bench.qtbot, tasks.close())

    assert asyncio.all_tasks() == set()
    assert bench.results == []
    assert bench.broken == []
