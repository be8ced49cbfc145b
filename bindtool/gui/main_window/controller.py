"""Creates the window's controllers and connects them; opens profile and sheet; writes the status line.

Each feature has its controller in its own package. `app.composition` passes in the services they share.
"""

from __future__ import annotations

import asyncio
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import escaped
from bindtool.core.model.outcome import NEEDS_HAND, State
from bindtool.core.model.row import HoldReason, Row
from bindtool.core.profiles.profile import Profile, as_known
from bindtool.core.sheet_view.next_step import Step
from bindtool.gui.binding.run_presenter import RunPresenter
from bindtool.gui.common.util.throttle import BEHIND, Throttle
from bindtool.gui.common.widgets.notices import Kind
from bindtool.gui.common.widgets.on_demand import OnDemand
from bindtool.gui.handoff import handoff_line
from bindtool.gui.main_window.appearance import offer_appearance
from bindtool.gui.main_window.close_handler import CloseHandler
from bindtool.gui.main_window.keyboard_navigation import KeyboardNavigation
from bindtool.gui.main_window.workspace import Workspace, first_profile, remember
from bindtool.gui.profiles.controller import ProfileController
from bindtool.gui.scanning.controller import ScanController
from bindtool.gui.scanning.serial_controller import SerialController
from bindtool.gui.shared_ledger import ledger_line
from bindtool.gui.sheet.tools.edit_controller import EditController
from bindtool.gui.sheet.tools.find_bar import FindBar
from bindtool.gui.sheet.tools.list_import_controller import ListImportController
from bindtool.gui.sheet.tools.recent_lists import RecentLists
from bindtool.gui.support.clipboard_export import ClipboardExport
from bindtool.gui.support.help_controller import HelpController
from bindtool.gui.support.update_notice import UpdateNotice

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.api.responses import NeverSent
    from bindtool.gui.binding.channel_check.page import ChannelCheckPage
    from bindtool.gui.binding.confirm_panel import ConfirmPanel
    from bindtool.gui.binding.run_starter import Confirmation
    from bindtool.gui.binding.to_handle.panel import ToHandlePanel
    from bindtool.gui.history.controller import HistoryController
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.network.login_dialog import ProxyLoginDialog
    from bindtool.gui.profiles.welcome_page import WelcomePage
    from bindtool.gui.reports.controller import ReportController
    from bindtool.gui.reports.publish_dialog import PublishDialog
    from bindtool.gui.scanning.setup.test_page import ScannerTestPage
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.details_dialog import SheetDetailsDialog
    from bindtool.gui.sheet.tools.compare_panel import ComparePanel
    from bindtool.gui.sheet.tools.fill_labels import FillLabels
    from bindtool.gui.support.laptop_check import LaptopCheckDialog
    from bindtool.gui.support.support_bundle import SupportBundleController
    from bindtool.i18n.catalogue import Texts

_REPORTS = (
    *("save_report", "save_run", "save_today", "save_benches", "save_to_handle"),
    *("print_sheet", "print_run", "print_today"),
)
"""The actions for reports."""


