"""A sheet with four devices, a user's presses, a session that only records its job, and a slow disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import BindtoolError, StoreFailed
from bindtool.core.intake.intake import Arrival
from bindtool.core.jobs.bind_job import BindJob, KnownChannel, known_channel
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import FRESH, Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Source
from bindtool.core.profiles.profile import Profile
from bindtool.core.sheet_view.columns import Column
from bindtool.core.store import Store
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.binding.run_starter import Confirmation, RunStarter
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.tools.list_imports import ListImports
from tests.gui.loop import PATIENCE, finish

IDS = ("SPK1", "SPK2", "SPK3", "SPK4")
HELD = Hold.of(HoldReason.CLAIMED, who="line-2", time="09:30")


class SlowDisk:
    """Reads a channel's data, and returns it once a test releases it.

    `readings`: the number of reads. `fails`: the error to raise. `listed`: the devices on the list then.
    `keeps_back`: whether a read is waiting for its release.
    """

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self.readings = 0
        self.fails: StoreFailed | None = None
        self.listed: frozenset[Device] = frozenset()
        self.keeps_back = False

    def hold(self) -> None:
        """Hold back the results of reads from now on."""
        self._free.clear()

    def let_go(self) -> None:
        """Release the result, and those of all later reads."""
        self.keeps_back = False
        self._free.set()

    def read(self, profile: Profile, store: Store) -> KnownChannel:
        """Read; called in a thread."""
        if self.fails is not None:
            raise self.fails
        known = known_channel(profile, store)
        self.listed = known.listed
        self.readings += 1
        self.keeps_back = not self._free.is_set()
        assert self._free.wait(PATIENCE / 1000)
        return known


class Handed(RunSession):
    """A session that is active from its start with a job until the test ends it."""

    def __init__(self, document: SheetDocument, services: Services) -> None:
        super().__init__(
            document,
            EditCommands(document),
            services.store,
            services.clock,
            services.proxies,
            services.tasks,
            services.tokens,
            services.ledger,
        )
        self.jobs: list[BindJob] = []

    def start(self, job: BindJob) -> None:
        """Take the job."""
        self.jobs.append(job)
        self._running = True

    def end(self) -> None:
        """End the run."""
        self._running = False


class Desk:
    """A sheet with four devices, and a user's presses."""

    def __init__(self, document: SheetDocument, services: Services, qtbot: QtBot, profile: Profile) -> None:
        self.document = document
        self.state = services.state
        self.store = services.store
        self.session = Handed(document, services)
        self.disk = SlowDisk()
        lists = ListImports(Notices(), document)
        self.starter = RunStarter(document, self.session, services, CodeLines(document), lists, self.disk.read)
        self.edits = EditCommands(document)
        self._qtbot = qtbot
        self.profile = profile
        self.withdrawn = QSignalSpy(self.starter.withdrawn)
        self.errors: list[BindtoolError] = []
        self.starter.failed.connect(self.errors.append)
        self.use(profile)
        finish(qtbot, document.open(profile))
        self.put(*IDS)

    def finish(self, work: Coroutine[object, object, object]) -> None:
        """Run a coroutine to its end."""
        finish(self._qtbot, work)

    def use(self, profile: Profile) -> None:
        """Use the profile from now on."""
        self.state.change_profile(profile)

    def put(self, *ids: str) -> None:
        """Paste ids."""
        self.document.take([Arrival(device_id) for device_id in ids], Source.PASTED)
        self.is_saved()

    def type(self, number: int, column: Column, text: str) -> None:
        """Type into a cell."""
        self.edits.type(number, column, text)
        self.is_saved()

    def hold(self, *numbers: int) -> None:
        """Hold rows."""
        self.edits.hold(dict.fromkeys(numbers, HELD))
        self.is_saved()

    def is_saved(self) -> None:
        """Wait until everything is saved."""
        self._qtbot.waitUntil(lambda: not self.document.saving, timeout=PATIENCE)

    def ask(self, states: frozenset[State] = FRESH, rows: frozenset[int] | None = None) -> None:
        """Press Bind, or the button that sends again, and wait for the question."""
        self.press(lambda: self.starter.ask(states, rows))

    def press(self, act: Callable[[], object]) -> None:
        """Press a button, and wait for the question if there is one."""
        act()
        self._qtbot.waitUntil(lambda: not self.starter.asking, timeout=PATIENCE)

    @contextmanager
    def not_asked_yet(self) -> Iterator[None]:
        """Press Bind; the body of the context runs after the disk was read, and before the question appears."""
        before = self.disk.readings
        self.disk.hold()
        self.starter.ask()
        self._qtbot.waitUntil(lambda: self.disk.readings > before, timeout=PATIENCE)
        try:
            yield
        finally:
            self.press(self.disk.let_go)

    async def open_again(self) -> bool:
        """Read the sheet of the open profile again."""
        return await self.document.open(self.state.profile)

    def stopped(self, outcomes: Mapping[int, Outcome], states: frozenset[State] = FRESH) -> BindJob:
        """Confirm all rows in these states, and stop the run at these outcomes."""
        self.ask(states)
        self.starter.confirm()
        self.document.settle(outcomes)
        self.session.end()
        return self.session.jobs.pop()

    @property
    def asked(self) -> Confirmation | None:
        """The open question."""
        return self.starter.confirmation

    def confirmed(self) -> list[str]:
        """Confirm the question, and return the ids of the job; none if nothing is asked."""
        self.starter.confirm()
        return self.handed()

    def handed(self) -> list[str]:
        """Return the ids of the latest job, once."""
        jobs, self.session.jobs = self.session.jobs, []
        assert len(jobs) < 2
        return [each.device.device_id for job in jobs for each in job.jobs]
