"""What may be sent, in any order of what people do: a device that is sent stood in a confirmation, just so."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtWidgets import QApplication

from bindtool.core.jobs.bind_job import ListGrown
from bindtool.core.jobs.interrupted_run import TO_GO_ON_WITH
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import FRESH, NEEDS_HAND, SENDABLE, State
from bindtool.core.model.row import Hold, HoldReason, Row
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.binding.run_starter import AGAIN, UNANSWERED, Confirmation
from bindtool.i18n.catalogue import Texts
from tests.gui.binding.laptop import DISTURBED, Bound, Laptop, Workshop

Happening = tuple["Edit", int, str, str] | tuple["Way", str] | None
Question = tuple[frozenset[State], frozenset[int] | None]

PROFILE = Profile(
    "Line 2",
    "7412345678901234567",
    user_id="7",
    label_template="L-{id:-2}",
    pace=RequestSettings(batch_size=2, rate=0.0, resend=0),
    sender=True,
)
TEXTS = Texts("en")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
"""A disk that is written to at once, where the system has one."""
HELD = Hold.of(HoldReason.CLAIMED, who="line-9", time="09:30")

BOUND = (200, 0)
FIRST = ("SPK001", "SPK002", "SPK003", "SPK004")


class Edit(Enum):
    """What is done to a row."""

    ID = auto()
    LABEL = auto()
    HOLD = auto()
    LET_GO = auto()
    DELETE = auto()
    UNDO = auto()


class Way(Enum):
    """How another profile or sheet comes."""

    SAVE = auto()
    SAVE_SLOWLY = auto()
    CHECK = auto()
    NEW_SHEET = auto()


class Moment(Enum):
    """When something happens in a run."""

    PRESSED = auto()
    """While the disk is read, before it is asked."""
    ASKED = auto()
    """Before "Bind now" is pressed."""
    PASSWORD = auto()
    """While the password store asks."""
    STOPPED = auto()
    """After Stop, before Continue."""
    REFUSED = auto()
    """After the token was refused, before Continue."""
    CLOSED = auto()
    """After the window was closed with a request under way, before the run is gone on with."""
    ANSWERED = auto()
    """So too, the answer having come just in time."""
    KILLED = auto()
    """After the program has died, before the run is gone on with."""


ENDS = frozenset({Moment.CLOSED, Moment.ANSWERED, Moment.KILLED})


class Press(Enum):
    """What is pressed besides what comes next."""

    STOP = auto()
    CANCEL = auto()
    ASK = auto()
    CONFIRM = auto()
    ASK_AND_CONFIRM = auto()
    """So fast that nothing is shown in between."""
    CONTINUE = auto()
    RESUME = auto()


places = st.integers(0, 4)
questions = st.sampled_from([FRESH, FRESH, AGAIN]).map(lambda states: (states, None)) | st.frozensets(
    st.integers(1, 5), max_size=2
).map(lambda numbers: (NEEDS_HAND, numbers))
answers = st.sampled_from([BOUND, BOUND, (200, 4000), (401, 4100), (DISTURBED, 0)])
ids = st.sampled_from([f"SPK{number:03}" for number in range(1, 10)])
labels = st.sampled_from(["L-01", "by hand", "by hand 2"])
changes = st.sampled_from(["key", "user_id", "behaviour", "name"])
VALUES: Mapping[str, tuple[object, object]] = {
    "key": ("device_id", "sn"),
    "user_id": ("7", "8"),
    "behaviour": (Behaviour.ADDS, Behaviour.REPLACES),
    "name": ("Line 2", "Line 3"),
}
"""What a field of the profile is changed to and fro."""

edits = st.tuples(st.sampled_from([Edit.ID, Edit.ID, Edit.LABEL, Edit.LABEL, *Edit]), places, ids, labels)
ways = st.tuples(st.sampled_from(Way), changes)
moments = st.sampled_from([*Moment, Moment.REFUSED, Moment.ANSWERED, Moment.ANSWERED])
happenings = st.none() | edits | edits | ways


@dataclass(frozen=True)
class Agreement:
    """What somebody was asked: the devices by the numbers of their rows.

    `listed`: those on a list that is replaced, which go along, but for what a row names anew.
    """

    profile: Profile
    sheet_id: int
    going: dict[int, Device]
    listed: frozenset[Device]


@dataclass(frozen=True)
class Facts:
    """What a confirmation says, and the table shows."""

    profile: Profile
    first: tuple[Device, ...]
    last: tuple[Device, ...]
    n: int
    held: int
    along: int

    @classmethod
    def of(cls, asked: Confirmation) -> Facts:
        """Return those of a confirmation."""
        along = asked.carried.n if asked.carried is not None else 0
        return cls(asked.profile, (Device(*asked.first),), (Device(*asked.last),), asked.n, asked.held, along)


@dataclass(frozen=True)
class Run:
    """What a run may send. `lost`: rows that may be on a list that is replaced, and have to go with it."""

    sheet_id: int
    channel: Channel
    replaces: bool
    allowed: frozenset[Device]
    listed: frozenset[Device] = frozenset()
    lost: dict[int, Device] = field(default_factory=dict)


class Person:
    """Somebody at a laptop, who knows what the window has shown.

    `meant`: the rows that a question is to be about. `bound`: what of a sheet has a code 0 since
    it was confirmed last. `told`: the errors.
    """

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self.meant: Callable[[], list[Row]] = _nothing
        self.question: Agreement | None = None
        self.agreements: list[Agreement] = []
        self.run: Run | None = None
        self.bound: set[tuple[int, Channel, Device]] = set()
        self.seen = 0
        self.said: list[tuple[object, object]] = []
        self.told: list[object] = []
        self.awaits = False
        self.listen()

    def listen(self) -> None:
        """Look at what the window shows."""
        starter = self.laptop.starter
        starter.asked.connect(self._read)
        starter.withdrawn.connect(self._forget_question)
        starter.failed.connect(self._note_failure)
        self.question = None

    @property
    def profile(self) -> Profile:
        """The profile that is open."""
        found = self.laptop.state.profile
        assert found is not None
        return found

    @property
    def replaces(self) -> bool:
        """Whether its channel replaces its list."""
        return self.profile.behaviour is Behaviour.REPLACES

    def row(self, at: int) -> Row | None:
        """Return a row that no run has, one that could be sent first; None where there is none."""
        sheet = self.laptop.document.sheet
        free = [row for row in sheet if not sheet.is_taken(row.number)]
        rows = [row for row in free if sheet.status(row.number).state in SENDABLE] or free
        return rows[at % len(rows)] if rows else None

    def shown_in(self, states: frozenset[State]) -> list[Row]:
        """Return the rows that the table shows in one of these states, and that nothing keeps back."""
        sheet = self.laptop.document.sheet
        first = {row.device_id: row.number for row in reversed(list(sheet))}
        shown = [row for row in sheet if sheet.status(row.number).state in states]
        return [row for row in shown if first[row.device_id] == row.number and not self.is_kept_back(row)]

    def is_kept_back(self, row: Row) -> bool:
        """Tell whether a row is held; for its label, only while a row of another device has it."""
        if row.held_for is not HoldReason.LABEL_IN_ROW:
            return row.held is not None
        alike = self.laptop.document.sheet.with_label(row.label)
        return any(other.device_id != row.device_id for other in alike)

    def _press(self, act: Callable[[], object], meant: Callable[[], list[Row]]) -> bool:
        """Press something; return whether a run has begun by that."""
        session, starter, self.meant = self.laptop.session, self.laptop.starter, meant
        before, opening = session.running, self.laptop.opening
        act()
        if before or not session.running:
            asked = starter.asking or starter.confirmation is not None
            assert before or opening or asked or not meant(), "neither begun nor asked"
            return False
        assert self.laptop.opening is None, "a run begins on a sheet that is being closed"
        return True

    def ask(self, states: frozenset[State], numbers: frozenset[int] | None) -> None:
        """Press Bind, or one of those that send again."""
        starter = self.laptop.starter
        self._press(lambda: starter.ask(states, numbers), lambda: self._meant(states, numbers))
        self.awaits = starter.asking

    def ask_and_confirm(self, states: frozenset[State], numbers: frozenset[int] | None) -> None:
        """Press Ctrl+Return twice before anything is shown."""
        self.ask(states, numbers)
        self.confirm()

    def confirm(self) -> None:
        """Press "Bind now"."""
        question, self.question = self.question, None
        # What is not asked yet is asked all the same.
        meant = self.meant if self.laptop.starter.asking else _nothing
        if self._press(self.laptop.starter.confirm, meant):
            assert question is not None, "a run that nobody has confirmed"
            self.bound -= {
                (question.sheet_id, question.profile.channel, device) for device in question.going.values()
            }
            self.agreements.append(question)
            # What has become free since was not asked about.
            self._expect(question, dict(self._lost().items() & question.going.items()))

    def go_on(self) -> None:
        """Press Continue: what was confirmed last goes, or it is asked."""
        if self._press(self.laptop.starter.go_on, lambda: self._meant(FRESH, None)):
            assert self.agreements, "a run that nobody has confirmed"
            self._expect(self.agreements[-1], self._lost())

    def resume(self) -> None:
        """Go on with what was left before a restart: what was confirmed just so goes, or it is asked."""
        laptop = self.laptop
        left = None if laptop.session.running else laptop.interrupted()
        if left is None or not left.rows:
            return
        if self._press(lambda: laptop.starter.resume(left), lambda: self._meant(TO_GO_ON_WITH, left.rows)):
            assert not self.replaces
            before = [each for each in self.agreements if each.profile.channel == self.profile.channel]
            devices = [device for each in before for device in each.going.values()]
            self._expect(Agreement(self.profile, left.sheet_id, dict(enumerate(devices)), frozenset()), {})

    def note_bound(self) -> None:
        """A code of 0 is about to come."""
        last = self.laptop.sent[-1]
        assert self.run is not None
        self.bound |= {(self.run.sheet_id, last.channel, device) for device in last.devices}

    def _meant(self, states: frozenset[State], numbers: frozenset[int] | None) -> list[Row]:
        """Return the rows that a question is to be about; of a list that is replaced none may be left out."""
        if self.replaces:
            return self.shown_in(states | UNANSWERED)
        return [row for row in self.shown_in(states) if numbers is None or row.number in numbers]

    def _lost(self) -> dict[int, Device]:
        """Return what may be on a list that is replaced."""
        rows = self.shown_in(UNANSWERED) if self.replaces else []
        return {row.number: Device(row.device_id, row.label) for row in rows}

    def _expect(self, agreement: Agreement, lost: dict[int, Device]) -> None:
        """Expect a run of what was agreed to."""
        assert agreement.profile == self.profile, "a run by a profile that is not the open one"
        assert self.laptop.document.is_open(agreement.sheet_id)
        self.run = Run(
            agreement.sheet_id,
            self.profile.channel,
            self.replaces,
            frozenset(agreement.going.values()),
            agreement.listed,
            lost,
        )

    def check(self) -> None:
        """Look at what was asked and what has come to the site since."""
        for said, shown in self.said:
            assert said == shown
        self.said.clear()
        asked = self.laptop.starter.confirmation
        assert asked is None or asked.profile == self.profile, "asked about another profile than the open one"
        for request in self.laptop.sent[self.seen :]:
            self._check(request)
        self.seen = len(self.laptop.sent)
        assert self.laptop.failures == []

    def _check(self, request: Bound) -> None:
        run = self.run
        assert run is not None, "a request without a run"
        assert request.channel == run.channel
        sent = set(request.devices)
        rows = {Device(row.device_id, row.label) for row in self.laptop.document.sheet}
        assert sent <= rows | run.listed, "sent as no row has it"
        assert sent <= run.allowed | run.listed, "sent and not confirmed"
        if run.replaces:
            # What was edited, held or repeated since was left out.
            kept = {device.device_id for number, device in run.lost.items() if self._stands(number, device)}
            kept |= {device.device_id for device in run.listed}
            assert kept <= {device.device_id for device in sent}, "left out of a list that is replaced"
        else:
            assert sent <= run.allowed
            assert self.bound.isdisjoint((run.sheet_id, run.channel, device) for device in sent), (
                "sent again unasked"
            )

    def _stands(self, number: int, device: Device) -> bool:
        """Tell whether a row has a device still, and nothing keeps it back."""
        row = self.laptop.document.sheet.first_with(device.device_id)
        if row is None or row.number != number or row.label != device.label:
            return False
        return not self.is_kept_back(row)

    def _read(self, asked: Confirmation) -> None:
        """Read the confirmation, and look at the table."""
        document, profile, rows = self.laptop.document, self.profile, self.meant()
        going = {row.number: Device(row.device_id, row.label) for row in rows}
        named = {device.device_id for device in going.values()}
        listed = self.laptop.disk.listed
        along = [each for each in listed if each.device_id not in named]
        sheet_id = document.head.sheet_id if document.head is not None else 0
        self.question = Agreement(profile, sheet_id, going, listed)
        held = sum(document.sheet.status(row.number).held for row in document.sheet)
        self.said.append(
            (
                Facts.of(asked),
                Facts(profile, tuple(going.values())[:1], tuple(going.values())[-1:], len(rows), held, len(along)),
            )
        )

    def _forget_question(self) -> None:
        self.question = None

    def _note_failure(self, error: object) -> None:
        self.told.append(error)
        if isinstance(error, ListGrown):
            self.meant = self._unchanged
            bound = self.laptop.store.bindings.bound_devices(self.profile.channel)
            agreed = self.agreements[-1]
            more = {each.device for each in bound} - agreed.listed
            self.said.append((bool(more), True))

    def _unchanged(self) -> list[Row]:
        """Return the rows that were confirmed last and are as they were, and those that may be on the list."""
        going, lost = self.agreements[-1].going, self.shown_in(UNANSWERED)
        return [
            row
            for row in self.shown_in(SENDABLE)
            if going.get(row.number) == Device(row.device_id, row.label) or row in lost
        ]


def _nothing() -> list[Row]:
    return []


class WhatMayBeSent(RuleBasedStateMachine):
    """Two laptops on one channel: scanned, edited, asked, confirmed, stopped, gone on with, closed and killed.

    There are few rules with many choices: each example does without some rules, and hardly any run would get far.
    """

    def __init__(self) -> None:
        super().__init__()
        self._numbers = 10
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self._workshop = Workshop(Path(self._folder.name), TEXTS, PROFILE)
        self._person, self._other = self._people = [Person(laptop) for laptop in self._workshop.laptops]

    def teardown(self) -> None:
        """Close both."""
        self._workshop.close()
        self._folder.cleanup()

    @initialize(behaviour=st.sampled_from(Behaviour))
    def begin(self, behaviour: Behaviour) -> None:
        """Have something to send."""
        for person in self._people:
            self._wait_for(person.laptop.open(replace(person.profile, behaviour=behaviour)))
        self._scan(self._person, *FIRST)
        self._scan(self._other, "SPK006", "SPK001")

    # ------------------------------------------------------------ the sheet and the profile

    @rule(device_id=ids)
    def scan(self, device_id: str) -> None:
        """Scan a device."""
        self._scan(self._person, device_id)

    @rule(happening=happenings)
    def see_to(self, happening: Happening) -> None:
        """Edit a row that no run has, or use another profile or sheet; with a run on, the window refuses that."""
        self._let(happening)

    # ------------------------------------------------------------ what is pressed

    @rule(question=questions, answer=answers, times=st.integers(1, 4))
    def go_ahead(self, question: Question, answer: tuple[int, int], times: int) -> None:
        """Do what comes next: ask, confirm, enter the password, have the site answer."""
        for _ in range(times):
            self._go_ahead(self._person, question, answer)

    @rule(moment=moments, happening=happenings, others=st.booleans(), device_id=st.none() | ids)
    def at_a_moment(self, moment: Moment, happening: Happening, *, others: bool, device_id: str | None) -> None:
        """Have a run, and let something happen at a moment of it: here, and at the other bench."""
        self._come_to(moment)
        if others:
            self._others_are_quicker()
        self._let(happening)
        if device_id is not None:
            self._scan(self._person, device_id)
        self._go_on_after(moment)
        for _ in range(2):
            self._go_ahead(self._person, (FRESH, None), BOUND)

    @rule(press=st.sampled_from(Press), question=questions)
    def press(self, press: Press, question: Question) -> None:
        """Press something else; twice, or while a run is on, for all that anybody knows."""
        person, laptop = self._person, self._person.laptop
        if press is Press.STOP and laptop.session.running:
            self._do(laptop.session.stop)
        elif press is Press.CANCEL:
            self._do(laptop.starter.cancel)
        elif press is Press.ASK:
            self._ask(person, question)
        elif press is Press.CONFIRM:
            self._do(person.confirm)
        elif press is Press.ASK_AND_CONFIRM:
            self._do(lambda: person.ask_and_confirm(*question))
        elif press is Press.CONTINUE:
            self._do(person.go_on)
        elif press is Press.RESUME and laptop.opening is None:
            self._do(person.resume)

    # ------------------------------------------------------------ the other bench

    @rule(question=questions, answer=answers, times=st.integers(1, 4))
    def others_work(self, question: Question, answer: tuple[int, int], times: int) -> None:
        """Let the other bench go ahead."""
        for _ in range(times):
            self._go_ahead(self._other, question, answer)

    @rule(ours=st.booleans())
    def tell(self, *, ours: bool) -> None:
        """Tell the other bench what was bound here, or hear of it."""
        one, other = (each.laptop for each in (self._people if ours else reversed(self._people)))
        self._do(lambda: one.tell(other))

    # ------------------------------------------------------------ what no draw comes to

    def send_again_what_was_refused_to_a_list_that_grows(self) -> None:
        """The question that comes after is about what was confirmed, in whatever state it is."""
        person = self._person
        self.begin(Behaviour.REPLACES)
        for _ in range(9):
            self._go_ahead(person, (FRESH, None), (200, 4000))
        assert person.shown_in(frozenset({State.REFUSED}))
        self._ask(person, (AGAIN, None))
        self._others_are_quicker()
        self._do(person.confirm)
        self._do(person.laptop.tokens.answer)
        assert any(isinstance(error, ListGrown) for error in person.told)
        assert person.question is not None, "not asked"

    def continue_after_what_was_lost_is_edited(self) -> None:
        """It may be on the list, and would be taken off it."""
        person, laptop = self._person, self._person.laptop
        self.begin(Behaviour.REPLACES)
        self._have_a_run(person)
        self._do(lambda: self._workshop.site.answer(laptop.token, DISTURBED, 0))
        self._do(laptop.session.stop)
        lost = person.shown_in(UNANSWERED)
        assert lost
        self._do(lambda: laptop.edits.type(lost[0].number, Column.LABEL, "by hand"))
        self._do(person.go_on)
        for _ in range(4):
            self._go_ahead(person, (FRESH, None), BOUND)

    def continue_on_a_new_sheet(self) -> None:
        """Its rows have the numbers and the devices of those that were confirmed."""
        person = self._person
        self.begin(Behaviour.ADDS)
        self._come_to(Moment.REFUSED)
        self._change(Way.NEW_SHEET, "name")
        self._do(person.go_on)
        for _ in range(4):
            self._go_ahead(person, (FRESH, None), BOUND)

    # ------------------------------------------------------------ how

    def _scan(self, person: Person, *ids: str) -> None:
        document = person.laptop.document
        for device_id in ids:
            if document.takes_scans and person.laptop.opening is None:
                self._do(partial(document.scan, device_id))

    def _come_to(self, moment: Moment) -> None:
        person, laptop = self._person, self._person.laptop
        if moment in {Moment.PRESSED, Moment.ASKED}:
            if moment is Moment.PRESSED:
                laptop.disk.hold()
            self._ask(person, (FRESH, None))
            return
        if moment is Moment.PASSWORD:
            for _ in range(2):
                if laptop.tokens.shown is None and not laptop.session.running:
                    self._go_ahead(person, (FRESH, None), BOUND)
            return
        self._have_a_run(person)
        if moment is Moment.REFUSED and laptop.waits_for_site:
            self._do(lambda: self._workshop.site.answer(laptop.token, 401, 4100))
            return
        if moment is Moment.ANSWERED and laptop.waits_for_site:
            person.note_bound()
            self._workshop.site.answer(laptop.token, *BOUND)
        if moment is not Moment.KILLED and laptop.session.running:
            self._do(lambda: laptop.session.stop(closing=moment is not Moment.STOPPED))
        if moment in ENDS:
            self._wait_for(laptop.kill())
            person.listen()

    def _go_on_after(self, moment: Moment) -> None:
        person, laptop = self._person, self._person.laptop
        if moment in {Moment.PRESSED, Moment.ASKED}:
            self._do(laptop.disk.let_go)
            self._do(person.confirm)
        elif moment is Moment.PASSWORD:
            if laptop.tokens.shown is not None:
                self._do(laptop.tokens.answer)
        elif moment in ENDS:
            self._do(person.resume)
        else:
            self._do(person.go_on)

    def _others_are_quicker(self) -> None:
        """Have the other bench bind something, and say so."""
        self._have_a_run(self._other)
        if self._other.laptop.waits_for_site:
            self._go_ahead(self._other, (FRESH, None), BOUND)
        self._do(lambda: self._other.laptop.tell(self._person.laptop))

    def _let(self, happening: Happening) -> None:
        match happening:
            case (Way() as way, change):
                self._change(way, change)
            case (Edit() as edit, at, device_id, label):
                self._edit(edit, at, device_id, label)

    def _edit(self, edit: Edit, at: int, device_id: str, label: str) -> None:
        laptop, row = self._person.laptop, self._person.row(at)
        document, number = laptop.document, row.number if row is not None else 0
        if edit is Edit.UNDO:
            self._do(document.undo)
        elif row is not None:
            acts: dict[Edit, Callable[[], object]] = {
                Edit.ID: lambda: laptop.edits.type(number, Column.DEVICE_ID, device_id),
                Edit.LABEL: lambda: laptop.edits.type(number, Column.LABEL, label),
                Edit.HOLD: lambda: laptop.edits.hold({number: HELD}),
                Edit.LET_GO: lambda: document.include([number]),
                Edit.DELETE: lambda: document.delete([number]),
            }
            self._do(acts[edit])

    def _change(self, way: Way, name: str) -> None:
        laptop = self._person.laptop
        one, other = VALUES[name]
        value = other if getattr(laptop.profile, name) == one else one
        changed = replace(laptop.profile, **{name: value})  # type: ignore[arg-type]  # one of its fields
        if laptop.opening is not None:
            self._wait_for(laptop.is_opened())
        elif laptop.session.running:
            return
        elif way is Way.SAVE:
            self._wait_for(laptop.open(changed))
        elif way is Way.SAVE_SLOWLY:
            self._do(lambda: laptop.begin_to_open(changed))
        elif way is Way.CHECK:
            self._do(lambda: laptop.check(changed.behaviour))
        else:
            self._wait_for(laptop.session.replace_sheet(laptop.document.renew))
            self._scan(self._person, *FIRST)

    def _have_a_run(self, person: Person) -> None:
        """Have the first request of a run under way, of four rows or more, where something can be sent."""
        if person.laptop.opening is None:
            for _ in range(4 - len(person.shown_in(FRESH))):
                self._numbers += 1
                self._scan(person, f"SPK{self._numbers:03}")
        for _ in range(3):
            if not person.laptop.waits_for_site:
                self._go_ahead(person, (FRESH, None), BOUND)

    def _go_ahead(self, person: Person, question: Question, answer: tuple[int, int]) -> None:
        laptop = person.laptop
        if laptop.waits_for_site:
            if answer == BOUND:
                person.note_bound()
            self._do(lambda: self._workshop.site.answer(laptop.token, *answer))
        elif laptop.tokens.shown is not None:
            self._do(laptop.tokens.answer)
        elif laptop.starter.confirmation is not None:
            self._do(person.confirm)
        else:
            self._ask(person, question)

    def _ask(self, person: Person, question: Question) -> None:
        states, numbers = question
        if person.laptop.opening is None and not len(person.laptop.document.sheet):
            self._scan(person, *FIRST)
        self._do(lambda: person.ask(states, numbers))
        assert person.laptop.disk.keeps_back or person.question is not None or not person.awaits, "not asked"

    def _do(self, act: Callable[[], object]) -> None:
        self._workshop.do(act)
        self._check()

    def _wait_for(self, work: Coroutine[object, object, object]) -> None:
        self._workshop.wait_for(work)
        self._check()

    def _check(self) -> None:
        for person in self._people:
            person.check()


@pytest.fixture
def no_collection(qapp: QApplication) -> Iterator[None]:
    """Keep the collector off: what is Qt's must not be taken down by the store's threads."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.mark.long
@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("start", range(8))
def test_in_any_order(start: int) -> None:
    """Each device that comes to the site stood in a confirmation with its channel, developer, key, id and label."""

    class FromHere(WhatMayBeSent):
        """A machine with draws of its own: those of one start are much alike."""

    run_state_machine_as_test(
        seed(start)(FromHere) if settings().derandomize else FromHere,
        # Not made smaller where it fails: each try writes to a disk.
        settings=settings(
            phases=[Phase.explicit, Phase.generate], max_examples=10, stateful_step_count=40, deadline=None
        ),
    )


@pytest.mark.long
@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize(
    "course",
    [
        WhatMayBeSent.send_again_what_was_refused_to_a_list_that_grows,
        WhatMayBeSent.continue_after_what_was_lost_is_edited,
        WhatMayBeSent.continue_on_a_new_sheet,
    ],
)
def test_a_course(course: Callable[[WhatMayBeSent], None]) -> None:
    """The same holds in an order that the draws above don't come to."""
    machine = WhatMayBeSent()
    try:
        course(machine)
    finally:
        machine.teardown()
