"""`bindtool bind`: this data folder's results for a list's devices, and their effect on sending.

It decides whether an unfinished run blocks the list, which rows `--resume` sends, and which label a device keeps.
The results are in `core/store/tables/last_answers.py`, unfinished runs in `core/jobs/interrupted_run.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bindtool.core.binding.events import Ending
from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.jobs.interrupted_run import TO_GO_ON_WITH, find_unended_run
from bindtool.core.model.device import Device, label_problem
from bindtool.core.model.outcome import FRESH, State
from bindtool.core.sheet.sheet import Sheet
from bindtool.i18n.row_text import since_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from bindtool.core.labels.template import LabelTemplate
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.job import Job
    from bindtool.core.model.row import Row
    from bindtool.core.store import Store
    from bindtool.core.store.tables.last_answers import LastAnswer
    from bindtool.i18n.catalogue import Texts


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one `bind` for the rows of its list.

    `sheet`: all rows, as in the report; those in one of `states` are sent. `answered`: the numbers of rows that
    have their answer already and are not sent. `corrected`: as in `BindJob`.
    """

    sheet: Sheet
    states: frozenset[State] = FRESH
    answered: frozenset[int] = frozenset()
    corrected: frozenset[int] = frozenset()

    def jobs(self) -> tuple[Job, ...]:
        return tuple(job for job in self.sheet.jobs(self.states) if job.number not in self.answered)

    @property
    def named(self) -> frozenset[str]:
        """The ids that the list names for the channel: of rows that are sent, or have their answer."""
        rows = self.sheet.rows([*(job.number for job in self.jobs()), *self.answered])
        return frozenset(row.device_id for row in rows)


class Record:
    """This data folder's results for the devices of a list on a channel.

    `any_site`: as for `LastAnswers`.
    """

    def __init__(self, store: Store, channel: Channel, of_file: Sheet, *, any_site: bool = False) -> None:
        self._store = store
        self._channel = channel
        self._any_site = any_site
        self._device_ids = [row.device_id for row in of_file if row.device_id]

    @cached_property
    def _answers(self) -> Mapping[str, LastAnswer]:
        return self._store.answers.by_device(self._channel, self._device_ids, any_site=self._any_site)

    def gap(self, of_file: Sheet, texts: Texts) -> BadInput | None:
        """Return why nothing may be sent: the database was rebuilt, and some of the devices had no run since."""
        gap = self._store.bindings.gap
        if gap is None:
            return None
        statuses = of_file.statuses([row.number for row in of_file])
        fit = {
            row.device_id
            for row, status in zip(of_file, statuses, strict=True)
            if status.reason is None or status.reason == label_problem("")
        }
        runs = self._store.runs.of_devices(self._channel, fit, any_site=self._any_site)
        had = {each.device_id for each in runs if each.run.run_id > gap.last_run}
        return None if fit <= had else BadInput("cli.gap", since=since_words(texts, gap.since))

    def block(self) -> BadInput | None:
        """Return why not all of the list may be sent: an unfinished run had one of its devices."""
        run = find_unended_run(self._store, self._channel, self._device_ids, any_site=self._any_site)
        if run is None:
            return None
        states = [answer.outcome.state for answer in self._answers.values()]
        return BadInput(
            "cli.blocked_by_window" if run.origin == "window" else "cli.blocked",
            file=run.origin,
            time=run.started_at.strftime("%Y-%m-%d %H:%M"),
            bound=states.count(State.BOUND),
            unknown=states.count(State.UNKNOWN),
        )

    def with_earlier_labels(self, rows: Sequence[Row], template: LabelTemplate) -> list[Row]:
        """Return the rows whose device was assigned a number before, each with that label."""
        given = self._store.answers.labels(self._channel, [row.device_id for row in rows], any_site=self._any_site)
        found = []
        for row in rows:
            numbered = [
                label
                for label in given.get(row.device_id, ())
                if template.number_in(label, row.device_id) is not None
            ]
            found += [replace(row, label=label) for label in numbered[-1:]]
        return found

    def resumed(self, of_file: Sheet, *, refused_too: bool) -> Plan:
        """Return the plan of `--resume`: sends rows without an answer; with `refused_too`, refused ones as well.

        A refusal applied to the label of that time: if the list has another one, the row is sent.

        `of_file`: its rows have the labels of the list alone.
        """
        rows: list[Row] = []
        answered: set[int] = set()
        corrected: set[int] = set()
        for row, answer in self._known(of_file):
            outcome = answer.outcome
            if outcome.state is State.REFUSED and row.label not in {"", answer.label}:
                corrected.add(row.number)
                continue
            # It was confirmed before it was sent.
            rows.append(replace(row, label=answer.label, held=None, outcome=outcome))
            refused = outcome.state is State.REFUSED or outcome.refused_since
            if outcome.state is State.BOUND or (refused and not refused_too):
                answered.add(row.number)
        changed = {row.number: row for row in rows}
        sheet = Sheet([changed.get(row.number, row) for row in of_file])
        return Plan(sheet, TO_GO_ON_WITH | {State.REFUSED}, frozenset(answered), frozenset(corrected))

    def remarks(self, of_file: Sheet, plan: Plan, folder: str) -> list[Message]:
        """Return the remarks before sending: the earlier results, and the number of labels of the list ignored."""
        counts = plan.sheet.counts()
        known = Message.of(
            "cli.resuming",
            folder=folder,
            total=len(of_file),
            bound=counts[State.BOUND],
            unknown=counts[State.UNKNOWN],
            refused=counts[State.REFUSED],
        )
        others = sum(
            bool(row.label) and row.label != plan.sheet[row.number].label for row, _ in self._known(of_file)
        )
        return [known, Message.of("cli.labels_kept", n=others)] if others else [known]

    def _known(self, of_file: Sheet) -> Iterable[tuple[Row, LastAnswer]]:
        for row in of_file:
            answer = self._answers.get(row.device_id)
            if answer is not None and of_file.first_with(row.device_id) == row:
                yield row, answer


async def note_answered(
    store: Store, sheet_id: int, channel: Channel, plan: Plan, given: argparse.Namespace
) -> None:
    """Write that this run had the devices that it does not send, so that it supersedes an earlier one."""
    devices: Mapping[int, Device] = {
        row.number: Device(row.device_id, row.label) for row in plan.sheet.rows(sorted(plan.answered))
    }
    if devices:
        run_id = await asyncio.wrap_future(
            store.runs.begin(sheet_id, channel, devices, operator=given.operator.strip())
        )
        await asyncio.wrap_future(store.runs.end(run_id, Ending.FINISHED))
