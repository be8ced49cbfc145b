"""Reads lists from all sources: adds clear ones at once, and asks about others on the page.

A short pasted column of ids is read and added in the same iteration of the event loop; others are read in a thread,
one list after another. The reader is loaded with the first list: most days have none. The user's choices are
remembered for lists of the same layout on the same channel.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from bindtool.core.common.errors import BadInput, BindtoolError, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import write_output
from bindtool.core.common.progress import ReadingProgress, ReadingStopped
from bindtool.core.store import ListColumns, Store
from bindtool.gui.common.widgets.notices import Notices, Option
from bindtool.gui.sheet.tools.list_imports import ListImports, ListOrigin, OpenList, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bindtool.core.common.data_folder import DataFolder
    from bindtool.core.model.channel import Channel
    from bindtool.core.tabular.table.result import Choices, Known, Layout, Opened
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.common.widgets.on_demand import OnDemand
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.tools.list_import_page import ListImportPage
    from bindtool.i18n.catalogue import Texts

    Reader = Callable[[Path, str, Choices, ReadingProgress], Opened]

T = TypeVar("T")

_WORTH_SHOWING = 0.01


async def read_in_thread(
    read: Callable[[ReadingProgress], T],
    file: str,
    notices: Notices,
    texts: Texts,
    name: str,
    say: Callable[[str], object] = lambda _words: None,
) -> T | None:
    """Return the result of `read`; None if reading was stopped.

    Args:
        read: called in a thread; reports to its `ReadingProgress` repeatedly.
        file: the name of the list to show.
        notices: show the button that stops reading.
        texts: the catalogue.
        name: the notice's name; two concurrent readings need two names.
        say: called with texts about the progress.

    Raises:
        BindtoolError: as raised by `read`.
    """
    loop = asyncio.get_running_loop()
    stopped: list[bool] = []
    shown = 0.0

    def show(done: float) -> None:
        nonlocal shown
        if done - shown >= _WORTH_SHOWING and not stopped:
            shown = done
            words = texts("import.reading", file=file, percent=int(done * 100))
            say(words)
            notices.show_news(name, words, Option(texts("import.stop"), lambda: stopped.append(True)))

    def progress(done: float) -> None:
        loop.call_soon_threadsafe(lambda: show(done))

    try:
        return await asyncio.to_thread(read, ReadingProgress(progress, lambda: bool(stopped)))
    except ReadingStopped:
        return None
    finally:
        # The thread goes on reading until it sees this flag.
        stopped.append(True)
        notices.withdraw(name)


_READING = "reading"
_SHORT = 300
"""Lines: read in about 5 ms."""
_SHORT_TEXT = 30_000
_SHORT_SHEET = 2000
"""Rows: enough to show the form of the ids, read in about 5 ms."""
_NOT_FOUND = (2, 3)
"""Windows' error numbers for a missing file and a missing folder."""
_WRITES_WITHIN = 2.0
"""Seconds; a slower disk has its own message."""


