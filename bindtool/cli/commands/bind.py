"""`bindtool bind`: binds a file's devices one after another, with a line of results for each.

It has the order of a whole `bind`, from the file to the exit status. The run itself is started in
`core.jobs.channel_run`; results of earlier runs are handled in `resume`, showing the requests instead of sending
them in `dry_run`.
"""

from __future__ import annotations

import asyncio
import importlib
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bindtool.cli.commands import dry_run
from bindtool.cli.commands.resume import Plan, Record, note_answered
from bindtool.cli.database_check import checked_meanwhile
from bindtool.cli.handoff import hand_over
from bindtool.cli.interruption import status_of
from bindtool.cli.list_and_report import change_saved, check_report, origin_of, read_devices, write_report
from bindtool.cli.profile_choice import profile_for_bind
from bindtool.cli.run_output import RunOutput
from bindtool.cli.shared_ledger_run import hold, number, opened_ledger, preview_numbers
from bindtool.cli.token_access import print_how_to_log_in, print_how_to_sign_in, read_token
from bindtool.cli.warnings import say_before, say_labels, say_whose
from bindtool.core.binding.events import STOPPED_EARLY, Ended, Ending
from bindtool.core.binding.replace_mode import count_by_bench, why_not_sender
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput, LedgerFailed, StoreFailed, TokenMissing
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.intake.holds import lacks_label
from bindtool.core.intake.sheet_setup import channel_labels
from bindtool.core.jobs.bind_job import Begun, BindJob, Concluded, Held, ListGrown
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile, as_known
from bindtool.i18n.row_text import benches_words
from bindtool.practice import channel as practice

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.model.device import Device
    from bindtool.core.model.job import Job
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store

ALL_BOUND, SOME_NOT_BOUND, STOPPED, NOT_WRITTEN = 0, 1, 3, 5

