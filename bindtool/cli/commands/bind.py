"""`bindtool bind`: a file's devices, bound one after another, a line of results for each.

It has the order of a whole `bind`, from the file to the exit status. The run itself is started in
`core.jobs.channel_run`; going on with an earlier one is in `resume`, showing the requests instead of sending them
in `dry_run`.
"""

from __future__ import annotations

import asyncio
import importlib
from contextlib import ExitStack, aclosing
from dataclasses import field
from typing import TYPE_CHECKING

from bindtool.cli.commands import dry_run, resume
from bindtool.cli.database_check import checked_meanwhile
from bindtool.cli.interruption import status_of
from bindtool.cli.list_and_report import check_report, origin_of, read_devices, write_report
from bindtool.cli.profile_choice import profile_for_bind
from bindtool.cli.run_output import RunOutput
from bindtool.cli.shared_ledger_run import hold, hold_unnumbered, number, opened_ledger
from bindtool.cli.token_access import read_token, tell_how_to_pass, tell_how_to_sign_in
from bindtool.cli.warnings import say_before, say_labels, say_whose
from bindtool.core.binding.events import Ended, Ending
from bindtool.core.binding.replace_mode import carried_along, count_by_bench, why_not_sender
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput, LedgerFailed, StoreFailed, TokenMissing
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.intake.sheet_setup import channel_labels
from bindtool.core.jobs.bind_job import Begun, BindJob, Concluded, Held, ListGrown
from bindtool.core.jobs.interrupted_run import TO_GO_ON_WITH
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import as_known
from bindtool.i18n.row_text import benches_words
from bindtool.practice import channel as practice
from bindtool.values import value

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from bindtool.cli.commands.resume import Unfinished
    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.model.device import Device
    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store

ALL_BOUND, SOME_NOT_BOUND, STOPPED = 0, 1, 3

