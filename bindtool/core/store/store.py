"""The open database as the rest of the program sees it, with a thread that writes and a connection that reads.

It opens and closes the file and offers all queries; their statements are in `tables`. Writing returns a future that
resolves once the disk has it; reading returns at once with what is committed. Every failure is a StoreFailed.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.row import SheetHead
from bindtool.core.store import schema
from bindtool.core.store.connection import Reader, WriteGuard, files_of, open_for_writing, transaction
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.shared import SharedTables
from bindtool.core.store.tables import channel_facts, ledger, past_sheets, rows, runs, sheets
from bindtool.core.store.tables import labels as given_labels
from bindtool.core.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from bindtool.core.common.clock import Clock
    from bindtool.core.common.data_folder import KnownFile
    from bindtool.core.labels.template import LabelTemplate
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.channel_check import ChannelCheck
    from bindtool.core.model.device import Device
    from bindtool.core.model.outcome import Outcome
    from bindtool.core.model.row import Row
    from bindtool.core.store.tables.channel_facts import RequestSizeFact
    from bindtool.core.store.tables.ledger import BoundDevice, LedgerEntry
    from bindtool.core.store.tables.past_sheets import SheetOfSpan
    from bindtool.core.store.tables.runs import Run, SentDevice, SentRequest


class Store:
    """An open database. Any thread may use it; the data folder's lock sees to it that nobody else writes.

    Futures fail with StoreFailed: "store.disk_full", "store.unwritable", "store.damaged", "store.failed", or
    "store.gone" (it was written, and the path leads elsewhere by now); for rows, and for requests that do not
    leave, also "folder.lock_lost". They can't be cancelled. Reading raises "store.damaged" and "store.failed".
    """

    def __init__(self, path: Path, clock: Clock, lock: KnownFile | None = None) -> None:
        """Open the database at `path`, made if it is missing; bring it up to date and true after a crash.

        `lock`: the file that keeps others from writing, as `DataFolder.writing` gives it.

        Raises:
            StoreFailed: "store.newer" or "store.damaged" (nothing was touched), "store.unwritable",
                "store.disk_full", "store.failed".
        """
        self._path = path
        self._clock = clock
        with failing_as_store(path), ExitStack() as undo:
            schema.check(path)
            writing = open_for_writing(path)
            undo.callback(writing.close)
            schema.migrate(writing)
            with transaction(writing):
                rows.recover(writing)
            self._reader = Reader(path)
            undo.callback(self._reader.close)
            files = files_of(path)
            self._writer = Writer(writing, path, files)
            undo.pop_all()
        self._read = self._reader.read
        self._guarded = WriteGuard(lock, files[0]).checked
        self.benches = SharedTables(self._reader, self._writer)
        """What this bench shares with others, and what they have shared."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what waits, then close the file. A second call does nothing."""
        self._reader.close()
        self._writer.close()

    @property
    def path(self) -> Path:
        """Where the file lies, for `History`."""
        return self._path

    @property
    def commits(self) -> int:
        """How many transactions were committed since the store was opened; for the benchmark."""
        return self._writer.commits

    # sheets

    def create_sheet(
        self,
        *,
        profile: str = "",
        job: str = "",
        expected: int | None = None,
        operator: str = "",
        origin: str = "window",
        put: Sequence[Row] = (),
    ) -> Future[SheetHead]:
        """Add a sheet with the rows `put`, in one step; the future brings its head with its sheet_id."""
        head = SheetHead(0, self._clock.now(), profile, job, expected, operator, origin)
        return self._writer.submit(self._guarded(rows.create_sheet), head, tuple(put))

    def renew_sheet(self, old: SheetHead) -> Future[SheetHead]:
        """Close a sheet and add an empty one of the same profile and operator, in one step; bring its head."""
        return self._writer.submit(sheets.renew, old, self._clock.now())

    def update_head(self, head: SheetHead) -> Future[None]:
        """Write the profile, job, expected number and operator of a sheet."""
        return self._writer.submit(sheets.update, head)

    def close_sheet(self, sheet_id: int) -> Future[None]:
        """Say that nobody works on the sheet any more; it stays readable."""
        return self._writer.submit(sheets.close, sheet_id, self._clock.now())

    def delete_sheet(self, sheet_id: int, before: datetime) -> Future[bool]:
        """Delete a sheet that was closed before that time, with its runs; False where it may not go.

        The ledger keeps what was bound. One sheet a step: a scan that comes meanwhile waits for no more than that.
        """
        return self._writer.submit(past_sheets.delete, sheet_id, before)

    def current_sheet(self, profile: str, origin: str = "window") -> SheetHead | None:
        """Return the newest sheet of that profile ("" for none) and origin that isn't closed."""
        return self._read(sheets.current, profile, origin)

    def sheets(self) -> tuple[SheetHead, ...]:
        """Return every sheet, closed ones too, the newest first."""
        return self._read(sheets.heads)

    def last_number(self, sheet_id: int) -> int:
        """Return the highest row number that the sheet ever gave, deleted rows included; 0 for none."""
        return self._read(sheets.last_number, sheet_id)

    # rows

    def save(self, sheet_id: int, put: Sequence[Row] = (), drop: Sequence[int] = ()) -> Future[None]:
        """Write one edit: delete the rows numbered `drop`, then add or overwrite the rows `put`.

        Where a run has sent a row of `put` since the edit was made, what the run has written stays.
        """
        return self._writer.submit(self._guarded(rows.save), sheet_id, tuple(put), tuple(drop))

    def load(self, sheet_id: int) -> tuple[Row, ...]:
        """Return the rows of a sheet by number, each marked as saved."""
        return self._read(rows.load, sheet_id)

    def sheets_between(self, begin: datetime, end: datetime) -> tuple[SheetOfSpan, ...]:
        """Return the sheets, the oldest first, with their rows that came in or were answered in a span."""
        return self._read(past_sheets.sheets_between, begin, end)

    def bound_between(self, begin: datetime, end: datetime) -> tuple[str, ...]:
        """Return the ids that were bound in a span, each once, whether a sheet still has them or not."""
        return self._read(past_sheets.bound_between, begin, end)

    # runs

    def begin_run(
        self,
        sheet_id: int,
        channel: Channel,
        devices: Mapping[int, Device],
        *,
        operator: str = "",
        profile: str = "",
        token: str = "",
    ) -> Future[int]:
        """Write that a run begins, with all that it will send by row number; the future brings its run_id.

        What goes along without a row has a number below 0. `token`: the name that its token is kept under, "" for
        one that is kept nowhere.
        """
        begin, now = self._guarded(runs.begin_run), self._clock.now()
        return self._writer.submit(begin, now, sheet_id, channel, dict(devices), operator, profile, token)

    def begin_request(
        self, run_id: int, number: int, outcomes: Mapping[int, Outcome], carried: Sequence[int] = ()
    ) -> Future[None]:
        """Write that request `number` of a run is about to leave, and what the rows that it carries become.

        To be waited for before the request leaves, so it passes what is settled meanwhile, which is of other rows.
        Rows that no longer hold the device of the run stay as they are. `carried`: numbers of devices without one.
        """
        begin = self._guarded(runs.begin_request)
        return self._writer.submit_urgent(begin, self._clock.now(), run_id, number, dict(outcomes), tuple(carried))

    def withdraw_request(self, run_id: int, number: int, outcomes: Mapping[int, Outcome]) -> Future[None]:
        """Forget that request `number` of a run was about to leave: it did not. Its rows get `outcomes` back."""
        return self._writer.submit(self._guarded(runs.withdraw_request), run_id, number, dict(outcomes))

    def settle(
        self,
        run_id: int,
        outcomes: Mapping[int, Outcome],
        request: int | None = None,
        kind: VerdictKind | None = None,
    ) -> Future[None]:
        """Write what became of rows, with the answer to `request`, and put bound devices into the ledger.

        `request` is None where the news came without one; `kind`: what its answer was taken for, None for an answer
        that may have been lost. Rows that no longer hold the device of the run stay as they are; the ledger gets
        the device that was sent.
        """
        return self._writer.submit_patient(
            runs.settle, self._clock.now(), run_id, dict(outcomes), request, kind or VerdictKind.LOST
        )

    def end_run(self, run_id: int, ending: str) -> Future[None]:
        """Write that a run is over; `ending` says how, in the caller's own word."""
        return self._writer.submit(runs.end_run, self._clock.now(), run_id, ending)

    def recover(self) -> Future[None]:
        """Say of rows under way what is true after a crash, for a run that ended because the disk failed.

        No run may be on; opening the database has done it for those of an earlier start.
        """
        return self._writer.submit(self._guarded(rows.recover))

    def unfinished_runs(self) -> tuple[Run, ...]:
        """Return the runs that have no end, the newest first."""
        return self._read(runs.unfinished_runs)

    def last_run(self, sheet_id: int, numbers: Sequence[int] = ()) -> Run | None:
        """Return the newest run of a sheet, over or not; with `numbers`, the newest that sent one of these rows."""
        return self._read(runs.last_run, sheet_id, numbers)

    def run_devices(self, run_id: int) -> tuple[SentDevice, ...]:
        """Return all that a run set out to send, by row number, whether it left or not."""
        return self._read(runs.run_devices, run_id)

    def requests(self, run_id: int) -> tuple[SentRequest, ...]:
        """Return the requests of a run by number, each with its answer and devices."""
        return self._read(runs.requests, run_id)

    def last_requests(self, sheet_id: int, numbers: Sequence[int]) -> tuple[SentRequest, ...]:
        """Return the last request of each row in `numbers`, in whichever run, in order and each request once."""
        return self._read(runs.last_requests, sheet_id, numbers)

    def last_request(self, sheet_id: int, number: int) -> SentRequest | None:
        """Return the last request that carried row `number` of a sheet, in whichever run."""
        return next(iter(self.last_requests(sheet_id, [number])), None)

    # ledger

    def ever_bound(self, channel: Channel) -> bool:
        """Tell whether this connector, on this site and with this key, ever gave a code of 0 here, for whomever."""
        return self._read(ledger.ever_bound, channel)

    def bound_before(self, channel: Channel, device_id: str) -> LedgerEntry | None:
        """Return the latest ledger entry of a device on this channel and for this developer."""
        return self._read(ledger.bound_before, channel, device_id)

    def all_bound_before(self, channel: Channel, device_ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
        """Return, by id, the latest ledger entry of each of these devices that has one there."""
        return self._read(ledger.all_bound_before, channel, device_ids)

    def bound_count(self, channel: Channel) -> int:
        """Return how many different devices were bound on this channel and for this developer."""
        return self._read(ledger.bound_count, channel)

    def bound_devices(self, channel: Channel) -> tuple[BoundDevice, ...]:
        """Return all that was bound on this channel and for this developer, in order, with the latest labels."""
        return self._read(ledger.bound_devices, channel)

    # labels

    def label_holders(self, channel: Channel, labels: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """Return, by label, two ids that were bound with it there; the same one twice where there is only one."""
        return self._read(given_labels.holders, channel, labels)

    def numbers(self, template: LabelTemplate, profile: str, channel: Channel | None) -> frozenset[int]:
        """Return the running numbers that labels of this template have there and in the profile's sheets."""
        return self._read(given_labels.numbers, template, profile, channel)

    # what is known of channels

    def remember_request_size(self, channel: Channel, size: int) -> Future[None]:
        """Write that this connector, with this key, refuses requests with more than `size` devices."""
        return self._writer.submit(channel_facts.remember_request_size, self._clock.now(), channel, size)

    def request_size(self, channel: Channel) -> RequestSizeFact | None:
        """Return the size of request that was found to work within the last 30 days, None where none was."""
        return self._read(channel_facts.request_size, self._clock.now(), channel)

    def last_run_that_worked(self, channel: Channel, token: str) -> datetime | None:
        """Return when the last run began in which the token of that name got a code of 0 here, None for never."""
        return self._read(channel_facts.last_run_that_worked, channel, token)

    def save_check(self, channel: Channel, check: ChannelCheck) -> Future[None]:
        """Write how far the check of a channel is."""
        return self._writer.submit(channel_facts.save_check, channel, check)

    def channel_check(self, channel: Channel) -> ChannelCheck | None:
        """Return how far the check of a channel is; None where none was begun."""
        return self._read(channel_facts.load_check, channel)
