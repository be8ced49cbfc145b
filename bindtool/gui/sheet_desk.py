"""The open sheet of a window: what comes in goes to the model at once and to the disk right after.

Owns the sheet while the window lives, its edits, its undo and its head; nobody else changes it. Drawing is for
`sheet_model`, a run for `session`; what a row may become is decided in core.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.adopted_sheet import adopt
from bindtool.core.bound_before import BoundBefore
from bindtool.core.errors import BadInput, BindtoolError, StoreFailed
from bindtool.core.intake import (
    Repeat,
    Stamp,
    edit_id,
    edit_label,
    last_ids,
    read_again,
    scan_again,
    take_list,
    take_scan,
    waits_for_rule,
    without_keyboard,
)
from bindtool.core.labels import DEFAULT_TEMPLATE, LabelTemplate
from bindtool.core.message import Message
from bindtool.core.row import Source
from bindtool.core.scan_rules import ScanRules
from bindtool.core.sheet import Sheet
from bindtool.gui.on_its_way import OnItsWay
from bindtool.gui.sheet_model import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from bindtool.core.channel import Channel
    from bindtool.core.clock import Clock
    from bindtool.core.intake import Arrival
    from bindtool.core.outcome import Outcome, State
    from bindtool.core.profile import Profile
    from bindtool.core.row import Row, SheetHead
    from bindtool.core.sheet import Edit
    from bindtool.core.store import Store
    from bindtool.gui.sheet_model import SheetModel
    from bindtool.gui.tasks import Tasks


class SheetDesk(QObject):
    """One sheet, open for work; `rules` say how a scan is read, `channel` is its profile's, None without one.

    Signals:
        added(row): a scan is on disk now.
        repeated(row): a scan repeats this first row; nothing was added.
        turned_away(reason): a scan made no row, and why (a `Message`).
        changed(): rows or their states are others now.
        head_changed(): profile, job, expected number or operator are others now.
        failed(error): an edit was refused (`BindtoolError`); nothing was changed.
        disk_failed(error): something could not be written; no scan is taken until `catch_up` has written it.
    """

    added = Signal(object)
    repeated = Signal(object)
    turned_away = Signal(object)
    changed = Signal()
    head_changed = Signal()
    failed = Signal(object)
    disk_failed = Signal(object)

    def __init__(self, model: SheetModel, store: Store, clock: Clock, tasks: Tasks) -> None:
        super().__init__()
        self.sheet = Sheet()
        self.head: SheetHead | None = None
        self.rules = ScanRules()
        self.channel: Channel | None = None
        self.bound_before = BoundBefore(store, self.fail)
        self._model = model
        self._store = store
        self._clock = clock
        self._template = LabelTemplate.parse(DEFAULT_TEMPLATE)
        self._broken = False
        self._catching_up = asyncio.Lock()
        self._on_its_way = OnItsWay(tasks, self.fail)
        model.edited.connect(self._edit_cell)

    @property
    def takes_scans(self) -> bool:
        """Whether a scan would reach the disk."""
        return self.head is not None and not self._broken

    @property
    def saving(self) -> bool:
        """Whether the disk does not have everything."""
        return self._broken or bool(self._on_its_way)

    async def open(self, profile: Profile | None) -> bool:
        """Open the profile's sheet, or a new one; a sheet that was begun without a profile is taken along.

        False where the disk fails: the sheet that was open stays so.
        """
        return await self._unless_disk_fails(self._open(profile))

    async def renew(self) -> bool:
        """Close the sheet and open an empty one of the same profile and operator; the old one stays on disk.

        False where the disk fails: the sheet stays open.
        """
        return await self._unless_disk_fails(self._renew())

    async def catch_up(self) -> bool:
        """Write what the disk lacks since it has failed, then take scans again; False where it fails still."""
        return await self._unless_disk_fails(self._catch_up_once())

    def fail(self, error: StoreFailed) -> None:
        """Take no more scans: something could not be written, here or elsewhere."""
        self._broken = True
        self.disk_failed.emit(error)

    def describe(self, *, job: str, expected: int | None, operator: str) -> None:
        """Change what is true of the whole sheet; rows that are there keep their operator."""
        self.head = replace(self._open_head(), job=job, expected=expected, operator=operator)
        self._write(self._store.update_head(self.head), ())
        self.head_changed.emit()

    def scan(self, text: str, arrived: str = "", *, typed: bool = True) -> None:
        """Take a scan: a new row, or the news that it is none.

        `arrived`: what it was put right from. `typed`: its keys came through the computer's keyboard.
        """
        stamp = self._stamp(Source.SCANNED)
        taken = take_scan(self.sheet, text, stamp if typed else without_keyboard(stamp))
        match taken:
            case Repeat():
                self.repeated.emit(taken.first)
            case Message():
                self.turned_away.emit(taken)
            case _:
                if arrived:
                    taken = replace(taken, arrived=arrived, note=Message.of("note.mended", before=arrived))
                self._do(*self.sheet.add(self.bound_before.hold(self.channel, [taken])), scanned=taken.number)

    def scan_again(self, number: int, text: str, *, typed: bool = True) -> Row | Repeat | Message:
        """Take a scan as the id of the row `number`: what is to become of it, or which row has it, or why not."""
        stamp = self._stamp(Source.SCANNED)
        taken = scan_again(self.sheet, self.sheet[number], text, stamp if typed else without_keyboard(stamp))
        if not isinstance(taken, Repeat | Message):
            (taken,) = self.bound_before.hold(self.channel, [taken])
            self._try(lambda: self.sheet.change([taken]), scanned=number)
        return taken

    def take(self, arrivals: Iterable[Arrival], source: Source) -> int:
        """Add a row for each text of a paste or a file, as one edit; return how many."""
        taken = take_list(self.sheet, arrivals, self._stamp(source))
        rows = self.bound_before.hold(self.channel, taken)
        if rows:
            self._do(*self.sheet.add(rows))
        return len(rows)

    def read_again(self) -> None:
        """Read the codes that wait for a rule by the rules in force, as one edit; the last one is told as added."""
        waiting = [row for row in self.sheet if waits_for_rule(row)]
        recent = last_ids(self.sheet)
        read = [read_again(row, self._template, self.rules, recent) for row in waiting]
        others = self.bound_before.hold(self.channel, [row for row in read if row != self.sheet[row.number]])
        if others:
            self._do(*self.sheet.change(others), scanned=others[-1].number)

    def delete(self, numbers: Iterable[int]) -> None:
        """Take rows out of the sheet; the ledger keeps what was bound."""
        self._try(lambda: self.sheet.remove(numbers))

    def include(self, numbers: Iterable[int]) -> None:
        """Let held rows go with the next Bind."""
        held = [self.sheet[number] for number in numbers if self.sheet[number].held is not None]
        if held:
            self._try(lambda: self.sheet.change([replace(row, held=None) for row in held]))

    def hold(self, number: int, reason: Message) -> None:
        """Keep a row back from Bind until somebody includes it."""
        self._try(lambda: self.sheet.change([replace(self.sheet[number], held=reason)]))

    def undo(self) -> None:
        """Take the last edit back."""
        if self.sheet.can_undo:
            self._try(self.sheet.undo)

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        if self.sheet.can_redo:
            self._try(self.sheet.redo)

    def settle(self, outcomes: Mapping[int, Outcome]) -> None:
        """Draw what a run has found out; it has been written down already."""
        self._model.refresh_soon(self.sheet.settle(outcomes))
        self.changed.emit()

    def numbers_in(self, states: frozenset[State]) -> list[int]:
        """Return the numbers of the rows that are shown in one of `states`."""
        return [row.number for row in self.sheet if self.sheet.standing(row.number).state in states]

    async def _unless_disk_fails(self, work: Coroutine[object, object, None]) -> bool:
        try:
            await work
        except StoreFailed as error:
            self.fail(error)
            return False
        return True

    async def _open(self, profile: Profile | None) -> None:
        await self._nothing_unwritten()
        name = profile.name if profile else ""
        head = self._store.current_sheet(profile=name)
        if head is None and profile is not None:
            head = await adopt(self._store, profile, self.bound_before)
        if head is None:
            operator = self.head.operator if self.head else ""
            head = await asyncio.wrap_future(self._store.create_sheet(profile=name, operator=operator))
        await self._show(head)
        self._template = LabelTemplate.parse(profile.label_template if profile else DEFAULT_TEMPLATE)
        self.channel = profile.channel if profile else None

    async def _renew(self) -> None:
        await self._nothing_unwritten()
        await self._show(await asyncio.wrap_future(self._store.renew_sheet(self._open_head())))

    async def _catch_up_once(self) -> None:
        """Impatient hands press twice, and whoever opens another sheet comes here too."""
        async with self._catching_up:
            if self._broken:
                await self._catch_up()

    async def _catch_up(self) -> None:
        await self._on_its_way.nothing()
        head = self._open_head()
        rows = tuple(row for row in self.sheet if not row.saved)
        known = {row.number for row in self._store.load(head.sheet_id)}
        gone = [number for number in known if number not in self.sheet]
        self._on_its_way.begin_anew(row.number for row in rows)
        await asyncio.wrap_future(self._store.update_head(head))
        await asyncio.wrap_future(self._store.save(head.sheet_id, rows, gone))
        self._broken = False
        self._mark_saved(self._on_its_way.arrived([row.number for row in rows]))
        self.head_changed.emit()
        for row in rows:
            if row.source is Source.SCANNED and row.number not in known and row.number in self.sheet:
                self.added.emit(self.sheet[row.number])

    async def _show(self, head: SheetHead) -> None:
        await self._on_its_way.nothing()
        rows = self._store.load(head.sheet_id)
        self.sheet = Sheet(rows, next_number=self._store.last_number(head.sheet_id) + 1)
        self.head = head
        self._broken = False
        self._on_its_way.begin_anew()
        self._model.show(self.sheet)
        self.head_changed.emit()
        self.changed.emit()

    async def _nothing_unwritten(self) -> None:
        """A sheet that leaves the table may not take along what only the table has."""
        await self._on_its_way.nothing()
        if self._broken and self.head is not None:
            await self._catch_up_once()

    def _open_head(self) -> SheetHead:
        if self.head is None:
            raise BadInput("sheet.not_open")
        return self.head

    def _stamp(self, source: Source) -> Stamp:
        return Stamp(source, self._clock.now(), self._open_head().operator, self._template, self.rules)

    def _edit_cell(self, number: int, column: int, text: str) -> None:
        row = self.sheet[number]
        if column == Column.LABEL:
            edited: Row | Message = edit_label(row, text)
        else:
            edited = edit_id(row, text, self._template, self.rules)
        if isinstance(edited, Message):
            self.turned_away.emit(edited)
            return
        if edited.device_id != row.device_id:
            (edited,) = self.bound_before.hold(self.channel, [edited])
        self._try(lambda: self.sheet.change([edited]))

    def _try(self, edit: Callable[[], tuple[Edit, set[int]]], *, scanned: int | None = None) -> None:
        try:
            done, changed = edit()
        except BindtoolError as error:
            self.failed.emit(error)
            return
        self._do(done, changed, scanned=scanned)

    def _do(self, edit: Edit, changed: set[int], *, scanned: int | None = None) -> None:
        """Draw an edit at once, then write it; a scan is told as added when the disk has it."""
        self._model.refresh(changed | set(edit.drop))
        self.changed.emit()
        saving = self._store.save(self._open_head().sheet_id, edit.put, edit.drop)
        self._write(saving, tuple(row.number for row in edit.put), scanned=scanned)

    def _write(self, saving: Future[None], numbers: Sequence[int], *, scanned: int | None = None) -> None:
        def written(saved: list[int]) -> None:
            self._mark_saved(saved)
            if scanned is not None and scanned in self.sheet:
                self.added.emit(self.sheet[scanned])

        self._on_its_way.follow(saving, numbers, written)

    def _mark_saved(self, numbers: Sequence[int]) -> None:
        self._model.refresh(self.sheet.mark_saved(numbers))
        self.changed.emit()