class MainWindowController(QObject):
    """Creates and connects the controllers, and opens the sheet."""

    def __init__(self, window: MainWindow, texts: Texts, services: Services, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._services = services
        self.workspace = workspace
        self._state = services.state
        services.handoffs.texts = texts
        offer_appearance(window, services.settings, services.appearance)
        store, clock, tasks = services.store, services.clock, services.tasks
        scan_bar, table, footer, summary = window.scan_bar, window.table, window.footer, window.summary
        self.document = document = workspace.document
        edits = workspace.edits
        self._make_late()
        self.session = session = workspace.session
        self.list_import = ListImportController(
            window, texts, document, tasks, services.folder, store, workspace.list_imports, window.import_page
        )
        actions = window.actions_
        self.reports = OnDemand(self._make_reports, [actions[name] for name in _REPORTS])
        self.support_bundle = OnDemand(self._make_support_bundle, [actions["save_support"]])
        self.recent_lists = RecentLists(window, texts, services.settings)
        self.clipboard_export = clipboard_export = ClipboardExport(
            texts, document, store, window.notices, clock, tasks, practice=services.practice
        )
        window.model.explain_log_ids(clipboard_export.sharing)
        table.columns.remember_in(services.settings)
        self.run_presenter = RunPresenter(
            window, services, document, session, workspace.run_starter, clipboard_export, footer, summary
        )
        self.resume = workspace.resume
        self.scanning = ScanController(window, texts, document, edits, scan_bar, table, workspace.scans)
        self.edit_controller = EditController(window, document, edits, table)
        self.serial_controller = SerialController(window, texts, services, self.scanning)
        self.proxy_login = OnDemand(self._make_proxy_login)
        self.profiles = ProfileController(
            window, texts, document, services, window.welcome, lambda: session.running, self.open_profile,
            self.run_presenter.token_came,
        )  # fmt: skip
        self.history = OnDemand(self._make_history, [actions["history"]])
        self.search = FindBar(footer, window, texts, document, table, footer.counts)
        footer.put_on_top(self.search)
        self.help = HelpController(window, texts, services)
        self.update_notice = UpdateNotice(window, services, lambda: session.running)
        self.keyboard = KeyboardNavigation(
            window,
            services.input_mode,
            lambda: self.history.made,
            self.confirm_panel,
            (self.check_page, self.scanner_test, self.profiles.form),
            self.fill_labels,
            lambda: self.to_handle.made,
            self.search,
        )
        self.close_handler = CloseHandler(window, session)
        self._redraw = Throttle(self, self._show_counts, behind=BEHIND)
        self._connect()
        self._connect_lists()
        self._connect_scanner_rules()

    async def begin(self) -> None:
        """Open the last profile, or the first in the list; without any, show the welcome page."""
        repository = self._services.repository
        first = first_profile(self._services.settings, repository)
        await self._open(first.profile, remembered=first.remembered)
        if first.gone is not None:
            self._window.notices.show_error(first.gone)
        if first.profile is None and self.document.takes_scans and not len(self.document.sheet):
            self.profiles.show_welcome()
        # Reversed, since the newest notice is shown first: so the first fault is.
        for number, fault in enumerate(reversed(repository.faults)):
            place = fault.title.values
            where = self._texts("profile.where", **place) if {"file", "line"} <= place.keys() else ""
            self._window.notices.show_error(fault, extra=where, name=f"profile {number}")
        await asyncio.sleep(0)  # drawing a long sheet, which is next, gets its own iteration of the event loop
        self.serial_controller.begin()
        self.scanning.wedge.begin()

    @property
    def at_rest(self) -> bool:
        """Whether the window is idle: no run, no scan, no reading, writing or question in progress."""
        return (
            not (self.session.running or self._services.tasks.busy)
            and self.document.at_rest
            and self.scanning.at_rest
        )

    def go_on(self) -> None:
        """Show the open sheet again, after a change of language."""
        if self.session.running:
            self._window.table.begin_to_follow()
        self._window.show_page(self._window.sheet_page)
        self._show_header()
        self.serial_controller.begin()
        self.scanning.wedge.begin()

    def _open_again(self) -> None:
        self._services.tasks.start(self._open(self.workspace.requested_profile))

    def open_profile(self, profile: Profile | None) -> None:
        """Open a profile's sheet; during a run, keep the open one and show its sheet."""
        if not self.session.running:
            self._services.tasks.start(self._open(profile))
            return
        self._window.show_page(self._window.sheet_page)
        if profile != self._state.profile:
            self._window.notices.show_error(BadInput("profile.run_is_on"))

    async def _open(self, profile: Profile | None, *, remembered: bool = True) -> None:
        window = self._window
        self.workspace.requested_profile = profile
        if not await self.session.replace_sheet(lambda: self.document.open(profile)):
            return
        # Only now: until here the table shows another profile's rows.
        if profile is not None:
            profile = as_known(profile, self._services.store.channels.check(profile.channel))
        self._state.open_profile(profile)
        self._forget_sheet()
        if remembered:
            remember(self._services.settings, profile)
        window.show_page(window.sheet_page)
        self.run_presenter.show_what_is_missing()
        await self.resume.offer()

    def _connect(self) -> None:
        window, actions = self._window, self._window.actions_
        self.document.changed.connect(self._redraw_soon)
        self.document.head_changed.connect(self._show_header)
        self._state.profile_changed.connect(self._show_header)
        self.session.started.connect(window.table.begin_to_follow)
        self.session.progressed.connect(self._follow_run)
        self.session.sheet_closing.connect(self._forget_question)
        self.resume.sheet_requested.connect(self._open_again)
        window.table.refused.connect(window.notices.show_error)
        self.run_presenter.counted.connect(self.scanning.show_job)
        self.run_presenter.ended.connect(self.scanning.flash_and_play)
        window.footer.step_requested.connect(self._take_step)
        window.footer.find_button.clicked.connect(self.search.begin)
        window.summary.handle_requested.connect(lambda: self.to_handle().show_next())
        window.summary.report_requested.connect(lambda: self.reports().choose_today())
        window.summary.check_requested.connect(self._check_channel)
        window.summary.publish_requested.connect(self._show_publishing)
        actions["for_publishing"].triggered.connect(self._show_publishing)
        self.history.when_made(self._listen_to_history)
        # Methods: the senders outlive this controller, and Qt disconnects a method when its owner is deleted.
        self.workspace.run_starter.asked.connect(self._ask_to_confirm)
        self._services.tokens.changed.connect(self._redraw.request_now)
        window.front_changed.connect(self._front_changed)
        self._services.proxy_logins.requested.connect(self._ask_proxy_login)
        self._services.ledger.changed.connect(self._redraw.request_now)
        self._services.handoffs.changed.connect(self._redraw.request_now)
        actions["mute"].setChecked(self._services.sounds.muted)
        actions["mute"].toggled.connect(self._mute)
        self._services.serial.changed.connect(self._redraw.request_now)
        window.welcome.when_made(self._listen_to_welcome)
        window.header.profile_chosen.connect(lambda name: self.open_profile(self._services.repository.get(name)))
        actions["operator"].triggered.connect(lambda: self._open_details("operator"))
        for wanted in (actions["job"].triggered, window.scan_bar.details_requested):
            wanted.connect(lambda: self._open_details("job"))
        window.sheet_details.when_made(self._listen_to_details)
        actions.connect("sort", window.table.sorting.turn, window.table.why_empty)
        actions["columns"].triggered.connect(window.table.columns.show_menu)
        actions["compare"].triggered.connect(lambda: self.compare().begin())
        actions["fill_labels"].triggered.connect(lambda: self.fill_labels().begin())
        actions.connect("next_to_handle", lambda: self.to_handle().show_next(), self._why_none_to_handle)
        for name in ("token", "export_profile"):
            actions.grey(name, self.profiles.why_no_profile)
        actions["test_scanner"].triggered.connect(lambda: self.scanner_test().begin())
        actions.connect("new_sheet", self._new_sheet, window.table.why_empty)
        actions["check_channel"].triggered.connect(self._check_channel)
        actions["check_laptop"].triggered.connect(self._check_laptop)
        actions["practice"].triggered.connect(self._services.practise)
        actions["quit"].triggered.connect(window.close)
        for name, copy in (
            ("copy_log_id", self.clipboard_export.log_ids),
            ("copy_support", self.clipboard_export.support),
        ):
            copy_selected = partial(self._copy_selected, copy)
            actions.connect(name, copy_selected, window.table.why_none_selected)

    def _why_none_to_handle(self) -> Message | None:
        counts = self.document.sheet.counts()
        left = any(counts[state] for state in (*NEEDS_HAND, State.INCOMPLETE))
        return None if left else Message.of("refusals.empty")

    def _copy_selected(self, copy: Callable[[list[int]], object]) -> None:
        copy(self._window.table.selected_numbers())

    def _forget_question(self) -> None:
        """Discard a question about rows: their numbers mean other rows in the next sheet."""
        self._window.notices.clear(Kind.QUESTION)

    def _connect_lists(self) -> None:
        window, imports, scanning = self._window, self.workspace.list_imports, self.scanning
        window.scan_bar.pasted.connect(self.list_import.paste)
        window.empty_sheet.samples_requested.connect(self._add_samples)
        window.table.pasted.connect(self.list_import.paste)
        window.table.dropped.connect(self.list_import.take)
        window.table.files_dropped.connect(self.list_import.open)
        pasted = (window.scan_bar.pasted, window.table.pasted, window.table.dropped, window.table.files_dropped)
        for comes in pasted:
            comes.connect(self.workspace.next_label.forget)
        self.list_import.opened.connect(self.recent_lists.add)
        self.list_import.missed.connect(self.recent_lists.remove)
        self.recent_lists.chosen.connect(lambda path: self.list_import.open([path]))
        window.scan_bar.undo_requested.connect(imports.take_back)
        imports.added.connect(window.table.stop_following)
        imports.added.connect(scanning.show_list)
        imports.taken_back.connect(scanning.show_taken_back)
        imports.taken_back.connect(self.edit_controller.leave_to_scan_bar)
        imports.waiting.connect(scanning.show_waiting)
        imports.left.connect(scanning.show_left)
        imports.missed.connect(scanning.show_missed)
        imports.forgotten.connect(scanning.forget_list)
        # The confirmation would cover a list under review.
        window.below_scan_bar.currentChanged.connect(self.workspace.run_starter.cancel)

    def _connect_scanner_rules(self) -> None:
        rules, watch, scanning = self.workspace.rules, self.workspace.fault_watch, self.scanning
        rules.changed.connect(self._use_scanner_rules)
        rules.gap_changed.connect(scanning.learn)
        self._use_scanner_rules()
        scanning.wedge.burst.connect(watch.watch_burst)
        watch.taken_from_field.connect(self._window.scan_bar.field.hand_on)
        # After the scan was reported, not before: it may be held, or raise a question.
        self.document.added.connect(self._judge_scan)

    def _use_scanner_rules(self) -> None:
        rules = self.workspace.rules
        self.scanning.use(rules.rules.scanner, rules.gap)

    def _judge_scan(self, row: Row) -> None:
        if row.held_for is not HoldReason.LINES:
            self.workspace.fault_watch.watch_row(row)
        self.workspace.part_prompt.look_at(row)

    def _follow_run(self) -> None:
        if self.session.row is not None:
            self._window.table.follow(self.session.row)
        self._redraw.request()

    def _mute(self, muted: bool) -> None:
        self._services.sounds.mute(muted)
        self._redraw.request_now()

    def _ask_to_confirm(self, asked: Confirmation) -> None:
        self.confirm_panel().ask(asked)

    def _listen_to_welcome(self, welcome: WelcomePage) -> None:
        welcome.practice_requested.connect(self._services.practise)
        welcome.scan_requested.connect(lambda: self._window.show_page(self._window.sheet_page))

    def _listen_to_history(self, history: HistoryController) -> None:
        history.publish_requested.connect(lambda run: self.publishing().begin(run.channel, run.sheet_id))

    def _listen_to_details(self, details: SheetDetailsDialog) -> None:
        self.scanning.listen_to(details)
        details.described.connect(
            lambda job, expected, operator: self.document.describe(job=job, expected=expected, operator=operator)
        )

    # created on demand

    def _make_late(self) -> None:
        self.confirm_panel = OnDemand(self._make_confirm_panel)
        self.check_page = OnDemand(self._make_check_page)
        self.scanner_test = OnDemand(self._make_scanner_test)
        self.to_handle = OnDemand(self._make_to_handle)
        self.fill_labels = OnDemand(self._make_fill_labels)
        self.compare = OnDemand(self._make_compare)
        self.publishing = OnDemand(self._make_publishing)

    def _make_reports(self) -> ReportController:
        from bindtool.gui.reports.controller import ReportController, ReportSources

        sources = ReportSources(self._texts, self.document, self._services)
        return ReportController(self._window, self._texts, sources, self._services)

    def _make_publishing(self) -> PublishDialog:
        from bindtool.gui.reports.publish_dialog import PublishDialog

        return PublishDialog(self._window, self._texts, self._services)

    def _make_support_bundle(self) -> SupportBundleController:
        from bindtool.gui.support.support_bundle import SupportBundleController

        window = self._window
        return SupportBundleController(window, self._texts, self.document, self._services, window.table)

    def _make_fill_labels(self) -> FillLabels:
        from bindtool.gui.sheet.tools.fill_labels import FillLabels

        window, edits, tasks = self._window, self.workspace.edits, self._services.tasks
        panel = FillLabels(
            self._texts, self.document, edits, tasks, window.table, window.notices, self.edit_controller.show_result
        )
        window.put_above_footer(panel)
        self.scanning.bypass.watch(panel)
        return panel

    def _make_check_page(self) -> ChannelCheckPage:
        from bindtool.gui.binding.channel_check.page import ChannelCheckPage

        window, services = self._window, self._services
        page = ChannelCheckPage(window, self._texts, self.document, self.session, services, self._forget_behaviour)
        window.pages.addWidget(page)
        return page

    def _make_to_handle(self) -> ToHandlePanel:
        from bindtool.gui.binding.to_handle.panel import ToHandlePanel

        window = self._window
        panel = ToHandlePanel(
            window, self._texts, self.document, self.run_presenter, self.scanning, self.clipboard_export,
            window.table, window.summary.give_way,
        )  # fmt: skip
        window.put_beside_table(panel, 1)
        return panel

    def _make_confirm_panel(self) -> ConfirmPanel:
        from bindtool.gui.binding.confirm_panel import ConfirmPanel

        window, starter = self._window, self.workspace.run_starter
        panel = ConfirmPanel(
            self._texts, starter, window.footer, window.table, window.scan_bar.field,
            lambda bench: self.history().show_bench(bench),
        )  # fmt: skip
        window.put_above_footer(panel)
        return panel

    def _make_scanner_test(self) -> ScannerTestPage:
        from bindtool.gui.scanning.setup.test_page import ScannerTestPage

        window = self._window
        page = ScannerTestPage(window, self._texts, self.workspace.rules, self._services.input_mode)
        window.pages.addWidget(page)
        return page

    def _make_history(self) -> HistoryController:
        from bindtool.gui.history.controller import HistoryController

        return HistoryController(self._window, self._texts, self.document, self._window.table, self._services)

    def _make_proxy_login(self) -> ProxyLoginDialog:
        from bindtool.gui.network.login_dialog import ProxyLoginDialog

        services = self._services
        return ProxyLoginDialog(
            self._window, self._texts, session=self._state, logins=services.proxy_logins, tasks=services.tasks
        )

    @cached_property
    def laptop_check(self) -> LaptopCheckDialog:
        """Return the laptop check's dialog, created on demand."""
        from bindtool.gui.support.laptop_check import LaptopCheckDialog

        return LaptopCheckDialog(self._window, self._texts, self._services)

    def _make_compare(self) -> ComparePanel:
        from bindtool.gui.sheet.tools.compare_panel import ComparePanel

        window, lists = self._window, self.workspace.compared_lists
        panel = ComparePanel(
            window, self._texts, self.document, self._services.tasks, self.list_import, window.table, lists
        )
        window.put_beside_table(panel)
        return panel

    # display

    def _redraw_soon(self) -> None:
        """Redraw the user's changes at once; a run's are throttled."""
        if self.session.running:
            self._redraw.request()
        else:
            self._redraw.request_now()

    def _front_changed(self, in_front: bool) -> None:
        if in_front:
            self._services.tasks.start(self._services.tokens.reread())

    def _show_counts(self) -> None:
        self.run_presenter.show_counts()
        self._show_status()

    def _show_header(self) -> None:
        head = self.document.head
        operator = head.operator if head is not None else ""
        self._window.header.show_profiles(self._services.repository.profiles, self._state.profile, operator)
        self._redraw.request_now()

    def _show_status(self) -> None:
        parts = [self._texts("status.saving" if self.document.saving else "status.saved")]
        profile = self._state.profile
        note = self._services.tokens.note(profile.token) if profile is not None else None
        if note is not None and note.expires_on is not None:
            parts.append(self._texts("status.token_until", day=f"{note.expires_on:%m-%d}"))
        elif note is not None and note.is_sign_in:
            parts.append(self._texts("status.signed_in", account=escaped(note.account or note.user_id)))
        parts += ledger_line(self._texts, self._services.ledger.status)
        parts += handoff_line(self._texts, self._services.handoffs.waiting)
        if self.session.clock_off is not None:
            parts.append(self._texts("clock.off", m=self.session.clock_off))
        self._window.footer.show_status(" · ".join([*parts, *self.serial_controller.status()]))

    # actions

    def _take_step(self, step: Step) -> None:
        match step:
            case Step.SET_UP_PROFILE:
                self.profiles.edit_profile()
            case Step.ENTER_TOKEN:
                self._window.actions_["token"].trigger()
            case Step.BIND:
                self.workspace.run_starter.ask()
            case Step.STOP:
                self.session.stop()
            case Step.SCAN_AGAIN:
                self.to_handle().scan_again()
            case Step.BIND_AGAIN:
                self.to_handle().bind_again()
            case Step.HANDLE:
                self.to_handle().show_next()
            case Step.DECIDE:
                self.scanning.show_next_held()
            case Step.REPORT:
                self.reports().choose_today()

    def _open_details(self, field: str) -> None:
        if self.document.head is not None:
            self._window.sheet_details().begin(self.document.head, field)

    def _new_sheet(self, *, agreed: int = 0) -> None:
        if self.session.running:
            self._window.notices.show_error(BadInput("sheet.run_is_on"))
            return
        total = len(self.document.sheet)
        left = total - self.document.sheet.counts()[State.BOUND]
        if left > agreed:
            # Scans go on during the question: if there are more of them than it names, it is asked again.
            self._window.notices.show_question(
                "question.new_sheet", lambda: self._new_sheet(agreed=left), n=left, total=total
            )
        else:
            self._services.tasks.start(self._renew())

    def _add_samples(self) -> None:
        """Paste the practice mode's sample devices as a list; each sheet gets others."""
        from bindtool.practice.channel import sample_ids

        head = self.document.head
        if head is not None:
            label = self._texts("empty.sample_label")
            lines = (f"{each}\t{label}{each[-6:]}" for each in sample_ids(head.sheet_id))
            self.list_import.take("\n".join(("device_id\tlabel", *lines)), "")

    async def _renew(self) -> None:
        if await self.session.replace_sheet(self.document.renew):
            self._forget_sheet()
            self.run_presenter.show_what_is_missing()

    def _forget_sheet(self) -> None:
        """Discard notices about the previous sheet."""
        self._window.notices.clear()
        self._window.summary.clear()

    def _forget_behaviour(self) -> None:
        """Discard the summary and an open confirmation, which were based on older knowledge of the channel."""
        self._window.summary.clear()
        self.workspace.run_starter.cancel()

    def _check_channel(self) -> None:
        """Check the profile's channel; without a profile there is no channel."""
        profile = self._state.profile
        if profile is None:
            self.profiles.show_welcome()
        else:
            self.check_page().begin(profile)

    def _show_publishing(self) -> None:
        """Show the open profile's devices for publishing; without a profile there is no channel."""
        profile, head = self._state.profile, self.document.head
        if profile is None:
            self.profiles.show_welcome()
        else:
            self.publishing().begin(profile.channel, None if head is None else head.sheet_id)

    def _ask_proxy_login(self, obstacle: NeverSent) -> None:
        self.proxy_login().ask(obstacle)

    def _check_laptop(self) -> None:
        if self._state.profile is None:
            self.profiles.show_welcome()
        else:
            self.laptop_check.begin(self._state.profile)
