"""What the shared ledger makes of the rows of a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.common.clock import SystemClock
from bindtool.core.labels.numbers import ENOUGH, Blocks
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.shared_ledger import LedgerRowSync, SharedLedgerService
from bindtool.gui.sheet.document import SheetDocument
from tests.core.store.samples import CHANNEL
from tests.core.store.tables.test_benches import foreign
from tests.gui.loop import PATIENCE, finish
from tests.gui.sharing import CUT_OFF, ScriptedServer, desk_on, try_now

PROFILE = Profile(
    name="Line 2",
    connector_id=CHANNEL.connector_id,
    site=CHANNEL.site,
    key=CHANNEL.key,
    user_id=CHANNEL.user_id,
    label_template="音箱-{n}",
    ledger="postgresql://bench@localhost/ledger",
)


@pytest.fixture
def ledger(server: ScriptedServer, store: Store) -> Iterator[SharedLedgerService]:
    """Give the window's ledger; no profile is open."""
    ledger = desk_on(server, store, SystemClock())
    yield ledger
    ledger.close()


class Person:
    """Somebody at a sheet."""

    def __init__(
        self, document: SheetDocument, ledger: SharedLedgerService, tasks: BackgroundTasks, qtbot: QtBot
    ) -> None:
        self.document = document
        self.ledger = ledger
        self.rows = LedgerRowSync(document, ledger, tasks)
        self._tasks = tasks
        self._qtbot = qtbot

    def open(self, profile: Profile = PROFILE) -> None:
        """Open the profile's sheet and its ledger."""
        finish(self._qtbot, self.document.open(profile))
        self.ledger.follow(profile)
        self.rows.begin()
        self.settle_down()

    def scan(self, *texts: str) -> None:
        """Scan, and wait for the disk."""
        for text in texts:
            self.document.scan(text)
        self.settle_down()

    def settle_down(self) -> None:
        """Wait until nothing is under way."""
        self._qtbot.waitUntil(lambda: self.document.at_rest and not self._tasks.busy, timeout=PATIENCE)

    def in_step(self) -> None:
        """Wait until the bench is in step."""
        self.until(lambda: self.ledger.status is not None and self.ledger.status.since is None)

    def until(self, so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self._qtbot.waitUntil(so, timeout=PATIENCE)

    def labels(self) -> list[str]:
        """Return the labels of the rows."""
        return [row.label for row in self.document.sheet]

    def why_held(self) -> list[str]:
        """Return the reasons of the rows, "" for none."""
        return ["" if row.held is None else row.held.reason for row in self.document.sheet]


@pytest.fixture
def person(document: SheetDocument, ledger: SharedLedgerService, tasks: BackgroundTasks, qtbot: QtBot) -> Person:
    """Give somebody at a document."""
    return Person(document, ledger, tasks, qtbot)


def test_another_bench_was_quicker(person: Person, server: ScriptedServer) -> None:
    """The row that waits here is held and says who; one that was let go on purpose stays so."""
    person.open(replace(PROFILE, label_template="{id}"))
    person.in_step()
    person.scan("SPK9001", "SPK9002", "SPK1")
    person.document.include([2])
    server.entries = [foreign(1), foreign(3)]
    try_now(person.ledger)
    person.until(lambda: person.why_held()[0] != "")
    assert person.why_held() == [HoldReason.BOUND_THERE, "", ""]
    held = person.document.sheet[1].held
    assert held is not None
    assert dict(held.parameters) == {"date": "11-25", "who": "bench-2, 李", "label": "Other 1"}
    person.document.include([1])
    server.entries = [*server.entries, foreign(4, "SPK9001")]
    person.scan("SPK9003")
    assert person.document.sheet.status(4).state is State.INCOMPLETE


def test_what_was_bound_under_an_address(person: Person, server: ScriptedServer) -> None:
    """A bench of before took the profile's address for the site: its device is one of the channel's."""
    profile = replace(PROFILE, label_template="{id}", address="https://coze.example.com")
    person.open(profile)
    person.in_step()
    person.scan("SPK9001")
    here = replace(profile.channel, site=profile.address)
    server.entries = [replace(foreign(1), channel=here)]
    try_now(person.ledger)
    person.until(lambda: person.why_held()[0] != "")
    assert person.why_held() == [HoldReason.BOUND_THERE]


def test_another_channel_is_nobodys_business(person: Person, server: ScriptedServer) -> None:
    """As are devices that this sheet has not, and rows that a run has."""
    person.open(replace(PROFILE, label_template="{id}"))
    person.scan("SPK9001", "SPK9002")
    person.document.sheet.take_up([2])
    news = (replace(foreign(1), channel=replace(CHANNEL, key="sn")), foreign(2), foreign(3))
    person.ledger.announced.emit(news)
    assert person.why_held() == ["", ""]


def test_what_a_run_has_left(person: Person, store: Store) -> None:
    """A row that a run had when another bench has bound its device is held once the run is over, if it is ready."""
    person.open(replace(PROFILE, label_template="{id}"))
    person.scan("SPK9001", "SPK9002", "SPK9003")
    sheet = person.document.sheet
    sheet.take_up([1, 2])
    news = (foreign(1), foreign(2))
    store.benches.take_in(news).result()
    person.ledger.announced.emit(news)
    assert person.why_held() == ["", "", ""]
    sheet.settle({2: replace(sheet[2].outcome, state=State.BOUND)})
    sheet.take_up(())
    person.rows.hold_passed_over()
    assert person.why_held() == [HoldReason.BOUND_THERE, "", ""]
    person.document.include([1])
    person.rows.hold_passed_over()
    assert person.why_held() == ["", "", ""]


def test_numbers_come_by_themselves(person: Person) -> None:
    """Before the first scan where the server can be reached, and again before they run out."""
    person.open()
    person.in_step()
    person.settle_down()
    person.scan("SPK1", "SPK2")
    assert person.labels() == ["音箱-101", "音箱-102"]
    numbers = person.document.labels.numbers
    assert isinstance(numbers, Blocks)
    numbers.mark_used(101 + 500 - ENOUGH)
    person.scan("SPK3")
    assert numbers.left > 500


def test_without_numbers(person: Person, server: ScriptedServer) -> None:
    """Scans go in and are held; they get theirs as soon as the server can be reached."""
    server.problem = CUT_OFF
    person.open()
    person.scan("SPK1", "SPK2", "no device,")
    assert person.labels()[:2] == ["", ""]
    assert person.why_held()[:2] == [HoldReason.NO_NUMBER, HoldReason.NO_NUMBER]
    server.problem = None
    try_now(person.ledger)
    person.until(lambda: person.labels()[:2] == ["音箱-101", "音箱-102"])
    assert person.why_held()[:2] == ["", ""]
    assert person.labels()[2] == ""


def test_another_sheet_meanwhile(person: Person, server: ScriptedServer) -> None:
    """Numbers that were asked for one sheet are kept, and label nothing of another."""
    person.open()
    labels = person.document.labels
    person.open(replace(PROFILE, label_template="{id}"))
    person.rows._reserve_soon()  # noqa: SLF001 - nobody else asks here
    person.settle_down()
    assert labels is not person.document.labels
