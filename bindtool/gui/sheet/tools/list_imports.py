"""Imports lists into the sheet: adds them in batches, reports them once saved, and undoes them.

Outlives the widgets; the reader is loaded with the first list. `list_import_controller` reads and shows a list,
`scanning.controller` reports it in the scan bar.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import first_few, strip_name
from bindtool.core.intake.intake import Arrival, judge_of_list
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Source
from bindtool.gui.common.widgets.notices import Notices, Option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bindtool.core.common.progress import ReadingProgress
    from bindtool.core.intake.id_judge import IdJudge
    from bindtool.core.sheet.sheet import Edit, Sheet
    from bindtool.core.tabular.columns.facts import ColumnFacts
    from bindtool.core.tabular.table.result import Choices, Opened, ReadList
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

    Reader = Callable[[Choices, ReadingProgress], Opened]

_BATCH_SIZE = 400
"""Rows: about 10 ms."""
_WORTH_STOPPING = 5 * _BATCH_SIZE
"""Rows: a shorter list is added before the user could press a button."""
_ADDING, _ADDED = "adding", "added"
_MOST_UNPLACED = 3


class Purpose(StrEnum):
    """The purpose of reading a list."""

    ADD = "add"
    COMPARE = "compare"

    @property
    def empty(self) -> str:
        """The error for a text without a device."""
        return _EMPTY[self]

    @property
    def step(self) -> str:
        """The message id of the button that carries it out, with the number of rows."""
        return _STEPS[self]


_EMPTY = MappingProxyType({Purpose.ADD: "paste.empty", Purpose.COMPARE: "compare.no_ids"})
_STEPS = MappingProxyType({Purpose.ADD: "import.add", Purpose.COMPARE: "import.compare"})


@dataclass(frozen=True, slots=True)
class ListOrigin:
    """The source of a list: a file or, without a `path`, the clipboard or a drop. `read` opens it."""

    read: Reader
    path: Path | None = None

    @property
    def source(self) -> Source:
        return Source.PASTED if self.path is None else Source.FILE

    def name(self, texts: Texts) -> str:
        """Return the name of the list to show."""
        return texts("import.pasted") if self.path is None else self.path.name


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list read by `choices`.

    Once added: `numbers`, its rows of `sheet`, and the `edit` that added them, None if there were several.
    """

    origin: ListOrigin
    read: ReadList
    choices: Choices
    sheet: Sheet | None = None
    numbers: tuple[int, ...] = ()
    edit: Edit | None = None


