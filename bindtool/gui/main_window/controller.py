"""The window's day: which profile and sheet are open, and what the foot says of them.

Owns those two. Scans are `controller`'s, runs `run_presenter`'s, profiles and tokens are for `navigation` and
`controller`, the way out is `close_handler`'s; `app` hands in what all of them stand on.
"""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from bindtool.core.common.errors import BadInput
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import as_known
from bindtool.gui.binding.channel_check.controller import ChannelCheckController
from bindtool.gui.binding.resume_controller import ResumeController
from bindtool.gui.binding.run_presenter import RunPresenter
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.binding.run_sounds import RunSounds
from bindtool.gui.binding.run_starter import RunStarter
from bindtool.gui.binding.to_handle.controller import ToHandleController
from bindtool.gui.common.util.file_dialogs import FileDialogs
from bindtool.gui.common.util.throttle import Throttle
from bindtool.gui.common.widgets.prompt_bar import ask
from bindtool.gui.history.controller import HistoryController
from bindtool.gui.main_window.action_guards import ActionGuards
from bindtool.gui.main_window.close_handler import CloseHandler
from bindtool.gui.main_window.keyboard_navigation import KeyboardNavigation
from bindtool.gui.main_window.screen_reader import ScreenReader
from bindtool.gui.profiles.controller import ProfileController
from bindtool.gui.profiles.navigation import ProfileNavigation
from bindtool.gui.reports.controller import PrintController, ReportController
from bindtool.gui.reports.sources import ReportSources
from bindtool.gui.scanning.controller import ScanController
from bindtool.gui.scanning.serial_controller import SerialController
from bindtool.gui.scanning.setup.controller import ScannerSetupController
from bindtool.gui.scanning.setup.scan_rules import ScanRulesService
from bindtool.gui.shared_ledger.row_sync import LedgerRowSync
from bindtool.gui.shared_ledger.service import ledger_line
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands, EditController
from bindtool.gui.sheet.tools.compare_controller import CompareController
from bindtool.gui.sheet.tools.fill_labels_controller import FillLabelsController
from bindtool.gui.sheet.tools.list_import_controller import ListImportController
from bindtool.gui.sheet.tools.search_controller import SearchController
from bindtool.gui.support.clipboard_export import ClipboardExport
from bindtool.gui.support.help_controller import HelpController
from bindtool.gui.support.laptop_check import LaptopCheckController
from bindtool.gui.support.support_bundle import SupportBundleController

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.services import Services
    from bindtool.i18n.catalogue import Texts

_LAST_PROFILE = "profile"