_STATUS_OF_ENDING = {
    Ending.AUTHENTICATION: STOPPED,
    Ending.PERMISSION: STOPPED,
    Ending.CHANNEL: STOPPED,
    Ending.BILLING: STOPPED,
    Ending.RISK_CONTROL: STOPPED,
    Ending.NOT_ACCEPTED: STOPPED,
    Ending.WAIT_TOO_LONG: STOPPED,
    Ending.QUOTA: STOPPED,
    Ending.SIGN_IN: STOPPED,
    Ending.PROXY_LOGIN: STOPPED,
}
"""After any other ending it counts what was bound."""


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Bind the devices of a file; return the exit status.

    Raises:
        BadInput: the file, the profile, an option or the report can't be taken; the channel replaces its list, and
            this laptop is not the one that sends it.
        FolderInUse: another bindtool writes in the data folder.
        PasswordStoreError: the token can't be had.
        StoreFailed: the database can't be opened, or the devices can't be written down.
    """
    check_report(given, process)
    with ExitStack() as stack:
        site = _practice_site(stack) if given.practice else None
        profile = profile_for_bind(given, process, console, site)
        template = LabelTemplate.parse(profile.label_template)
        store = _open_store(stack, given, process) if template.numbered else None
        labels = None
        if store is not None:
            shared = bool(profile.ledger)
            labels = await channel_labels(store, template, profile.name, profile.channel, shared=shared)
        sheet = read_devices(given, process, profile, console, labels)
        if given.dry_run:
            hold_unnumbered(sheet, labels)
        if given.dry_run and profile.behaviour is not Behaviour.REPLACES:
            return dry_run.show(given, sheet, profile, console, process.clock)
        store = store or _open_store(stack, given, process)
        profile = as_known(profile, store.channels.check(profile.channel))
        closed = why_not_sender(profile)
        if closed is not None:
            raise closed
        if given.dry_run:
            bound = store.ledger.bound_devices(profile.channel)
            return dry_run.show(given, sheet, profile, console, process.clock, bound)
        opened = opened_ledger(profile, store, process, console)
        async with checked_meanwhile(store.path, console), opened as ledger:
            await number(sheet, labels, ledger, profile.channel, console)
            return await _Work(given, process, console, profile, store, ledger).do(sheet)


@value(frozen=True, slots=True)
class _Work:
    """One `bind` with everything that it needs. `signals`: the numbers of those that have stopped its run."""

    given: argparse.Namespace
    process: ProcessEnvironment
    console: Console
    profile: Profile
    store: Store
    ledger: SharedLedger | None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    signals: list[int] = field(default_factory=list)

    async def do(self, of_file: Sheet) -> int:
        origin = origin_of(self.given.file)
        unfinished = self._unfinished(origin)
        sheet = of_file
        if unfinished is not None:
            numbered = LabelTemplate.parse(self.profile.label_template).numbered
            sheet = resume.merge(of_file, unfinished, self.profile.channel, self.store, numbered=numbered)
            self.console.tell(unfinished.taken_up)
        jobs = sheet.jobs(TO_GO_ON_WITH)
        # Before anything is written: without a token this is no run that could be gone on with.
        found = await self._token() if jobs else None
        if unfinished is None:
            sheet_id = await self._write_down(sheet, origin)
        else:
            sheet_id = await resume.take_over(self.store, unfinished, sheet)
        output = RunOutput(sheet, self.console, self.profile.who_to_ask, self.process.clock)
        # Up to the report: a run that is stopped has one too.
        with self.process.interrupts(self._stop_now):
            try:
                ending = await self._run(sheet, sheet_id, jobs, found, output, new=unfinished is None)
                if ending is Ending.FINISHED and not await self._closed(sheet_id):
                    ending = None
            except OSError:
                # The results have no room where they go; the report may.
                output.settle()
                self._report(sheet)
                raise
            self._report(sheet)
        return _status(ending, sheet, self.signals)

    def _report(self, sheet: Sheet) -> None:
        write_report(self.given, sheet, self.profile, self.console.texts, self.process.clock)

    async def _run(
        self,
        sheet: Sheet,
        sheet_id: int,
        jobs: tuple[Job, ...],
        found: FoundToken | None,
        output: RunOutput,
        *,
        new: bool,
    ) -> Ending | None:
        """Bind the rows, if there are any, and print what comes of it; returns None where the disk failed."""
        concluded: Concluded | None = Concluded(Ended(Ending.FINISHED), None)
        if found is not None:
            operator = self.given.operator.strip()
            listed = self._listed(jobs)
            max_wait = self.given.max_wait
            job = BindJob(sheet_id, self.profile, jobs, operator, listed, max_wait, seen=False, attended=False)
            try:
                concluded = await self._send(job, sheet, found, output)
            except ListGrown:
                if new:
                    await self._closed(sheet_id)
                others = self._others(sheet.unchanged(jobs, TO_GO_ON_WITH))
                raise BadInput(
                    "cli.others_go_along", n=sum(others.values()), benches=benches_words(others)
                ) from None
        output.finish(self.profile)
        if concluded is None:
            return None
        output.conclude(concluded)
        tell_how_to_sign_in(self.profile, concluded.ended.error, self.process, self.console)
        tell_how_to_pass(concluded.ended.obstacle, self.process, self.console)
        return concluded.ended.ending

    def _stop_now(self, number: int) -> None:
        self.signals.append(number)
        self.stop.set()
        self.console.tell(Message.of("progress.stopping"))

    def _unfinished(self, origin: str) -> Unfinished | None:
        """Return the run to go on with; one that nobody asked for is named and left alone."""
        unfinished = resume.find(self.store, origin, self.profile.name)
        if self.given.resume:
            if unfinished is None:
                self.console.tell(Message.of("cli.nothing_to_resume"))
            return unfinished
        if unfinished is not None:
            self.console.tell(unfinished.named)
        return None

    async def _token(self) -> FoundToken:
        if self.given.practice:
            return FoundToken(AccessToken(practice.TOKEN), TokenPlace())
        try:
            found = await read_token(self.profile, self.process, self.console)
        except TokenMissing as error:
            tell_how_to_sign_in(self.profile, error, self.process, self.console)
            raise
        say_whose(found.token, self.profile, self.console)
        return found

    def _others(self, jobs: Sequence[Job]) -> Mapping[str, int]:
        """Return how many devices that only others have bound would go along with these rows, by bench."""
        return count_by_bench(carried_along(self.store.ledger.bound_devices(self.profile.channel), jobs))

    def _listed(self, jobs: Sequence[Job]) -> frozenset[Device]:
        """Return what may go along: what was bound here; what others have bound where its number was given.

        What the file names anew is agreed to as well.
        """
        if self.profile.behaviour is not Behaviour.REPLACES:
            return frozenset()
        agreed = self.given.others == sum(self._others(jobs).values())
        bound = self.store.ledger.bound_devices(self.profile.channel)
        anew = {each.device.device_id for each in jobs}
        return frozenset(
            each.device for each in bound if agreed or not each.machine or each.device.device_id in anew
        )

    async def _write_down(self, sheet: Sheet, origin: str) -> int:
        writing = self.store.sheets.create(
            profile=self.profile.name, operator=self.given.operator.strip(), origin=origin, put=tuple(sheet)
        )
        # While the disk works, what the run needs is loaded.
        importlib.import_module("bindtool.core.jobs.channel_run")
        return (await asyncio.wrap_future(writing)).sheet_id

    async def _closed(self, sheet_id: int) -> bool:
        """Write that nobody works on the sheet any more; False where the disk fails: there is a report to write."""
        try:
            await asyncio.wrap_future(self.store.sheets.close(sheet_id))
        except StoreFailed as error:
            self.console.error(error)
            return False
        return True

    async def _send(self, job: BindJob, sheet: Sheet, found: FoundToken, output: RunOutput) -> Concluded | None:
        """Send what was confirmed and return how the run ended; None where the disk failed.

        Raises:
            ListGrown: other devices would go along than may.
        """
        # httpx takes 50 ms to load, and is of no use to the other commands.
        from bindtool.core.jobs.channel_run import RunContext, run_job

        async def token() -> FoundToken:
            return found

        context = RunContext(self.store, self.process.clock, self.process.open_proxies(), self.ledger)
        concluded: Concluded | None = None
        try:
            # Closed at once whatever happens here: left to itself, it would go on sending.
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
            self.console.tell(remark)

    def _say_before(self, sheet: Sheet, jobs: Sequence[Job]) -> None:
        say_labels(list(sheet.rows(job.number for job in jobs)), self.profile, self.store, self.console)
        say_before(jobs, self.profile, self.store, self.console)
        # Where requests are smaller than the profile wants them, since when that is known.
        fact = self.store.channels.request_size(self.profile.channel)
        if fact is not None and fact.size < self.profile.pace.batch_size:
            day = fact.found_at.date().isoformat()
            self.console.say(self.console.texts("progress.size_known", size=fact.size, day=day))


def _open_store(stack: ExitStack, given: argparse.Namespace, process: ProcessEnvironment) -> Store:
    """Open the database. A dry run does without it, unless the ledger goes along or has to say the next number."""
    from bindtool.core.store import Store

    folder = DataFolder.of(process.environ, practice=given.practice)
    lock = stack.enter_context(folder.writing())
    return stack.enter_context(Store(folder.database, process.clock, lock))


def _practice_site(stack: ExitStack) -> str:
    # http.server takes 10 ms to load.
    from bindtool.practice.server import PracticeServer

    return stack.enter_context(PracticeServer()).site


def _status(ending: Ending | None, sheet: Sheet, signals: Sequence[int]) -> int:
    if ending is None:
        return STOPPED
    if ending is Ending.STOPPED:
        return status_of(signals[0])
    all_bound = sheet.counts()[State.BOUND] == len(sheet)
    return _STATUS_OF_ENDING.get(ending, ALL_BOUND if all_bound else SOME_NOT_BOUND)