LABELS_OF_THE_LIST = Labeller(LabelTemplate.parse("{n}"), Blocks(()))
"""Assigns no label: rows have only the list's own."""


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Bind the devices of a file; return the exit status.

    Raises:
        BadInput: the file, the profile, an option or the report is invalid; the channel replaces its list, and
            this laptop is not its sender; the database was rebuilt and may lack one of the devices.
        FolderInUse: another bindtool writes in the data folder.
        PasswordStoreError: the token can't be read.
        LedgerFailed: "ledger.demanded", the profile's shared ledger can't be reached.
        StoreFailed: the database can't be opened, or the devices can't be written.
    """
    if given.refused and not given.resume:
        raise BadInput("cli.usage", detail="--refused: --resume", command="bindtool bind")
    if given.json and given.dry_run:
        raise BadInput("cli.usage", detail="--json: --dry-run", command="bindtool bind")
    check_report(given, process)
    with ExitStack() as stack:
        site = _practice_site(stack) if given.practice else None
        profile = profile_for_bind(given, process, console, site)
        template = LabelTemplate.parse(profile.label_template)
        store = _open_store(stack, given, process)
        labels = await channel_labels(store, template, profile.name, profile.channel, shared=bool(profile.ledger))
        # Remarks on the list's labels are kept apart from those on the template's; and running numbers are for
        # devices that are about to be sent.
        of_list = LABELS_OF_THE_LIST if template.numbered or given.resume else labels
        of_file = read_devices(given, process, profile, console, of_list)
        profile = as_known(profile, store.channels.check(profile.channel))
        closed = why_not_sender(profile)
        if closed is not None:
            raise closed
        record = Record(store, profile.channel, of_file, any_site=given.practice)
        plan = _plan(given, record, of_file, console, str(store.path.parent))
        _give_labels(plan.sheet, record, labels)
        if given.dry_run:
            preview_numbers(plan.sheet, labels)
            return dry_run.show(given, plan, profile, store, console, process.clock)
        opened = opened_ledger(profile, store, process, console, demanded=not given.without_ledger)
        async with checked_meanwhile(store.path, console), opened as ledger:
            await number(plan.sheet, labels, ledger, profile.channel, console)
            return await _Work(given, process, console, profile, store, ledger).do(plan)


def _plan(given: argparse.Namespace, record: Record, of_file: Sheet, console: Console, folder: str) -> Plan:
    """Return the rows to send.

    Raises:
        BadInput: "cli.gap", and without --resume "cli.blocked" and "cli.blocked_by_window"; a dry run says so and
            goes on.
    """
    reasons = [record.gap(of_file, console.texts), None if given.resume else record.block()]
    for reason in filter(None, [] if given.again else reasons):
        if not given.dry_run:
            raise reason
        console.error(reason)
    if not given.resume:
        return Plan(of_file)
    plan = record.resumed(of_file, refused_too=given.refused)
    console.say_messages(*record.remarks(of_file, plan, folder))
    return plan


def _give_labels(sheet: Sheet, record: Record, labels: Labeller) -> None:
    """Give rows without a label that of the template, or the numbered label their device was assigned before."""
    lacking = [row for row in sheet if lacks_label(row)]
    if labels.template.numbered:
        labels.mark_used(sheet)
        change_saved(sheet, record.with_earlier_labels(lacking, labels.template))
    else:
        change_saved(sheet, labels.relabel(lacking))


@dataclass(frozen=True, slots=True)
class _Work:
    """The state of one `bind`. `signals`: the numbers of those that have stopped its run."""

    given: argparse.Namespace
    process: ProcessEnvironment
    console: Console
    profile: Profile
    store: Store
    ledger: SharedLedger | None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    signals: list[int] = field(default_factory=list)

    async def do(self, plan: Plan) -> int:
        sheet, jobs = plan.sheet, plan.jobs()
        # Before anything is written: without a token there is no run.
        found = await self._token() if jobs else None
        sheet_id = await self._write_down(plan)
        known = sum(sheet.status(number).state is State.BOUND for number in plan.answered)
        output = RunOutput(
            sheet, self.console, self.profile.who_to_ask, self.process.clock, known if self.given.json else None
        )
        # Includes the report: a stopped run has one too.
        with self.process.interrupts(self._stop_now):
            ended = await self._run(plan, sheet_id, jobs, found, output)
            unwritten = not self._report(sheet, ended) or self.console.output_failed
        if not self.given.practice:
            await hand_over(self.profile, self.store, self.console)
        status = _status(ended, sheet, self.signals)
        if status in {ALL_BOUND, SOME_NOT_BOUND}:
            # Last of all: a run that is killed before it reports its end counts as unfinished.
            if not await self._ended(sheet_id):
                return STOPPED
            return NOT_WRITTEN if unwritten else status
        return status

    def _report(self, sheet: Sheet, ended: Ended | None) -> bool:
        """Write the report; return False if one is wanted and could not be written."""
        try:
            requests = None if ended is None else ended.requests
            write_report(self.given, sheet, self.profile, self.console.texts, self.process.clock, requests)
        except BadInput as error:
            self.console.error(error)
            self.console.say_messages(Message.of("cli.report_later"))
            return False
        return True

    async def _run(
        self, plan: Plan, sheet_id: int, jobs: tuple[Job, ...], found: FoundToken | None, output: RunOutput
    ) -> Ended | None:
        """Bind the rows, if there are any, and print the results; return None if the disk failed."""
        sheet = plan.sheet
        concluded: Concluded | None = Concluded(Ended(Ending.FINISHED), None)
        if found is not None:
            operator = self.given.operator.strip()
            job = BindJob(
                sheet_id,
                self.profile,
                jobs,
                operator,
                self._listed(plan),
                self.given.max_wait,
                seen=False,
                attended=False,
                corrected=plan.corrected,
                ledger_demanded=not self.given.without_ledger,
            )
            try:
                concluded = await self._send(job, sheet, found, output)
            except ListGrown:
                others = self._others(plan)
                raise BadInput(
                    "cli.others_go_along", n=sum(others.values()), benches=benches_words(self.console.texts, others)
                ) from None
        output.finish(self.profile)
        output.sum_up(0 if concluded is None else concluded.ended.requests)
        if concluded is None:
            return None
        output.conclude(concluded)
        print_how_to_sign_in(self.profile, concluded.ended.error, self.process, self.console)
        print_how_to_log_in(concluded.ended.obstacle, self.process, self.console)
        return concluded.ended

    def _stop_now(self, number: int) -> None:
        self.signals.append(number)
        self.stop.set()
        self.console.say_messages(Message.of("progress.stopping"))

    async def _token(self) -> FoundToken:
        if self.given.practice:
            return FoundToken(AccessToken(practice.TOKEN), TokenPlace())
        try:
            found = await read_token(self.profile, self.process, self.console)
        except TokenMissing as error:
            print_how_to_sign_in(self.profile, error, self.process, self.console)
            raise
        say_whose(found.token, self.profile, self.console)
        return found

    def _others(self, plan: Plan) -> Mapping[str, int]:
        """Return the number of devices, bound only by others, that would be sent along unnamed, by bench."""
        bound = self.store.bindings.bound_devices(self.profile.channel)
        named = plan.named
        return count_by_bench(each for each in bound if each.device.device_id not in named)

    def _listed(self, plan: Plan) -> frozenset[Device]:
        """Return the devices that may be sent along: this bench's; others' if their number was given.

        A device named in the file is confirmed as well.
        """
        if self.profile.behaviour is not Behaviour.REPLACES:
            return frozenset()
        agreed = self.given.others == sum(self._others(plan).values())
        bound = self.store.bindings.bound_devices(self.profile.channel)
        named = plan.named
        return frozenset(
            each.device for each in bound if agreed or not each.machine or each.device.device_id in named
        )

    async def _write_down(self, plan: Plan) -> int:
        """Write the rows that may be sent, and that the run had the others; return the id of the sheet."""
        put = tuple(row for row in plan.sheet if row.number not in plan.answered)
        writing = self.store.sheets.create(
            profile=self.profile.name,
            operator=self.given.operator.strip(),
            origin=origin_of(self.given.file),
            put=put,
        )
        # Load the run's modules while the disk works.
        importlib.import_module("bindtool.core.jobs.channel_run")
        sheet_id = (await asyncio.wrap_future(writing)).sheet_id
        await note_answered(self.store, sheet_id, self.profile.channel, plan, self.given)
        return sheet_id

    async def _ended(self, sheet_id: int) -> bool:
        """Write that the run has ended; False if the disk fails."""
        try:
            await asyncio.wrap_future(self.store.sheets.close_list(sheet_id))
        except StoreFailed as error:
            self.console.error(error)
            return False
        return True

    async def _send(self, job: BindJob, sheet: Sheet, found: FoundToken, output: RunOutput) -> Concluded | None:
        """Send the confirmed devices and return how the run ended; None if the disk failed.

        Raises:
            ListGrown: other devices would be sent along than those confirmed.
        """
        # httpx takes 50 ms to load, and other commands don't need it.
        from bindtool.core.jobs.channel_run import RunContext, run_job

        async def token() -> FoundToken:
            return found

        context = RunContext(self.store, self.process.clock, self.process.open_proxies(), self.ledger)
        concluded: Concluded | None = None
        try:
            # Closed at once on any exception: left open, it would go on sending.
            async with aclosing(run_job(job, sheet, token, context, self.stop)) as events:
                async for event in events:
                    match event:
                        case Held():
                            await self._hold(job, sheet, event)
                        case Begun():
                            self._say_before(sheet, event.jobs)
                            output.begin(event.jobs)
                        case Concluded():
                            concluded = event
                        case _:
                            output.take(event)
        except (StoreFailed, LedgerFailed) as error:
            self.console.error(error)
        return concluded

    async def _hold(self, job: BindJob, sheet: Sheet, held: Held) -> None:
        if held.reasons:
            hold(sheet, held.reasons)
            put = [sheet[number] for number in held.reasons]
            await asyncio.wrap_future(self.store.sheets.save(job.sheet_id, put))
        for remark in held.remarks:
            self.console.say_messages(remark)

    def _say_before(self, sheet: Sheet, jobs: Sequence[Job]) -> None:
        say_labels(list(sheet.rows(job.number for job in jobs)), self.profile, self.store, self.console)
        say_before(jobs, self.profile, self.store, self.console)
        # If requests are smaller than in the profile, say since when that is known.
        fact = self.store.channels.request_size(self.profile.channel)
        if fact is not None and fact.size < self.profile.pace.batch_size:
            day = fact.found_at.date().isoformat()
            self.console.say(self.console.texts("progress.size_known", size=fact.size, day=day))


def _open_store(stack: ExitStack, given: argparse.Namespace, process: ProcessEnvironment) -> Store:
    from bindtool.core.store import Store

    folder = DataFolder.of(process.environ, practice=given.practice)
    lock = stack.enter_context(folder.writing())
    return stack.enter_context(Store(folder.database, process.clock, lock, folder.copies))


def _practice_site(stack: ExitStack) -> str:
    # http.server takes 10 ms to load.
    from bindtool.practice.server import PracticeServer

    return stack.enter_context(PracticeServer()).site


def _status(ended: Ended | None, sheet: Sheet, signals: Sequence[int]) -> int:
    if ended is None:
        return STOPPED
    if ended.ending is Ending.STOPPED:
        return status_of(signals[0])
    if ended.ending in STOPPED_EARLY:
        return STOPPED
    return ALL_BOUND if sheet.counts()[State.BOUND] == len(sheet) else SOME_NOT_BOUND
