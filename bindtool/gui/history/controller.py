"""Opens and leaves the history, and carries out the requests of its pages: search, open a sheet, copy, export,
delete.

The pages are created on first use; the database is read in a thread.
"""

from __future__ import annotations

import asyncio
import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bindtool.core.barcode.code import parse
from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import write_output
from bindtool.core.intake.intake import last_ids
from bindtool.core.intake.reading import read_text
from bindtool.core.reports.history_export import JSON_LINES, history_file
from bindtool.core.store import History
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.util.file_dialogs import SaveDialog, report_folder
from bindtool.gui.common.util.throttle import Throttle
from bindtool.gui.common.widgets.dialogs import open_once
from bindtool.gui.history.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from bindtool.core.model.history_records import SearchQuery
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.history.past_sheet_page import PastSheet, PastSheetPage
    from bindtool.gui.history.search_page import HistorySearchPage
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.i18n.catalogue import Texts

SHOWN = 500
"""Maximum number of devices to list; with more, the search must be narrowed."""

_DELETE = "question.delete_old_sheets"
_PAUSE_MS = 180
"""Milliseconds of typing pause before the search."""

_NEWS_MS = 1000
"""Milliseconds between two queries for devices bound by other benches."""

_OF_THE_SHEET = (
    *("undo", "redo", "delete_rows", "next_step", "bind_again", "next_to_handle", "include_held", "include_alike"),
    *("look_up", "copy_log_id", "copy_support", "save_report", "copy_summary"),
)
"""Actions on the hidden sheet; the shortcuts of two of them act on the search results here."""


