"""The open sheet of a window: new data goes to the model at once and to the disk right after.

Owns the sheet, its undo stack and its head; all changes go through it, those of `edit_commands` too. `table_model`
does the drawing, `binding.run_session` the run; core decides how a row may change.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from bindtool.core.common.errors import BadInput, BindtoolError, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import visible
from bindtool.core.intake.holds import HoldRules
from bindtool.core.intake.intake import Arrival, Repeat, Stamp, take_lines, take_list, take_scan, without_keyboard
from bindtool.core.intake.next_label import ScannedLabel
from bindtool.core.intake.sheet_setup import adopt, channel_labels, channel_signs
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import DEFAULT_TEMPLATE, LabelFrom, LabelTemplate
from bindtool.core.model.row import Note, NoteReason, Row, SheetHead, Source
from bindtool.core.profiles.profile import ListRules, Profile
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet.edits import UndoStack
from bindtool.core.sheet.sheet import Edit, Sheet, edited

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from bindtool.core.common.clock import Clock
    from bindtool.core.intake.id_judge import IdJudge
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.outcome import Outcome
    from bindtool.core.sheet.sheet import Done
    from bindtool.core.store import Store
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.sheet.table_model import SheetTableModel


class SheetDocument(QObject):
    """One sheet, open for work.

    `rules` parse a scan, `lists` find the ids in a list, `labels` create labels; `label_pattern` matches scanned
    labels, as in a `Stamp`; `channel` is the profile's, None without a profile. `signs` are the unusual
    signs normal in the channel's ids, see `core.intake.id_judge.signs_of`.

    Signals:
        added(row): a scan was saved.
        repeated(row): a scan repeats this first row; nothing was added.
        rejected(reason): a scan made no row; the reason as a `Message`.
        label_scanned(label): a scan is a label (a `ScannedLabel`).
        labelled(row): the label scanned for a row was saved.
        changed(): rows or their states have changed.
        head_changed(): profile, job, expected number or operator have changed.
        left_behind(line): bound rows were edited, which doesn't change their devices at Coze (a `Message`).
        failed(error): an edit was refused (`BindtoolError`); nothing was changed.
        disk_failed(error): a write failed; no scan is taken until `catch_up` has repeated it.
    """

    added = Signal(object)
    repeated = Signal(object)
    rejected = Signal(object)
    label_scanned = Signal(object)
    labelled = Signal(object)
    changed = Signal()
    head_changed = Signal()
    left_behind = Signal(object)
    failed = Signal(object)
    disk_failed = Signal(object)

    def __init__(self, model: SheetTableModel, store: Store, clock: Clock, tasks: BackgroundTasks) -> None:
        super().__init__()
        self.sheet = Sheet()
        self.undo_stack = UndoStack(self.sheet)
        self.head: SheetHead | None = None
        self.rules = ScanRules()
        self.channel: Channel | None = None
        self.labels = Labeller(LabelTemplate.parse(DEFAULT_TEMPLATE))
        self.label_pattern: str | None = None
        self.lists = ListRules()
        self.signs: frozenset[str] = frozenset()
        self._shared = False
        self.hold_rules = HoldRules(store, self.fail)
        self._model = model
        self._store = store
        self._clock = clock
        self.failure: StoreFailed | None = None
        """Why no scan is taken: the error of a failed write, here or elsewhere."""
        self._leaving = False
        self._tasks = tasks
        self._catching_up = asyncio.Lock()
        # The number of edits of each row that are not on disk yet.
        self._unwritten: Counter[int] = Counter()
        self._edits = 0
        self._writing: dict[Future[None], asyncio.Task[None]] = {}

    @property
    def takes_scans(self) -> bool:
        """Whether a scan would be saved, and in the sheet that stays open: a row in a sheet being left would never
        be bound.
        """
        return self.head is not None and self.failure is None and not self._leaving

    @property
    def saving(self) -> bool:
        """Whether anything is not on disk yet."""
        return self.failure is not None or bool(self._writing)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is being written."""
        return not self._writing

    def is_open(self, sheet_id: int) -> bool:
        return self.head is not None and self.head.sheet_id == sheet_id

    async def open(self, profile: Profile | None) -> bool:
        """Open the profile's sheet, or a new one; takes over a sheet that was begun without a profile.

        Returns False on a disk failure: the open sheet stays open.
        """
        return await self._unless_disk_fails(self._open(profile))

    async def renew(self) -> bool:
        """Close the sheet and open an empty one with the same profile and operator; the old one stays on disk.

        No scan is taken meanwhile. Returns False on a disk failure: the sheet stays open.
        """
        return await self._unless_disk_fails(self._renew())

    async def catch_up(self) -> bool:
        """Write all that is missing on disk after a failure, then take scans again; False on another failure."""
        return await self._unless_disk_fails(self._catch_up_once())

    def fail(self, error: StoreFailed) -> None:
        """Take no more scans: a write has failed, here or elsewhere."""
        self.failure = error
        self.disk_failed.emit(error)

    def describe(self, *, job: str, expected: int | None, operator: str) -> None:
        """Change the properties of the whole sheet; existing rows keep their operator."""
        self.head = replace(self._open_head(), job=job, expected=expected, operator=operator)
        self._write(self._store.sheets.update(self.head), ())
        self.head_changed.emit()

    def scan(self, text: str, arrived: str = "", *, typed: bool = True, before: str = "") -> int | None:
        """Take a scan: return the number of its new row, or report why there is none.

        `arrived`: the text from which the scan was corrected. `typed`: its keys came through the computer's
        keyboard. `before`: the text before a pause, which may belong to it.
        """
        taken = take_scan(self.sheet, text, self.stamp(Source.SCANNED, typed=typed), before=before)
        match taken:
            case Repeat():
                self.repeated.emit(taken.first)
            case Message():
                self.rejected.emit(taken)
            case ScannedLabel():
                self.label_scanned.emit(taken)
            case _:
                if arrived:
                    taken = replace(taken, note=Note.of(NoteReason.MENDED, before=visible(arrived)))
                self.change((), self.judged([taken]), scanned=taken.number)
                return taken.number
        return None

    def scan_lines(self, number: int, text: str, *, typed: bool) -> None:
        """Take another line of a code that has a row: read the code anew, or delete the row if another has the
        device.

        `text`: all lines. `typed`: as for `scan`.
        """
        stamp = self.stamp(Source.SCANNED, typed=typed)
        taken = take_lines(self.sheet, self.sheet[number], text, stamp)
        match taken:
            case Repeat():
                self.delete([number])
                self.repeated.emit(taken.first)
            case Message():
                self.rejected.emit(taken)
            case _:
                self.amend(*self.judged([taken]))

    def amend(self, row: Row, *, as_added: bool = False) -> None:
        """Replace a row just added, as one edit together with that; `as_added`: signal it as added."""
        last = self.undo_stack.last
        joined = last is not None and any(each.number == row.number for each in last.after)
        self.change([row], scanned=row.number if as_added else None, joined=joined)

    def take_label(self, row: Row, *, scanned_as: int | None = None) -> bool:
        """Give a row the label scanned for it, as one edit; return whether it was done.

        `scanned_as`: the row created from the label, which is deleted.
        """
        numbers = [row.number] if scanned_as is None else [row.number, scanned_as]
        edit = Edit(tuple(self.sheet.rows(numbers)), (edited(self.sheet[row.number], row),))
        push = self.undo_stack.push
        return self._edit(lambda: push(self.sheet.apply(edit)), scanned=row.number, news=self.labelled)

    def take_apart(self, number: int, arrivals: Iterable[Arrival], stamp: Stamp) -> None:
        """Replace one row by rows for these texts, as one edit; the last one is signalled as added."""
        rows = self.judged(take_list(self.sheet, arrivals, stamp))
        edit = Edit((self.sheet[number],), rows)
        self._edit(lambda: self.undo_stack.push(self.sheet.apply(edit)), scanned=rows[-1].number)

    def take(
        self,
        arrivals: Iterable[Arrival],
        source: Source,
        *,
        judge: IdJudge | None = None,
        joined: bool = False,
    ) -> int:
        """Add a row for each text of a paste or a file, as one edit; return their number.

        `judge`: the judge of the whole list, if these are a part of it. `joined`: as in `change`.
        """
        rows = self.judged(take_list(self.sheet, arrivals, self.stamp(source), judge))
        if rows:
            self.change((), rows, joined=joined)
        return len(rows)

    def change(
        self, rows: Sequence[Row], new: Sequence[Row] = (), *, scanned: int | None = None, joined: bool = False
    ) -> bool:
        """Replace rows by edited ones and add new ones, as one edit; return whether it was done.

        `scanned`: the row to signal as added. `joined`: undone together with the previous edit.
        """
        return self._edit(
            lambda: self.undo_stack.push(self.sheet.change(rows, new), joined=joined), scanned=scanned
        )

    def delete(self, numbers: Iterable[int]) -> None:
        """Delete rows from the sheet; the bindings stay."""
        self._edit(lambda: self.undo_stack.push(self.sheet.remove(numbers)))

    def include(self, numbers: Iterable[int]) -> None:
        """Include held rows in the next run."""
        held = [self.sheet[number] for number in numbers if self.sheet[number].held is not None]
        if held:
            self.change([row.included() for row in held])

    def undo(self) -> None:
        """Undo the last edit."""
        if self.undo_stack.can_undo:
            self._edit(self.undo_stack.undo)

    def redo(self) -> None:
        """Redo the edit undone last."""
        if self.undo_stack.can_redo:
            self._edit(self.undo_stack.redo)

    async def learn_signs(self) -> None:
        """Read again which signs are normal in the channel's ids: more devices may be bound by now."""
        channel = self.channel
        # The next write reports a disk failure.
        with suppress(StoreFailed):
            signs = await asyncio.to_thread(channel_signs, self._store, channel)
            if channel == self.channel:
                self.signs = signs

    def settle(self, outcomes: Mapping[int, Outcome]) -> None:
        """Draw the outcomes of a run, which has saved them already."""
        self._model.refresh_soon(self.sheet.settle(outcomes))
        self.changed.emit()

    def stamp(self, source: Source, *, typed: bool = True) -> Stamp:
        """Return the stamp for new rows; `typed`: their keys came through the computer's keyboard."""
        stamp = Stamp(
            source,
            self._clock.now(),
            self._open_head().operator,
            self.labels,
            self.rules,
            signs=self.signs,
            label_pattern=self.label_pattern,
        )
        return stamp if typed else without_keyboard(stamp)

    def judged(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Return new or edited rows, held if they should be reviewed first."""
        return self.hold_rules.hold(self.channel, self.sheet, rows, self.labels)

    async def labels_by(self, template: LabelTemplate) -> Labeller:
        """Return the function that creates labels from a template; running numbers continue the channel's last.

        Raises:
            StoreFailed: the database can't be read.
        """
        if template == self.labels.template:
            return self.labels
        profile = self._open_head().profile
        labels = await channel_labels(self._store, template, profile, self.channel, shared=self._shared)
        labels.mark_used(self.sheet)
        return labels

    async def _unless_disk_fails(self, work: Coroutine[object, object, None]) -> bool:
        try:
            await work
        except StoreFailed as error:
            self.fail(error)
            return False
        return True

    async def _open(self, profile: Profile | None) -> None:
        await self._wait_until_written()
        name = profile.name if profile else ""
        head = await asyncio.to_thread(self._store.sheets.current, profile=name)
        if head is None and profile is not None:
            head = await adopt(self._store, profile)
        if head is None:
            operator = self.head.operator if self.head else ""
            head = await asyncio.wrap_future(self._store.sheets.create(profile=name, operator=operator))
        template = LabelTemplate.parse(profile.label_template if profile else DEFAULT_TEMPLATE)
        channel = profile.channel if profile else None
        shared = profile is not None and bool(profile.ledger)
        label_from = profile.label_from if profile else LabelFrom.TEMPLATE
        labels = await channel_labels(self._store, template, name, channel, shared=shared, label_from=label_from)
        self.signs = await asyncio.to_thread(channel_signs, self._store, channel)
        self._show(head, await self._read(head.sheet_id))
        self.labels, self.channel, self._shared = labels, channel, shared
        next_code = profile is not None and label_from is LabelFrom.NEXT_CODE
        self.label_pattern = profile.label_pattern if profile is not None and next_code else None
        self.lists = profile.list_rules if profile else ListRules()
        self.labels.mark_used(self.sheet)

    async def _renew(self) -> None:
        self._leaving = True
        try:
            await self._wait_until_written()
            head = await asyncio.wrap_future(self._store.sheets.renew(self._open_head()))
            sheet = await self._read(head.sheet_id)
        finally:
            self._leaving = False
        self._show(head, sheet)

    async def _catch_up_once(self) -> None:
        """Catch up, one call at a time: users press twice, and opening another sheet needs this too."""
        async with self._catching_up:
            if self.failure is not None:
                await self._catch_up()

    async def _catch_up(self) -> None:
        await self._all_arrived()
        on_disk = await asyncio.to_thread(self._store.sheets.load, self._open_head().sheet_id)
        known = {row.number for row in on_disk}
        await self._all_arrived()
        head = self._open_head()
        rows = tuple(row for row in self.sheet if not row.saved)
        gone = [number for number in known if number not in self.sheet]
        self._unwritten = Counter(row.number for row in rows)
        # Both now: later edits are written after the rows in their current state.
        sheets = self._store.sheets
        both = sheets.update(head), sheets.save(head.sheet_id, rows, gone)
        await asyncio.gather(*map(asyncio.wrap_future, both))
        self.failure = None
        self._mark_saved([row.number for row in rows])
        self.head_changed.emit()
        for row in rows:
            if row.source is Source.SCANNED and row.number not in known and row.number in self.sheet:
                self.added.emit(self.sheet[row.number])

    def _show(self, head: SheetHead, sheet: Sheet) -> None:
        self.sheet = sheet
        self.undo_stack = UndoStack(self.sheet)
        if self.is_open(head.sheet_id):
            # Job and operator may have been edited meanwhile.
            head = replace(self._open_head(), profile=head.profile)
        self.head = head
        self.failure = None
        self._unwritten.clear()
        self._model.show(self.sheet)
        self.head_changed.emit()
        self.changed.emit()

    async def _read(self, sheet_id: int) -> Sheet:
        """Return a sheet that is completely on disk: the open one may be edited while it is read."""
        while True:
            await self._wait_until_written()
            edits = self._edits
            sheet = await asyncio.to_thread(_load, self._store, sheet_id)
            if edits != self._edits:
                await self._wait_until_written()
            if edits == self._edits or not self.is_open(sheet_id):
                return sheet

    async def _wait_until_written(self) -> None:
        """Wait until all is saved: only then may a sheet be closed."""
        await self._all_arrived()
        if self.failure is not None and self.head is not None:
            await self._catch_up_once()

    def _open_head(self) -> SheetHead:
        if self.head is None:
            raise BadInput("sheet.not_open")
        return self.head

    def _edit(
        self, edit: Callable[[], Done], *, scanned: int | None = None, news: SignalInstance | None = None
    ) -> bool:
        """Do an edit, and show it while it is written; `news` signals a scan once it is on disk.

        Without `news`, `added` does.
        """
        try:
            done, changed = edit()
        except BindtoolError as error:
            self.failed.emit(error)
            return False
        self.labels.mark_used(done.after)
        gone = done.drop
        saving = self._store.sheets.save(self._open_head().sheet_id, done.after, gone)
        self._model.refresh(changed.union(gone))
        self.changed.emit()
        self._write(saving, tuple(row.number for row in done.after), scanned=scanned, news=news)
        return True

    def _write(
        self,
        saving: Future[None],
        numbers: Sequence[int],
        *,
        scanned: int | None = None,
        news: SignalInstance | None = None,
    ) -> None:
        # Counted first of all: a write of an older edit that ends now must not be taken for this one's.
        self._edits += 1
        self._unwritten.update(numbers)
        self._writing[saving] = self._tasks.start(self._follow(saving, numbers, scanned, news or self.added))

    async def _follow(
        self, saving: Future[None], numbers: Sequence[int], scanned: int | None, news: SignalInstance
    ) -> None:
        try:
            await asyncio.wrap_future(saving)
        except StoreFailed as error:
            self.fail(error)
            return
        finally:
            del self._writing[saving]
        self._mark_saved(numbers)
        if scanned is not None and scanned in self.sheet:
            news.emit(self.sheet[scanned])

    def _mark_saved(self, numbers: Sequence[int]) -> None:
        """Mark these rows as saved, except rows edited again meanwhile, which wait for their newest write."""
        self._unwritten.subtract(numbers)
        self._model.refresh(self.sheet.mark_saved(n for n in numbers if not self._unwritten[n]))
        self.changed.emit()

    async def _all_arrived(self) -> None:
        """Wait until no write is pending: a sheet read before would lack rows and assign their numbers again."""
        while self._writing:
            await asyncio.wait(self._writing.values())


def _load(store: Store, sheet_id: int) -> Sheet:
    """Load a sheet and judge its rows, in a thread: for 20,000 rows that takes a fifth of a second."""
    sheet = Sheet(store.sheets.load(sheet_id), next_number=store.sheets.last_number(sheet_id) + 1)
    sheet.counts()
    return sheet