class ListImports(QObject):
    """Adds lists, reports the newest until it is outdated, and undoes it.

    Signals:
        added(Tally, number): a list was saved; the counts of its rows, and the number of the first.
        taken_back(OpenList, n): n of its rows were removed again.
        waiting(): a list waits for the user to choose its columns.
        left(): a waiting list was declined.
        missed(): a list arrived while nothing could be saved.
        forgotten(): the newest list is outdated, and can't be undone any more.
        change_requested(OpenList): the list was read wrongly; asks to show it again.
    """

    added = Signal(object, int)
    taken_back = Signal(object, int)
    waiting = Signal()
    left = Signal()
    missed = Signal()
    forgotten = Signal()
    change_requested = Signal(object)

    def __init__(self, notices: Notices, document: SheetDocument) -> None:
        super().__init__()
        self._notices = notices
        self._document = document
        self._unsaved: deque[OpenList] = deque()
        self._fates: dict[int, list[tuple[Sequence[int], Sequence[ColumnFacts]]]] = {}
        self._news: OpenList | None = None
        self._edit: Edit | None = None
        self._is_newest = False
        document.changed.connect(self._follow)
        document.added.connect(self._forget)

    @property
    def fates(self) -> Mapping[str, Counter[str]]:
        """Counts of the values in the columns of the sheet's lists that may tell a row's fate, by column name."""
        head, sheet = self._document.head, self._document.sheet
        counts: dict[str, Counter[str]] = {}
        for numbers, fates in self._fates.get(head.sheet_id, ()) if head is not None else ():
            if any(number in sheet for number in numbers):
                for one in fates:
                    counts.setdefault(one.title, Counter()).update(dict(one.counts))
        return counts

    def take_at_once(self, opened: OpenList) -> None:
        """Add a short list to the sheet."""
        document, first = self._document, self._document.sheet.next_number
        if document.take(opened.read.arrivals(), opened.origin.source):
            self._note(opened, range(first, document.sheet.next_number), document.undo_stack.last)

    async def take(self, opened: OpenList) -> None:
        """Add a list to the sheet in batches; if the user stops it, all of it is removed.

        Scans are taken as usual meanwhile. If another sheet is opened, the rest of the list is omitted.
        """
        document = self._document
        sheet, edits = document.sheet, document.undo_stack
        numbers: list[int] = []
        alone, last = True, None
        stopped: list[bool] = []
        stop = Option(Message.of("import.stop"), lambda: stopped.append(True))
        await self._mark_given(opened)
        from bindtool.core.tabular.columns.facts import fates_of

        fates = await asyncio.to_thread(fates_of, opened.read)
        total = len(opened.read.rows)
        judge = await self._judge(opened)
        try:
            for piece in _pieces(opened.read.arrivals()):
                if stopped or document.sheet is not sheet:
                    break
                joined = last is not None and edits.last is last
                alone = alone and (joined or last is None)
                first = sheet.next_number
                document.take(piece, opened.origin.source, judge=judge, joined=joined)
                numbers += range(first, sheet.next_number)
                last = edits.last
                if total > _WORTH_STOPPING:
                    words = Message.of("import.adding", n=len(numbers), total=total)
                    self._notices.show_news(_ADDING, words, stop)
                await asyncio.sleep(0)
        finally:
            self._notices.withdraw(_ADDING)
        if document.sheet is sheet:
            if fates and document.head is not None:
                self._fates.setdefault(document.head.sheet_id, []).append((numbers, fates))
            self._note(opened, numbers, last if alone else None)
        if stopped and self._news is not None:
            self.remove(self._news)
            self.left.emit()

    async def _judge(self, opened: OpenList) -> IdJudge:
        """Return the judge for a list as a whole; for a long list, or with many rows, that takes a moment."""
        document = self._document
        stamp, rows = document.stamp(opened.origin.source), tuple(document.sheet)
        return await asyncio.to_thread(judge_of_list, rows, opened.read.arrivals(), stamp)

    async def _mark_given(self, opened: OpenList) -> None:
        """Mark the running numbers in a list's labels as used, so that no device further up gets one."""
        labels = self._document.labels
        if labels.template.numbered:
            for piece in _pieces(opened.read.arrivals()):
                labels.mark_given((one.text, strip_name(one.label)) for one in piece)
                await asyncio.sleep(0)

    def wait(self) -> None:
        """Signal that a list waits for the user; the previous one is outdated."""
        self._forget()
        self.waiting.emit()

    def take_back(self) -> None:
        """Remove the newest list from the sheet, as `remove` does, unless there is a newer edit."""
        news = self._news
        if news is not None and self._is_newest:
            self.taken_back.emit(news, self.remove(news))

    def remove(self, opened: OpenList) -> int:
        """Remove a list from the sheet, as one edit; return the number of rows removed. Rows that a run has or had
        stay.
        """
        document, edit = self._document, opened.edit
        self._forget()
        if opened.sheet is not document.sheet:
            return 0
        sheet = document.sheet
        there = [number for number in opened.numbers if number in sheet]
        unsent = [n for n in there if sheet[n].outcome.state is State.READY and not sheet.is_taken(n)]
        if edit is not None and document.undo_stack.last is edit and len(unsent) == len(opened.numbers):
            document.undo()
        elif unsent:
            document.delete(unsent)
        return len(unsent)

    def _note(self, opened: OpenList, numbers: Iterable[int], edit: Edit | None) -> None:
        """Remember a list in the sheet, and report it as soon as it is saved."""
        self._forget()
        self._news = replace(opened, sheet=self._document.sheet, numbers=tuple(numbers), edit=edit)
        self._edit, self._is_newest = self._document.undo_stack.last, True
        self._unsaved.append(self._news)
        self._follow()

    def _follow(self) -> None:
        sheet, news = self._document.sheet, self._news
        while self._unsaved and _is_saved(self._unsaved[0], sheet):
            self._show_added(self._unsaved.popleft())
        is_there = (
            news is not None and news.sheet is sheet and (news.numbers[0] in sheet or news.numbers[-1] in sheet)
        )
        if news is None:
            return
        if not is_there:
            self._forget()
            if news.sheet is sheet:
                self.taken_back.emit(news, len(news.numbers))
        elif self._document.undo_stack.last is not self._edit:
            self._end_offer()

    def _show_added(self, opened: OpenList) -> None:
        sheet = self._document.sheet
        first = next((number for number in opened.numbers if number in sheet), None)
        if opened.sheet is not sheet or first is None:
            return
        self.added.emit(sheet.tally(opened.numbers), first)
        if opened is not self._news or not self._is_newest:
            self.forgotten.emit()
        # A column of ids is taken as it is; of any other list the user must see which part was taken.
        elif opened.origin.path is not None or opened.read.opened.grid.width > 1 or _left_out(opened.read):
            self._notices.show_news(
                _ADDED,
                lambda texts: _words(texts, opened),
                Option(Message.of("import.change"), lambda: self.change_requested.emit(self._news)),
            )

    def _forget(self) -> None:
        self._news = None
        self._end_offer()

    def _end_offer(self) -> None:
        """Withdraw the undo button, which would no longer undo the newest edit."""
        if self._is_newest:
            self._is_newest = False
            self._notices.withdraw(_ADDED)
            self.forgotten.emit()


