"""A sheet with four devices, somebody who presses Bind, a session that takes what it is handed, and a slow disk."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtTest import QSignalSpy

from bindtool.core.intake.intake import Arrival
from bindtool.core.jobs.bind_job import BindJob, KnownChannel, known_channel
from bindtool.core.model.outcome import FRESH, Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Source
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.binding.run_starter import Confirmation, RunStarter
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.tools.list_imports import ListImports
from tests.gui.loop import PATIENCE, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping

    from pytestqt.qtbot import QtBot

    from bindtool.core.common.errors import BindtoolError, StoreFailed
    from bindtool.core.model.device import Device
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sheet_view.columns import Column
    from bindtool.core.store import Store
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument

IDS = ("SPK1", "SPK2", "SPK3", "SPK4")
HELD = Hold.of(HoldReason.CLAIMED, who="line-2", time="09:30")


class SlowDisk:
    """Reads what is known of a channel, and brings it once a test lets it go.

    `readings`: how often it was read. `fails`: why it can't be. `listed`: what was on the list then. `keeps_back`:
    it has read something that a test has not let go.
    """

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self.readings = 0
        self.fails: StoreFailed | None = None
        self.listed: frozenset[Device] = frozenset()
        self.keeps_back = False

    def hold(self) -> None:
        """Keep back what is read from now on."""
        self._free.clear()

    def let_go(self) -> None:
        """Bring it, and all that is read from now on."""
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
    """A session that is on from the moment in which something is handed to it, until the test ends it."""

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
        """Take it."""
        self.jobs.append(job)
        self._running = True

    def end(self) -> None:
        """Be over."""
        self._running = False


class Desk:
    """A sheet with four devices, and somebody who presses."""

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
        """Do some work to its end."""
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
        """Wait until the disk has everything."""
        self._qtbot.waitUntil(lambda: not self.document.saving, timeout=PATIENCE)

    def ask(self, states: frozenset[State] = FRESH, rows: frozenset[int] | None = None) -> None:
        """Press Bind, or what sends again, and wait for the question."""
        self.press(lambda: self.starter.ask(states, rows))

    def press(self, act: Callable[[], object]) -> None:
        """Press something, and wait for the question where it asks one."""
        act()
        self._qtbot.waitUntil(lambda: not self.starter.asking, timeout=PATIENCE)

    @contextmanager
    def not_asked_yet(self) -> Iterator[None]:
        """Press Bind; what is done inside happens once the disk was read, and before the question comes of it."""
        before = self.disk.readings
        self.disk.hold()
        self.starter.ask()
        self._qtbot.waitUntil(lambda: self.disk.readings > before, timeout=PATIENCE)
        try:
            yield
        finally:
            self.press(self.disk.let_go)

    async def open_again(self) -> bool:
        """Read the sheet of the open profile once more."""
        return await self.document.open(self.state.profile)

    def stopped(self, outcomes: Mapping[int, Outcome], states: frozenset[State] = FRESH) -> BindJob:
        """Confirm all in these states, and stop the run when it has come to this."""
        self.ask(states)
        self.starter.confirm()
        self.document.settle(outcomes)
        self.session.end()
        return self.session.jobs.pop()

    @property
    def asked(self) -> Confirmation | None:
        """What is asked."""
        return self.starter.confirmation

    def confirmed(self) -> list[str]:
        """Confirm what is asked, and return the ids that are handed on; none where nothing is."""
        self.starter.confirm()
        return self.handed()

    def handed(self) -> list[str]:
        """Return the ids that were handed on last, once."""
        jobs, self.session.jobs = self.session.jobs, []
        assert len(jobs) < 2
        return [each.device.device_id for job in jobs for each in job.jobs]
