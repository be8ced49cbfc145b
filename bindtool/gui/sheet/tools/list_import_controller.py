"""Imports lists from files into the sheet: read in a thread, taken at once where nothing is in doubt."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import write_output
from bindtool.core.common.progress import ReadingProgress, ReadingStopped
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Source
from bindtool.core.tabular.reader import open_list, read_rows
from bindtool.core.tabular.rows import rejected_csv
from bindtool.core.tabular.table.result import Choices, is_certain
from bindtool.gui.common.util.file_dialogs import open_file, save_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from bindtool.core.common.data_folder import DataFolder
    from bindtool.core.intake.intake import Arrival
    from bindtool.core.tabular.table.result import Opened, ReadList
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.common.widgets.prompt_bar import Questions
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.tools.list_import_page import ListImportPage
    from bindtool.i18n.catalogue import Texts

    Reader = Callable[[Path, str, Choices, ReadingProgress], Opened]

T = TypeVar("T")

_WORTH_SHOWING = 0.01


async def read_in_thread(
    read: Callable[[ReadingProgress], T],
    file: str,
    questions: Questions,
    texts: Texts,
    name: str,
    say: Callable[[str], object] = lambda _words: None,
) -> T | None:
    """Return what `read` returns; None where that was stopped.

    Args:
        read: called in a thread; reports to its `ReadingProgress` again and again.
        file: what a person calls the list.
        questions: offer the button that stops it.
        texts: the words.
        name: of the prompt; two readings at once have two.
        say: hears in words how far it is.

    Raises:
        BindtoolError: whatever `read` raises.
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
            questions.offer(name, words, [texts("import.stop")], lambda _: stopped.append(True))

    def progress(done: float) -> None:
        loop.call_soon_threadsafe(lambda: show(done))

    try:
        return await asyncio.to_thread(read, ReadingProgress(progress, lambda: bool(stopped)))
    except ReadingStopped:
        return None
    finally:
        # The thread goes on reading until it sees this.
        stopped.append(True)
        questions.withdraw(name)


_BATCH_SIZE = 400
"""Rows: some 10 ms."""


async def add_in_batches(document: SheetDocument, arrivals: Iterable[Arrival], source: Source) -> bool:
    """Add a row for each of a list; return False where another sheet came onto the document before the end.

    All is one edit, unless something else was edited in between: then what follows is another.
    """
    sheet, edits, left, last = document.sheet, document.undo_stack, iter(arrivals), None
    while piece := list(islice(left, _BATCH_SIZE)):
        if document.sheet is not sheet:
            return False
        document.take(piece, source, joined=last is not None and edits.last is last)
        last = edits.last
        await asyncio.sleep(0)
    return True


_READING, _OPENED = "reading", "opened"


@dataclass(frozen=True, slots=True)
class _OpenList:
    """A list, how it was read, and which rows of the sheet are its, where it went in."""

    path: Path
    read: ReadList
    choices: Choices
    numbers: range = range(0)


class ListImports(QObject):
    """Tells of a list that has come in, until it is no news any more; has no widgets.

    Signals:
        change_requested(imported): it was read wrongly, and is to be looked at.
    """

    change_requested = Signal(object)

    def __init__(self, questions: Questions, document: SheetDocument) -> None:
        super().__init__()
        self._questions = questions
        document.added.connect(self._forget)
        document.head_changed.connect(self._forget)

    def tell(self, imported: _OpenList) -> None:
        """Say what has come in and what was guessed, and offer to change it."""
        read = imported.read
        words = [Message.of("import.opened", n=len(read.rows), file=imported.path.name), read.layout.why]
        if read.refused:
            words.append(Message.of("import.refused", n=len(read.refused)))
        if read.held:
            words.append(Message.of("import.held", n=len(read.held)))
        self._questions.offer(
            _OPENED,
            lambda texts: texts("import.separator").join(map(texts.say, words)),
            [Message.of("import.change")],
            lambda _: self.change_requested.emit(imported),
        )

    def _forget(self) -> None:
        self._questions.withdraw(_OPENED)