def _pieces(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    left = iter(arrivals)
    while piece := list(islice(left, _BATCH_SIZE)):
        yield piece


def _is_saved(opened: OpenList, sheet: Sheet) -> bool:
    """Return whether all rows of a list that still exist are saved: the last ones are saved last."""
    return opened.sheet is not sheet or next((sheet[n].saved for n in reversed(opened.numbers) if n in sheet), True)


def _words(texts: Texts, opened: OpenList) -> str:
    """Describe the columns taken, with the file, and its sheet if it has several."""
    from bindtool.core.tabular.table.grid import column_name
    from bindtool.core.tabular.table.result import NO_COLUMN

    grid, layout = opened.read.opened.grid, opened.read.layout
    header = next((row for row in grid.rows if row.number == layout.header), None)
    name = header.cell(layout.id_column).strip() if header is not None else ""
    words = texts("import.ids_named" if name else "import.ids", column=column_name(layout.id_column), name=name)
    if layout.label_column != NO_COLUMN:
        words = texts("import.ids_and_labels", ids=words, column=column_name(layout.label_column))
    if layout.remembered:
        words = texts("import.as_last_time", columns=words)
    parts = [words]
    path, cells = opened.origin.path, opened.read.opened
    if path is not None:
        parts.insert(0, f"{path.name} · {cells.sheet}" if len(cells.sheets) > 1 else path.name)
    left_out = _left_out(opened.read)
    if left_out:
        reasons = texts("list.comma").join(f"{texts(reason)} {n}" for reason, n in left_out.items())
        parts.append(texts("import.left_out", n=left_out.total(), reasons=reasons))
    if opened.read.unplaced:
        parts.append(unplaced_words(texts, opened.read.unplaced))
    return texts("import.separator").join(parts)


_NO_DEVICE = MappingProxyType({
    HoldReason.SUM: "import.left_out.sum",
    HoldReason.HEADER_AGAIN: "import.left_out.header_again",
    HoldReason.NO_DEVICE: "import.left_out.no_device",
})  # fmt: skip


def _left_out(read: ReadList) -> Counter[str]:
    """Count the rows that are no devices or have an invalid cell, by the message id of the reason."""
    cells = ["import.left_out.cell" for _ in read.refused]
    held = (row.held.reason for row in read.held if row.held is not None)
    return Counter([*cells, *(_NO_DEVICE[reason] for reason in held if reason in _NO_DEVICE)])


def unplaced_words(texts: Texts, unplaced: Sequence[tuple[str, str]]) -> str:
    """Name values that have the form of the list's ids but are in none of its rows."""
    named = first_few((f"{place} {text}" for text, place in unplaced), _MOST_UNPLACED)
    return texts("import.unplaced", n=len(unplaced), values=texts("list.separator").join(named))
