"""The life of a run in any order of what can happen to it: what must always be so."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NotSent, Reply
from bindtool.core.jobs.bind_job import BindJob, ListGrown
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import SENDABLE, UNDER_WAY, State
from bindtool.core.model.row import Row, Source
from bindtool.core.profiles.profile import Profile, RequestSettings
from tests.core.jobs.life import Life
from tests.core.store.samples import START
from tests.core.store.tables.test_benches import foreign

PROFILE = Profile("line", "7412345678901234567", pace=RequestSettings(batch_size=2, rate=0.0, resend=1))

ids = st.sampled_from(["A1", "A2", "A3", "A4", "A5"])
labels = st.sampled_from(["L1", "L2"])
places = st.integers(0, 4)


class Lives(RuleBasedStateMachine):
    """One sheet on a laptop: pressed, prompted, answered, stopped, edited, and killed at any moment.

    `accepted`: what a code 0 was given for. `given`: by row, what of it the program has heard of. `ledger`: that by
    id, with the last label. `lost`: by row, the id that was sent and has had no proper answer. `touched`: rows that
    were edited or deleted since the last confirmation.
    """

    profile: Profile

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._life = Life(Path(self._folder.name), self.profile)
        self._accepted: set[Device] = set()
        self._given: dict[int, Device] = {}
        self._ledger: dict[str, str] = {}
        self._lost: dict[int, str] = {}
        self._confirmed: BindJob | None = None
        self._listed: set[Device] = set()
        self._touched: set[int] = set()
        self._told = 0

    # ------------------------------------------------------------ a person

    @initialize()
    def begin(self) -> None:
        """Have something to send."""
        for device_id in ("A1", "A2", "A3"):
            self.scan(device_id, "L1")

    @precondition(lambda self: not self._asked() and len(self._life.sheet) < 5)
    @rule(device_id=ids, label=labels)
    def scan(self, device_id: str, label: str) -> None:
        """Add a row; one that repeats another is not sent."""
        sheet = self._life.sheet
        row = Row(sheet.next_number, device_id, label, Source.SCANNED, START)
        sheet.change([], [row])
        self._life.save([row])

    @precondition(lambda self: not self._asked())
    @rule(at=places, device_id=ids, label=labels)
    def edit(self, at: int, device_id: str, label: str) -> None:
        """Edit a row that no run has."""
        row = self._row(at)
        if row is None or (row.device_id, row.label) == (device_id, label):
            return
        edit, _ = self._life.sheet.change([replace(row, device_id=device_id, label=label)])
        self._touch(row, gone=row.device_id != device_id)
        self._life.save(edit.after)

    @precondition(lambda self: not self._asked())
    @rule(at=places)
    def delete(self, at: int) -> None:
        """Delete a row that no run has."""
        row = self._row(at)
        if row is not None:
            edit, _ = self._life.sheet.remove([row.number])
            self._touch(row, gone=True)
            self._life.save((), edit.drop)

    @precondition(lambda self: self._life.run is None and self._life.sheet.jobs(SENDABLE))
    @rule()
    def press(self) -> None:
        """Confirm all that can go."""
        self._touched = set()
        self._listed = {each.device for each in self._life.store.bindings.bound_devices(self.profile.channel)}
        self._confirmed = self._life.confirm()

    @precondition(lambda self: self._life.run is not None and not self._life.run.prompt.done())
    @rule()
    def answer_prompt(self) -> None:
        """Enter the password."""
        others = {
            each.device for each in self._life.store.bindings.bound_devices(self.profile.channel)
        } - self._listed
        try:
            self._life.answer_prompt()
        except ListGrown:
            assert others
        self._look_at_what_left()
        if not self._ledger and self.profile.behaviour is Behaviour.NOT_CHECKED:
            # Nobody knows yet whether the channel takes anything.
            assert len(self._asked()) <= 1

    @precondition(lambda self: self._life.run is not None)
    @rule()
    def stop(self) -> None:
        """Press Stop; what is on its way then has no answer."""
        self._lose()
        self._life.press_stop()
        assert self._life.run is None

    # ------------------------------------------------------------ the world

    @precondition(lambda self: self._asked())
    @rule()
    def bound(self) -> None:
        """Answer with a code of 0."""
        self._accepted.update(self._asked())
        for number in self._numbers():
            self._lost.pop(number, None)
            row = self._life.sheet[number]
            self._given[number] = Device(row.device_id, row.label)
        self._ledger.update({device.device_id: device.label for device in self._asked()})
        self._answer(200, 0)

    @precondition(lambda self: self._asked())
    @rule(answer=st.sampled_from([(200, 4000), (401, 4100), (429, 4013)]))
    def refused(self, answer: tuple[int, int]) -> None:
        """Answer that it is not taken: the devices, the token, or just now."""
        self._answer(*answer)

    @precondition(lambda self: self._asked())
    @rule()
    def lost(self) -> None:
        """Lose the answer."""
        self._lose()
        self._give(AnswerLost(START))

    @precondition(lambda self: self._asked())
    @rule()
    def no_way(self) -> None:
        """Find no way to the server."""
        self._give(NeverSent(START, NotSent.CONNECT))

    @precondition(lambda self: not self._asked() and self.profile.sender)
    @rule(device_id=ids, label=labels)
    def others_tell(self, device_id: str, label: str) -> None:
        """Let another bench say that it has bound something."""
        self._told += 1
        told = foreign(self._told, device_id, minutes=self._told, label=label)
        self._life.store.benches.take_in([replace(told, channel=self.profile.channel)]).result()

    @precondition(lambda self: self._life.run is not None)
    @rule(answered=st.booleans())
    def kill(self, *, answered: bool) -> None:
        """Drop everything, at times just as a code of 0 has come; what the disk has is what is true."""
        self._lose()
        if answered:
            self._accepted.update(self._asked())
        self._life.kill(self._reply(200, 0) if answered else None)

    # ------------------------------------------------------------ what must be so

    @invariant()
    def a_row_is_bound_after_a_code_0_and_never_otherwise(self) -> None:
        """On the disk, for as long as nobody edits it."""
        rows = [row for row in self._life.rows if row.outcome.state is State.BOUND]
        bound = {row.number: Device(row.device_id, row.label) for row in rows}
        assert self._given.items() <= bound.items()
        assert self._accepted.issuperset(bound.values())

    @invariant()
    def the_ledger_has_what_a_code_0_was_given_for(self) -> None:
        """And nothing else, whatever becomes of its row; another bench may have bound it since."""
        bound = self._life.store.bindings.bound_devices(self.profile.channel)
        own = {each.device.device_id: each.device.label for each in bound if not each.machine}
        others = {each.device.device_id for each in bound if each.machine}
        assert own.items() <= self._ledger.items()
        assert self._ledger.keys() <= own.keys() | others

    @invariant()
    def what_may_have_been_taken_is_never_called_unsent(self) -> None:
        """Whatever came after it: only a code of 0 changes it."""
        for row in self._life.rows:
            if self._lost.get(row.number) == row.device_id:
                assert row.outcome.state in UNDER_WAY | {State.UNKNOWN}

    @invariant()
    def without_a_run_the_table_shows_what_the_disk_has(self) -> None:
        """And nothing is under way."""
        if self._life.run is None:
            shown = {row.number: row.outcome for row in self._life.sheet}
            assert shown == {row.number: row.outcome for row in self._life.rows}
            assert UNDER_WAY.isdisjoint(outcome.state for outcome in shown.values())

    def teardown(self) -> None:
        """Let go of the data folder."""
        self._life.close()
        self._folder.cleanup()

    def _look_at_what_left(self) -> None:
        """What is sent is what was confirmed: the rows as they were then, and with them what was agreed to."""
        run, job = self._life.run, self._confirmed
        if run is None or run.begun is None:
            return
        assert job is not None
        first = {row.device_id: row.number for row in reversed(tuple(self._life.sheet))}
        left = [each for each in job.jobs if each.number not in self._touched]
        # One that is by now a repeat of a row that was edited is not sent.
        assert run.begun.jobs == tuple(each for each in left if first[each.device.device_id] == each.number)
        confirmed = {each.device for each in run.begun.jobs}
        along = set(self._asked()) - confirmed
        if self.profile.behaviour is Behaviour.REPLACES:
            assert confirmed <= set(self._asked()) or not self._asked()
            assert along <= self._listed
        else:
            assert not along

    def _asked(self) -> tuple[Device, ...]:
        run = self._life.run
        return () if run is None or run.site.answer is None else run.site.asked

    def _numbers(self) -> list[int]:
        """The rows of the request that is under way."""
        run = self._life.run
        begun = run.begun if run is not None else None
        return [] if begun is None else [job.number for job in begun.jobs if job.device in self._asked()]

    def _lose(self) -> None:
        """What is on its way will have no answer."""
        if self._asked():
            self._lost.update({number: self._life.sheet[number].device_id for number in self._numbers()})

    def _answer(self, status: int, code: int) -> None:
        self._give(self._reply(status, code))

    def _reply(self, status: int, code: int) -> HttpReply:
        return HttpReply(START, status, {}, json.dumps({"code": code, "msg": ""}).encode())

    def _give(self, reply: Reply) -> None:
        self._life.answer(reply)
        self._look_at_what_left()

    def _row(self, at: int) -> Row | None:
        """The row at a place, where there is one that nobody has."""
        rows = list(self._life.sheet)
        return rows[at] if at < len(rows) and not self._life.sheet.is_taken(rows[at].number) else None

    def _touch(self, row: Row, *, gone: bool) -> None:
        self._touched.add(row.number)
        self._given.pop(row.number, None)
        if gone:
            self._lost.pop(row.number, None)


@pytest.mark.long
@pytest.mark.parametrize("behaviour", Behaviour)
def test_in_any_order(behaviour: Behaviour) -> None:
    """What leaves is what was confirmed; what a code 0 was given for is bound, and no other; no answer: unknown."""

    class OfThisChannel(Lives):
        profile = replace(PROFILE, behaviour=behaviour, sender=behaviour is Behaviour.REPLACES)

    # Not made smaller where it fails: each try writes to a disk.
    run_state_machine_as_test(
        OfThisChannel,
        settings=settings(phases=[Phase.explicit, Phase.generate], max_examples=20, stateful_step_count=30),
    )