class ListImportController(QObject):
    """Opens lists, one after another.

    Signals:
        opened(Path): the list in a file was read, and is being added to the sheet.
        missed(Path): the file no longer exists.
    """

    opened = Signal(object)
    missed = Signal(object)

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        tasks: BackgroundTasks,
        folder: DataFolder,
        store: Store,
        imports: ListImports,
        page: OnDemand[ListImportPage],
    ) -> None:
        super().__init__(window)
        self._imports = imports
        self._open_list: Reader = _open_list
        self._window = window
        self._texts = texts
        self._document = document
        self._tasks = tasks
        self._folder = folder
        self._channels = store.channels
        self._import_page = page
        self._one_list, self._one_choice = asyncio.Lock(), asyncio.Lock()
        self._written: list[Future[None]] = []
        self._shown: OpenList | None = None
        self._answer: asyncio.Future[OpenList | None] | None = None
        window.actions_["open_list"].triggered.connect(self._choose_files)
        page.when_made(self._listen_to_page)
        imports.change_requested.connect(self._look_at)
        imports.taken_back.connect(self._forget)

    def _listen_to_page(self, page: ListImportPage) -> None:
        window, tasks = self._window, self._tasks
        page.chosen.connect(lambda choices: tasks.start(self._show(choices)))
        page.add_requested.connect(lambda: tasks.start(self._add()))
        page.save_requested.connect(self._choose_leftover)
        page.left.connect(lambda: window.show_page(window.sheet_page))
        page.closed.connect(lambda: self._settle(None))

    @property
    def _page(self) -> ListImportPage:
        return self._import_page()

    def open(self, paths: Sequence[Path]) -> None:
        """Add the devices in files to the sheet."""
        for path in paths:
            self._tasks.start(self._open(self.file(path)))

    def paste(self, text: str) -> None:
        """Add the devices in a pasted text, which may differ from the clipboard's current one."""
        self.take(text, html_of(text))

    def take(self, text: str, html: str) -> None:
        """Add the devices in a text; `html`: the same from a spreadsheet or a browser, or ""."""
        from bindtool.core.tabular.clipboard import open_clipboard
        from bindtool.core.tabular.reader import read_rows
        from bindtool.core.tabular.table.result import NOTHING_CHOSEN, Known

        if not self._document.takes_scans:
            self._imports.missed.emit()
            return
        known = Known(self._document.rules, lists=self._document.lists)
        is_short = text.count("\n") <= _SHORT and len(text) + len(html) <= _SHORT_TEXT
        if is_short and len(self._document.sheet) <= _SHORT_SHEET:
            opened = open_clipboard(text, html, known)
            if opened.grid.width <= 1:
                read = read_rows(opened, NOTHING_CHOSEN, known)
                if read.layout.doubt is None:
                    if not read.rows:
                        self._window.notices.show_error(BadInput(Purpose.ADD.empty))
                        return
                    self._imports.take_at_once(OpenList(pasted(text, html, known), read, NOTHING_CHOSEN))
                    return
        self._tasks.start(self._open(pasted(text, html, known)))

    def file(self, path: Path) -> ListOrigin:
        return ListOrigin(lambda choices, watch: self._open_list(path, "", choices, watch), path)

    def read_by(self, open_list: Reader) -> None:
        """Read files by another function from now on."""
        self._open_list = open_list

    async def understood(self, origin: ListOrigin, purpose: Purpose) -> OpenList | None:
        """Read a list, and ask the user in case of doubt; None if they declined it.

        Raises:
            BindtoolError: it can't be read, or contains no device.
        """
        from bindtool.core.tabular.reader import read_rows
        from bindtool.core.tabular.table.result import NOTHING_CHOSEN, Choices

        async with self._one_list:
            cells = await self._read(origin, NOTHING_CHOSEN)
            wanted = self._document.lists.sheet
            names = [sheet.name for sheet in cells.sheets] if cells is not None else []
            if cells is not None and wanted in names and (cells.rivals or cells.sheet != wanted):
                cells = await self._read(origin, Choices(sheet=wanted))
            if cells is None:
                return None
            read = await asyncio.to_thread(read_rows, cells, NOTHING_CHOSEN, await self._known())
            if not read.rows and read.layout.doubt is None and len(cells.sheets) <= 1:
                raise BadInput(purpose.empty if origin.path is None else "file.empty")
            opened = OpenList(origin, read, NOTHING_CHOSEN)
            if await asyncio.to_thread(_is_clear, opened, purpose):
                return opened
            if read.layout.doubt is not None:
                self._imports.wait()
            return await self._ask(opened, purpose)

    def _choose_files(self) -> None:
        from bindtool.gui.common.util.file_dialogs import open_file

        lists = ("files.open_list", "files.lists")
        open_file(self._window, self._texts, *lists, lambda path: self.open([path]), several=True)

    async def _open(self, origin: ListOrigin) -> None:
        before = self._document.head
        try:
            opened = await self.understood(origin, Purpose.ADD)
        except BindtoolError as error:
            path = origin.path
            if path is not None and _is_gone(error):
                self.missed.emit(path)
                error = BadInput("file.gone", file=path.name, folder=str(path.parent))
            self._window.notices.show_error(error)
            return
        if opened is None:
            return
        if before is not None and not self._document.is_open(before.sheet_id):
            # The list was meant for the previous sheet, and its devices may be another channel's.
            self._imports.left.emit()
            return
        if origin.path is not None:
            self.opened.emit(origin.path)
        await self._imports.take(opened)

    def _look_at(self, opened: OpenList) -> None:
        self._tasks.start(self._change(opened))

    async def _change(self, opened: OpenList) -> None:
        """Show an added list again; after the user's choice, it is read anew and replaces the rows added."""
        async with self._one_list:
            chosen = await self._ask(opened, Purpose.ADD)
        if chosen is not None:
            self._imports.remove(opened)
            await self._imports.take(chosen)

    def _forget(self, opened: OpenList) -> None:
        """Forget the choices for a list that was undone: it may have been read by the wrong columns, so the next is
        asked about.
        """
        from bindtool.core.tabular.columns.layout import make_of

        if opened.read.layout.remembered or not opened.choices.names_no_column:
            make = make_of(opened.read.opened.grid, opened.read.layout.header)
            self._written = [self._channels.forget_columns(self._document.channel, make)]

    def _remember(self, opened: OpenList) -> None:
        from bindtool.core.tabular.columns.layout import make_of

        choices, layout = opened.choices, opened.read.layout
        if not choices.names_no_column:
            columns = ListColumns(choices.header, layout.id_column, layout.label_column)
            make = make_of(opened.read.opened.grid, layout.header)
            self._written = [self._channels.remember_columns(self._document.channel, make, columns)]

    async def _known(self) -> Known:
        from bindtool.core.tabular.table.result import Known

        known = Known(self._document.rules, lists=self._document.lists)
        return await asyncio.to_thread(self._look_up, known, self._document.channel)

    def _look_up(self, known: Known, channel: Channel | None) -> Known:
        from bindtool.core.tabular.table.result import Choices

        # A list that follows the answer at once must be asked about by that answer.
        wait(self._written, _WRITES_WITHIN)
        try:
            chosen = self._channels.list_columns(channel)
        except StoreFailed:
            # The next write reports the failure; the list itself is valid.
            return known
        remembered = {
            make: Choices(header=one.header, id_column=one.id_column, label_column=one.label_column)
            for make, one in chosen.items()
        }
        return replace(known, remembered=remembered)

    async def _read(self, origin: ListOrigin, choices: Choices) -> Opened | None:
        """Read the cells of a list in a thread; None if that was stopped.

        Raises:
            BindtoolError: it can't be read.
        """
        return await read_in_thread(
            lambda watch: origin.read(choices, watch),
            origin.name(self._texts),
            self._window.notices,
            self._texts,
            _READING,
            self._say_reading,
        )

    def _say_reading(self, words: str) -> None:
        if self._import_page.is_visible:
            self._page.show_reading(words)

    # the page

    async def _ask(self, opened: OpenList, purpose: Purpose) -> OpenList | None:
        """Show a list until the user has chosen how to read it, and remember the choice; None if they left."""
        from bindtool.core.tabular.columns.facts import facts_of

        facts = await asyncio.to_thread(facts_of, opened.read)
        self._answer, self._shown = asyncio.get_running_loop().create_future(), opened
        self._window.show_page(self._page)
        self._page.begin(opened.origin.name(self._texts), opened.read, opened.choices, purpose, facts)
        chosen = await self._answer
        self._shown = None
        if self._window.page is self._page:
            self._window.show_page(self._window.sheet_page)
        if chosen is None:
            self._imports.left.emit()
        else:
            self._remember(chosen)
        return chosen

    def _settle(self, chosen: OpenList | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(chosen)

    async def _show(self, choices: Choices) -> None:
        """Show the list as chosen; another encoding, delimiter or sheet requires reading the file again."""
        from bindtool.core.tabular.columns.facts import facts_of
        from bindtool.core.tabular.reader import read_rows

        async with self._one_choice:
            shown = self._shown
            if shown is None:
                return
            cells: Opened | None = shown.read.opened
            problem: BindtoolError | None = None
            try:
                if _same_cells(choices, shown.choices):
                    choices = _with_taken(choices, shown.read.layout)
                else:
                    # Other cells have other columns.
                    choices = replace(choices, header=None, id_column=None, label_column=None)
                    cells = await self._read(shown.origin, choices)
            except BindtoolError as error:
                cells, problem = None, error
            if cells is not None:
                read = await asyncio.to_thread(read_rows, cells, choices, await self._known())
                shown = self._shown = replace(shown, read=read, choices=choices)
            facts = await asyncio.to_thread(facts_of, shown.read)
            self._page.show_list(shown.read, shown.choices, facts)
            if problem is not None:
                self._page.show_problem(problem)

    async def _add(self) -> None:
        """Finish with the list as shown; the marked columns are the user's choice."""
        seen = self._shown
        # The latest choice may not be shown yet.
        async with self._one_choice:
            shown = self._shown
            if shown is None or not self._page.add.isEnabled():
                return
            if shown.read.layout.doubt is not None:
                if shown is not seen:
                    return
                shown = replace(shown, choices=replace(shown.choices, id_column=shown.read.layout.id_column))
            self._settle(shown)

    def _choose_leftover(self) -> None:
        if self._shown is None:
            return
        from bindtool.core.tabular.rows import rejected_csv
        from bindtool.gui.common.util.file_dialogs import save_file

        path, left = self._shown.origin.path, rejected_csv(self._shown.read.refused, self._texts.say)
        name = self._texts("import.pasted") if path is None else path.stem
        save_file(
            self._window,
            self._texts,
            "import.save_refused",
            "files.text_tables",
            self._texts("import.refused_name", file=name) + ".csv",
            lambda target: self.save(target, left, Message.of("import.refused_saved", file=str(target)), path),
        )

    def save(self, path: Path, data: bytes, told: Message, read_from: Path | None = None) -> None:
        """Write a file and report it; refuses to overwrite the file `read_from`."""
        kept = [] if read_from is None else [read_from]
        self._tasks.start(self._save(path, data, told, kept), to_its_end=True)

    async def _save(self, path: Path, data: bytes, told: Message, kept: Sequence[Path]) -> None:
        try:
            await asyncio.to_thread(write_output, path, data, self._folder, kept)
        except BindtoolError as error:
            self._window.notices.show_error(error)
        else:
            self._window.notices.show_answer(told)


def _is_gone(error: BindtoolError) -> bool:
    """Return whether opening failed because the file is missing; Windows reports that for an unreachable server
    too.
    """
    cause = error.__cause__
    return isinstance(cause, FileNotFoundError) and getattr(cause, "winerror", None) in {None, *_NOT_FOUND}


def _is_clear(opened: OpenList, purpose: Purpose) -> bool:
    """Return whether a list needs no review."""
    from bindtool.core.tabular.table.result import is_certain

    read = opened.read
    if not read.rows or read.layout.doubt is not None:
        return False
    if opened.origin.path is None:
        # A paste can't be corrected like a file: the sheet shows the rows that can't be taken.
        return True
    return is_certain(read) or (purpose is Purpose.COMPARE and read.unclear_encoding is None)


def _open_list(path: Path, member: str, choices: Choices, watch: ReadingProgress) -> Opened:
    from bindtool.core.tabular.reader import open_list

    return open_list(path, member, choices, watch)


def pasted(text: str, html: str, known: Known) -> ListOrigin:
    """Return a text as the origin of a list; `html`: the same from a spreadsheet or a browser, or ""."""
    from bindtool.core.tabular.clipboard import open_clipboard

    return ListOrigin(lambda _choices, watch: open_clipboard(text, html, known, watch))


def html_of(text: str) -> str:
    """Return the clipboard's HTML if its text is `text`; "" otherwise."""
    copied = QGuiApplication.clipboard().mimeData()
    return copied.html() if copied.hasHtml() and copied.text() == text else ""


def _with_taken(choices: Choices, layout: Layout) -> Choices:
    """Return choices with the columns in use, so that changing one of them keeps the others."""
    if layout.doubt is not None:
        return choices
    id_column = layout.id_column if choices.id_column is None else choices.id_column
    label_column = choices.label_column
    if label_column is None and layout.label_column != id_column:
        label_column = layout.label_column
    return replace(choices, id_column=id_column, label_column=label_column)


def _same_cells(one: Choices, other: Choices) -> bool:
    return (one.encoding, one.delimiter, one.sheet) == (other.encoding, other.delimiter, other.sheet)