class ListImportController(QObject):
    """Opens lists, one after the other."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        tasks: BackgroundTasks,
        folder: DataFolder,
        imports: ListImports,
        page: ListImportPage,
    ) -> None:
        super().__init__(window)
        self._imports = imports
        self._open_list: Reader = open_list
        self._window = window
        self._texts = texts
        self._document = document
        self._tasks = tasks
        self._folder = folder
        self._page = page
        self._lock = asyncio.Lock()
        self._shown: _OpenList | None = None
        window.actions_["open_list"].triggered.connect(self._choose_files)
        self._page.chosen.connect(self._choose)
        self._page.add_requested.connect(lambda: tasks.start(self._add()))
        self._page.save_requested.connect(self._choose_leftover)
        self._page.left.connect(self._leave)
        imports.change_requested.connect(self._look_at)

    def open(self, paths: Sequence[Path]) -> None:
        """Add the devices of files to the sheet."""
        for path in paths:
            self._tasks.start(self._open(path))

    def _choose_files(self) -> None:
        several = QFileDialog.FileMode.ExistingFiles
        open_file(
            self._window, self._texts, "files.open_list", "files.lists", lambda path: self.open([path]), several
        )

    async def _open(self, path: Path) -> None:
        async with self._lock:
            try:
                opened = await self._read(path, Choices())
            except BindtoolError as error:
                self._window.message_bar.show_error(error)
                return
            if opened is None:
                return
            read = await asyncio.to_thread(read_rows, opened, Choices())
            if not read.rows and len(opened.sheets) <= 1:
                self._window.message_bar.show_error(BadInput("file.empty"))
            elif read.rows and is_certain(read):
                await self._take(_OpenList(path, read, Choices()))
            else:
                self._look_at(_OpenList(path, read, Choices()))

    async def _read(self, path: Path, choices: Choices) -> Opened | None:
        """Read a file's cells in a thread; None where that was stopped.

        Raises:
            BindtoolError: it can't be read.
        """
        return await read_in_thread(
            lambda watch: self._open_list(path, "", choices, watch),
            path.name,
            self._window.questions,
            self._texts,
            _READING,
            self._page.show_reading,
        )

    def read_by(self, open_list: Reader) -> None:
        """Read by another function from now on."""
        self._open_list = open_list

    async def _take(self, opened: _OpenList) -> None:
        """Put a list into the sheet and say what was guessed."""
        first = self._document.sheet.next_number
        if not await add_in_batches(self._document, opened.read.arrivals(), Source.FILE):
            return
        self._imports.tell(replace(opened, numbers=range(first, self._document.sheet.next_number)))

    def _look_at(self, opened: _OpenList) -> None:
        self._shown = opened
        self._page.begin(opened.path.name, opened.read, opened.choices)
        self._window.show_page(self._page)

    def _choose(self, choices: Choices) -> None:
        """Show the list as chosen; another encoding, delimiter or sheet has the file read again."""
        self._tasks.start(self._show(choices))

    async def _show(self, choices: Choices) -> None:
        async with self._lock:
            shown = self._shown
            if shown is None:
                return
            opened: Opened | None = shown.read.opened
            try:
                if not _same_cells(choices, shown.choices):
                    # Other cells have other columns.
                    choices = replace(choices, header=None, id_column=None, label_column=None)
                    opened = await self._read(shown.path, choices)
            except BindtoolError as error:
                self._page.show_list(shown.read, shown.choices)
                self._page.show_problem(error)
                return
            if opened is None:
                self._page.show_list(shown.read, shown.choices)
                return
            read = await asyncio.to_thread(read_rows, opened, choices)
            self._shown = replace(shown, read=read, choices=choices)
            self._page.show_list(read, choices)

    async def _add(self) -> None:
        # What was picked last may not be shown yet.
        async with self._lock:
            shown = self._shown
            if shown is None:
                return
            self._leave()
            if shown.numbers:
                sheet = self._document.sheet
                unsent = [n for n in shown.numbers if n in sheet and sheet[n].outcome.state is State.READY]
                self._document.delete(unsent)
            await self._take(shown)

    def _leave(self) -> None:
        self._shown = None
        self._window.show_page(self._window.sheet_page)

    def _choose_leftover(self) -> None:
        if self._shown is None:
            return
        path, left = self._shown.path, rejected_csv(self._shown.read.refused, self._texts.say)
        save_file(
            self._window,
            self._texts,
            "import.save_refused",
            "files.text_tables",
            self._texts("import.refused_name", file=path.stem) + ".csv",
            lambda target: self._tasks.start(self._save(target, left, path)),
        )

    async def _save(self, path: Path, left: bytes, read_from: Path) -> None:
        try:
            await asyncio.to_thread(write_output, path, left, self._folder, [read_from])
        except BindtoolError as error:
            self._window.message_bar.show_error(error)
            return
        self._window.message_bar.show_line(Message.of("import.refused_saved", file=str(path)))


def _same_cells(one: Choices, other: Choices) -> bool:
    return (one.encoding, one.delimiter, one.sheet) == (other.encoding, other.delimiter, other.sheet)