class MainWindowController(QObject):
    """Puts the parts to work and opens the sheet."""

    def __init__(self, window: MainWindow, texts: Texts, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._services = services
        self._wanted: Profile | None = None
        self._changing = asyncio.Lock()
        self.announcer = ScreenReader(window)
        book, store, tokens, clock, tasks = (
            services.book,
            services.store,
            services.tokens,
            services.clock,
            services.tasks,
        )
        strip, table, foot, finished = window.strip, window.table, window.foot, window.finished
        self.rules = ScanRulesService(book, services.learnt)
        self.document = document = SheetDocument(window.model, store, clock, tasks)
        self.edits = edits = EditCommands(document)
        self.why_not = ActionGuards(window, document, lambda: self.running)
        self.session = session = RunSession(document, edits, store, clock, tasks, tokens, services.ledger)
        self.opening = ListImportController(window, texts, document, tasks, services.folder, window.import_page)
        self.files = FileDialogs(window, texts, clock, self.opening.open)
        sources = ReportSources(texts, document, services)
        self.report_files = ReportController(window, texts, sources, services)
        self.report_printing = PrintController(window, texts, sources, services)
        self.support_file = SupportBundleController(
            window, self.files, document, services, table, lambda: self.running.profile
        )
        self.handouts = handouts = ClipboardExport(
            texts, document, store, window.notice, clock, practice=services.practice
        )
        window.model.explain_log_ids(handouts.sharing)
        self.binding = RunStarter(window.confirm, document, session, table, services)
        self.ledger_rows = LedgerRowSync(document, services.ledger, tasks, self)
        self.running = running = RunPresenter(
            window, document, session, self.binding, tokens, handouts, foot, finished
        )
        self.resuming = ResumeController(window, document, session, running, store, tasks, strip.field)
        self.scanning = ScanController(window, texts, document, edits, strip, table, window.fill, services)
        self.edit_desk = EditController(window, document, edits, table)
        self.filling = FillLabelsController(window, texts, document, edits, tasks, window.fill, table)
        self.refusals = ToHandleController(
            window, texts, document, running, self.scanning, handouts, window.refusals, table
        )
        self.hearing = RunSounds(strip, session, services.sounds, window.actions_["mute"])
        self.peripherals = SerialController(window, texts, services, self.scanning)
        self.scanner_help = ScannerSetupController(
            window, texts, document, edits, self.rules, self.scanning, strip.field, window.scanner_test
        )
        self.laptop = LaptopCheckController(window.laptop_check, tokens, clock, tasks, services.version)
        self.set_up = ProfileController(texts, window.form, window.token_panel, book, tokens, tasks)
        self.checking = ChannelCheckController(
            window, texts, running, document, session, services, window.check_page, finished
        )
        self.profile_pages = ProfileNavigation(
            window, running, document, self.set_up, self.files, services, window.welcome, window.form
        )
        self.history = HistoryController(window, texts, document, table, services)
        self.comparing = CompareController(window, texts, document, tasks, services.folder, window.compare, table)
        self.finding = SearchController(window, texts, document, table, foot.counts, foot.find_bar)
        self.help = HelpController(window, texts, services.version, tasks)
        self.by_keyboard = KeyboardNavigation(window)
        self.leaving = CloseHandler(window, session, practice=services.practice)
        self._redraw = Throttle(self, self._show_counts)
        self._connect()

    async def begin(self) -> None:
        """Open the profile of last time, or the first there is; without one, ask how to begin."""
        book = self._services.book
        last = self._services.settings.value(_LAST_PROFILE, "")
        names = [profile.name for profile in book.profiles]
        name = last if last in names else next(iter(names), None)
        await self._open(book.get(name) if name is not None else None)
        if name is None and self.document.takes_scans and not len(self.document.sheet):
            self._window.show_page(self._window.welcome)
        for fault in book.faults:
            place = fault.title.values
            where = self._texts("profile.where", **place) if {"file", "line"} <= place.keys() else ""
            self._window.notice.show_error(fault, extra=where)
        self.peripherals.begin()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is under way: no run, no scan, nothing that is written, read or asked."""
        return (
            not (self.session.running or self._services.tasks.busy)
            and self.document.at_rest
            and self.scanning.at_rest
        )

    def go_on_from(self, before: MainWindowController) -> None:
        """Take over what is open at another bench at rest; of the parts of its window nothing is asked."""
        self.running.go_on_from(before.running)
        self.binding.go_on_from(before.binding)
        self.resuming.go_on_from(before.resuming)
        self.document.go_on_from(before.document)
        self.ledger_rows.begin()
        self.rules.follow(self.running.profile)
        self.scanning.go_on_from(before.scanning)
        self.comparing.go_on_from(before.comparing)
        self._wanted = before._wanted
        self._window.show_page(self._window.sheet_page)
        self._show_head()
        self.peripherals.begin()

    def open_profile(self, profile: Profile | None) -> None:
        """Open a profile's sheet; a run must not be on."""
        if self.session.running:
            self._window.notice.show_error(BadInput("profile.run_is_on"))
        else:
            self._services.tasks.start(self._open(profile))

    async def _open(self, profile: Profile | None) -> None:
        window = self._window
        self._wanted = profile
        had_sheet = self.document.head is not None
        if not await self._change_sheet(lambda: self.document.open(profile)):
            return
        # Only now: until here the rows in the table are another profile's.
        if profile is not None:
            profile = as_known(profile, self._services.store.channel_check(profile.channel))
        self.running.profile = profile
        self._services.ledger.follow(profile)
        self.ledger_rows.begin()
        self.rules.follow(profile)
        window.notice.clear()
        window.finished.hide()
        if had_sheet:
            # It is of no use any more; in the midst of a run a look for garbage would be felt.
            QTimer.singleShot(0, gc.collect)
        if profile is not None:
            self._services.settings.setValue(_LAST_PROFILE, profile.name)
            self._services.settings.sync()
        window.show_page(window.sheet_page)
        self._show_head()
        self.running.show_what_is_missing()
        await self.resuming.offer()

    async def _change_sheet(self, change: Callable[[], Coroutine[object, object, bool]]) -> bool:
        """Let another sheet take the place of this one, unless a run has begun since that was wanted.

        Changes wait for one another; what is asked about the rows goes with them.
        """
        async with self._changing:
            if self.session.running:
                self._window.notice.show_error(BadInput("sheet.run_is_on"))
                return False
            self.session.sheet_leaves = True
            self._window.confirm.cancel()
            try:
                return await change()
            finally:
                self.session.sheet_leaves = False

    def _connect(self) -> None:
        window, actions, notice = self._window, self._window.actions_, self._window.notice
        tasks = self._services.tasks
        self.rules.kept.connect(self._take_kept_rules)
        self.document.changed.connect(self._redraw_soon)
        self.document.head_changed.connect(self._show_head)
        self.session.progressed.connect(lambda _: self._redraw.ask())
        self.resuming.sheet_requested.connect(lambda: tasks.start(self._open(self._wanted)))
        self.opening.failed.connect(notice.show_error)
        self.opening.done.connect(notice.show_line)
        window.table.files_dropped.connect(self.opening.open)
        self.running.counted.connect(self.scanning.show_job)
        self.refusals.opened.connect(window.finished.give_way)
        self.checking.profile_missing.connect(lambda: window.show_page(window.welcome))
        window.foot.find_requested.connect(self.finding.begin)
        window.foot.scan_again_requested.connect(self.refusals.scan_again)
        window.foot.bind_again_requested.connect(self.refusals.bind_again)
        for wants_report in (window.foot.report_requested, window.finished.report_requested):
            wants_report.connect(self.report_files.choose_today)
        for leaves_keys in (window.compare.closed, self.finding.keys_left):
            leaves_keys.connect(window.strip.field.setFocus)
        self.set_up.profile_ready.connect(self.open_profile)
        self.set_up.token_ready.connect(self.running.token_came)
        self.set_up.failed.connect(notice.show_error)
        self.checking.known.connect(self._show_head)
        # What was asked was asked by what was known before.
        self.checking.known.connect(window.confirm.cancel)
        self._services.tokens.changed.connect(self._redraw.hurry)
        self._services.ledger.changed.connect(self._redraw.hurry)
        self._services.ledger.failed.connect(notice.show_error)
        self.session.remarked.connect(notice.show_line)
        window.confirm.others_requested.connect(self.history.show_bench)
        self.hearing.changed.connect(self._redraw.hurry)
        self.peripherals.changed.connect(self._redraw.hurry)
        window.welcome.practice_requested.connect(self._services.practise)
        window.welcome.scan_requested.connect(lambda: window.show_page(window.sheet_page))
        window.head.profile_chosen.connect(lambda name: self.open_profile(self._services.book.get(name)))
        window.head.profile_new.connect(self.profile_pages.new_profile)
        window.head.profile_edit.connect(self.profile_pages.edit_profile)
        window.head.profile_import.connect(self.profile_pages.import_profile)
        window.head.operator_requested.connect(lambda: self._describe("operator"))
        window.strip.details_requested.connect(lambda: self._describe("job"))
        window.details.described.connect(
            lambda job, expected, operator: self.document.describe(job=job, expected=expected, operator=operator)
        )
        actions["new_sheet"].triggered.connect(self._new_sheet)
        actions["open_list"].triggered.connect(self.files.choose_list)
        actions["check_laptop"].triggered.connect(self._check_laptop)
        actions["practice"].triggered.connect(self._services.practise)
        actions["quit"].triggered.connect(window.close)
        for name, copy in (("copy_log_id", self.handouts.log_ids), ("copy_support", self.handouts.support)):
            actions[name].triggered.connect(lambda _=False, copy=copy: copy(window.table.selected_numbers()))

    def _take_kept_rules(self, kept: Profile) -> None:
        """What a check has found out of the channel stays; only the rules are others."""
        if self.running.profile is not None:
            self.running.profile = replace(self.running.profile, scan=kept.scan)

    # what is shown

    def _redraw_soon(self) -> None:
        """What a person does is seen at once; what a run does, now and then."""
        if self.session.running:
            self._redraw.ask()
        else:
            self._redraw.hurry()

    def _show_counts(self) -> None:
        self.running.show_counts()
        self._show_status()

    def _show_head(self) -> None:
        head = self.document.head
        operator = head.operator if head is not None else ""
        self._window.head.show_profiles(self._services.book.profiles, self.running.profile, operator)
        self._redraw.hurry()

    def _show_status(self) -> None:
        parts = [self._texts("status.saving" if self.document.saving else "status.saved")]
        profile = self.running.profile
        note = self._services.tokens.note(profile.token) if profile is not None else None
        if note is not None and note.expires_on is not None:
            parts.append(self._texts("status.token_until", day=f"{note.expires_on:%m-%d}"))
        parts += ledger_line(self._texts, self._services.ledger.status)
        if self.session.clock_off is not None:
            parts.append(self._texts("clock.off", m=self.session.clock_off))
        self._window.foot.show_status(" · ".join([*parts, *self.peripherals.status()]))

    # what is pressed

    def _describe(self, field: str) -> None:
        if self.document.head is not None:
            self._window.details.begin(self.document.head, field)

    def _new_sheet(self) -> None:
        if self.session.running:
            self._window.notice.show_error(BadInput("sheet.run_is_on"))
            return
        total = len(self.document.sheet)
        left = total - self.document.sheet.counts()[State.BOUND]
        if left:
            ask(self._window.offer, self._texts, "question.new_sheet", self._renew, n=left, total=total)
        else:
            self._renew()

    def _renew(self) -> None:
        self._window.finished.hide()
        self._services.tasks.start(self._change_sheet(self.document.renew))

    def _check_laptop(self) -> None:
        if self.running.profile is None:
            self._window.show_page(self._window.welcome)
        else:
            self.laptop.begin(self.running.profile)