class HistoryController(QObject):
    """Opens the history on the action "history".

    Signals:
        publish_requested(run): as for `PastSheetPage`.
    """

    publish_requested = Signal(object)

    def __init__(
        self, window: Window, texts: Texts, document: SheetDocument, table: SheetTableView, services: Services
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._table = table
        self._services = services
        self._history = History(services.store.path)
        self._retention = Retention(services.settings, services.store, self._history, services.clock)
        self._came_from: QWidget = window.sheet_page
        self._pages: tuple[HistorySearchPage, PastSheetPage] | None = None
        self._latest = 0
        self._old = 0
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._news = Throttle(self, self._search_again, _NEWS_MS)
        services.ledger.announced.connect(self._refresh_for_other_benches)
        window.actions_["history"].triggered.connect(self._begin)
        window.pages.currentChanged.connect(lambda _: self._follow_page())

    @property
    def page(self) -> HistorySearchPage:
        return self._build_pages()[0]

    @property
    def past(self) -> PastSheetPage:
        return self._build_pages()[1]

    def _build_pages(self) -> tuple[HistorySearchPage, PastSheetPage]:
        if self._pages is None:
            # Imported here: the window's first paint does not need them.
            from bindtool.gui.history.past_sheet_page import PastSheetPage
            from bindtool.gui.history.search_page import HistorySearchPage

            page = HistorySearchPage(self._texts, practice=self._services.practice)
            past = PastSheetPage(self._texts)
            self._pages = page, past
            for one in self._pages:
                self._window.pages.addWidget(one)
            page.wanted.connect(self._pause.start)
            page.entered.connect(self._enter)
            page.sheet_requested.connect(self._open)
            page.copy_requested.connect(self._copy)
            page.export_requested.connect(lambda: self._start(self._choose_file()))
            page.left.connect(self._leave)
            page.keep.days_chosen.connect(self._keep_for)
            page.keep.delete_requested.connect(self._ask_to_delete)
            past.copy_requested.connect(self._copy)
            past.publish_requested.connect(self.publish_requested)
            past.left.connect(self._return_to_search)
        return self._pages

    # opening and leaving

    def show_bench(self, machine: str) -> None:
        """Show the devices bound by another bench: by the one of that name, or for "" by any."""
        self.page.filter.show_benches(machine)
        self._begin()

    def _begin(self) -> None:
        page, past = self._build_pages()
        current = self._window.pages.currentWidget()
        if current is not None and current not in (page, past):
            self._came_from = current
        page.keep.show_days(self._retention.days)
        self._window.show_page(page)
        page.filter.begin(self._services.clock.now().date())
        self._search()

    @property
    def is_open(self) -> bool:
        """Whether one of its pages is shown."""
        return self._pages is not None and self._window.pages.currentWidget() in self._pages

    def leave(self) -> None:
        """Go one step back."""
        if self._window.pages.currentWidget() is self.past:
            self._return_to_search()
        else:
            self._leave()

    def _follow_page(self) -> None:
        """Disable the shortcuts that would change or copy the hidden sheet."""
        for name in _OF_THE_SHEET:
            self._window.actions_[name].setEnabled(not self.is_open)

    def _leave(self) -> None:
        self._window.notices.withdraw(_DELETE)
        self._window.show_page(self._came_from)

    def _return_to_search(self) -> None:
        self._window.show_page(self.page)
        # The next scan is searched for.
        self.page.filter.text.setFocus()
        self._news.request()

    # searching

    def _enter(self) -> None:
        """Search at once; in a code with parts, for the part that is the id. The next scan replaces the text."""
        field = self.page.filter.text
        code = parse(field.text())
        # A text that begins with a letter and has the form of most ids is searched for unchanged.
        if not (code.is_plain and code.arrived[0].isalpha()):
            found = read_text(code.arrived, self._document.rules, last_ids(self._document.sheet), scanned=False)
            field.setText(found.device_id or code.arrived)
        field.selectAll()
        self._search()

    def _search(self) -> None:
        self._pause.stop()
        self._latest += 1
        self._start(self._find(self._latest, self._query()))

    def _query(self) -> SearchQuery:
        """Return the current query. The page may be open since yesterday: "today" is the current day."""
        self.page.filter.today = self._services.clock.now().date()
        return self.page.query()

    async def _find(self, number: int, wanted: SearchQuery) -> None:
        found = await asyncio.to_thread(self._history.search, wanted, SHOWN)
        if number == self._latest:
            self.page.show_found(found, wanted)
            sheets = await asyncio.to_thread(self._history.sheets, wanted, SHOWN)
            if number == self._latest:
                self.page.show_found_sheets(sheets, wanted)
                await self._look_for_old()

    def _refresh_for_other_benches(self, _: object) -> None:
        """Search again after other benches have bound devices."""
        if self.is_open:
            self._news.request()

    def _search_again(self) -> None:
        if self._is_in_front and not self._pause.isActive():
            self._start(self._find_again(self._latest, self._query()))

    async def _find_again(self, number: int, wanted: SearchQuery) -> None:
        """Repeat the search, unless another search has begun meanwhile, whose result is newer."""
        found = await asyncio.to_thread(self._history.search, wanted, SHOWN)
        if number == self._latest:
            self.page.show_news(found, wanted)

    def _open(self, sheet_id: int, number: int | None) -> None:
        head = self._document.head
        if head is None or head.sheet_id != sheet_id:
            self._start(self._open_past(sheet_id, number))
            return
        self._window.show_page(self._window.sheet_page)
        if number is not None and number in self._document.sheet:
            self._table.point_at(number)

    async def _open_past(self, sheet_id: int, number: int | None) -> None:
        past = await asyncio.to_thread(self._read, sheet_id)
        if not self.is_open:
            return
        if past is None:
            self.page.say(self._texts("history.sheet_gone"), Tone.UNSURE)
            return
        self.past.show_sheet(past, number)
        self._window.show_page(self.past)
        self.past.rows.setFocus()

    def _read(self, sheet_id: int) -> PastSheet | None:
        from bindtool.gui.history.past_sheet_page import PastSheet

        head = self._history.head(sheet_id)
        if head is None:
            return None
        return PastSheet.of(head, self._history.rows(sheet_id), self._history.runs(sheet_id))

    # exporting

    def _copy(self, log_ids: str) -> None:
        copy_text(log_ids)
        for page in self._build_pages():
            page.say(self._texts("handout.log_id"))

    async def _choose_file(self) -> None:
        folder = await report_folder(self._services.settings)
        words = "history.practice_file" if self._services.practice else "history.file"
        name = self._texts(words, date=f"{self._services.clock.now():%Y-%m-%d}")
        kinds = {self._texts("files.text_tables"): ".csv", self._texts("history.json_lines"): JSON_LINES}
        wanted = self._query()
        dialog = SaveDialog(
            self._window,
            self._texts("history.export_title"),
            kinds,
            name,
            lambda path: self._start(self._export(path, wanted), to_its_end=True),
            folder,
            self._services.settings,
        )
        open_once(dialog)

    async def _export(self, path: Path, wanted: SearchQuery) -> None:
        """Export all devices found, the oldest first: the page may show fewer."""
        found = await asyncio.to_thread(self._history.search, wanted)
        data = await asyncio.to_thread(history_file, path, found.records[::-1], platform.node())
        await asyncio.to_thread(write_output, path, data, self._services.folder)
        self._show_done(Message.of("history.exported", n=len(found.records), file=str(path)))

    # old sheets

    def _keep_for(self, days: int) -> None:
        # The question names the number of sheets to delete, which has changed.
        self._window.notices.withdraw(_DELETE)
        self._retention.keep_for(days)
        self._start(self._look_for_old())

    async def _look_for_old(self) -> None:
        days = self._retention.days
        old = len(await asyncio.to_thread(self._retention.old_sheets))
        # Ignore an outdated answer: another choice may have been queried since.
        if days == self._retention.days:
            self._old = old
            self.page.keep.show_old(old)

    def _ask_to_delete(self) -> None:
        self._window.notices.show_question(_DELETE, lambda: self._start(self._delete_old()), n=self._old)

    async def _delete_old(self) -> None:
        gone = await self._retention.delete_old()
        self._latest += 1
        await self._find(self._latest, self._query())
        self._show_done(Message.of("history.deleted", n=gone))

    def _start(self, work: Coroutine[object, object, None], *, to_its_end: bool = False) -> None:
        self._services.tasks.start(self._reporting_errors(work), to_its_end=to_its_end)

    async def _reporting_errors(self, work: Coroutine[object, object, None]) -> None:
        """Show errors on the page if it is current, else in the message bar: the user may have left it."""
        try:
            await work
        except BindtoolError as error:
            if self._is_in_front:
                said = self._texts.together(self._texts.say(error.title), self._texts.say(error.hint))
                self.page.say(said, Tone.BAD)
            else:
                self._window.notices.show_error(error)

    def _show_done(self, done: Message) -> None:
        """Report the result at the place where errors are shown."""
        if self._is_in_front:
            self.page.say(self._texts.say(done))
        else:
            self._window.notices.show_answer(done)

    @property
    def _is_in_front(self) -> bool:
        return self._window.pages.currentWidget() is self.page
