"""The whole window for a test, removed completely afterwards: a new style sheet restyles all widgets left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication, QEvent

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.intake.reconcile import WantedList
from bindtool.core.model.row import Row, SheetHead
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from bindtool.gui.binding.channel_check.page import ChannelCheckPage
from bindtool.gui.binding.confirm_panel import ConfirmPanel
from bindtool.gui.binding.run_presenter import RunPresenter
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.binding.run_starter import RunStarter
from bindtool.gui.binding.to_handle.panel import ToHandlePanel
from bindtool.gui.common.shell.session_state import InputModeService
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.common.widgets.on_demand import OnDemand
from bindtool.gui.history.controller import HistoryController
from bindtool.gui.main_window.keyboard_navigation import KeyboardNavigation
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.profiles.form_page import ProfileFormPage
from bindtool.gui.profiles.token_dialog import TokenDialog
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.scanning.controller import ScanController
from bindtool.gui.scanning.next_label import NextLabel
from bindtool.gui.scanning.scan_session import ScanSession
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
from bindtool.gui.scanning.setup.test_page import ScannerTestPage
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.tools.compare_panel import ComparePanel
from bindtool.gui.sheet.tools.fill_labels import FillLabels
from bindtool.gui.sheet.tools.find_bar import FindBar
from bindtool.gui.sheet.tools.list_import_controller import ListImportController
from bindtool.gui.sheet.tools.list_imports import ListImports
from bindtool.gui.support.clipboard_export import ClipboardExport
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import START, Clock
from tests.gui.samples import NOTE
from tests.gui.services import KnownTokens, NothingHappens, services_on

HEAD = SheetHead(1, START, "Line 2", "WO-1125", 220, "A12")


@dataclass
class OneView:
    """A view that Esc leaves, in place of its controller."""

    is_open: bool = False

    def leave(self) -> None:
        """Close it."""
        self.is_open = False


class Asked(RunStarter):
    """Counts the answers to the question, and binds nothing."""

    def __init__(self, document: SheetDocument, session: RunSession, services: Services, notices: Notices) -> None:
        super().__init__(document, session, services, CodeLines(document), ListImports(notices, document))
        self.confirmed = self.cancelled = 0

    def confirm(self) -> None:
        """Count it."""
        self.confirmed += 1

    def cancel(self) -> None:
        """Count it."""
        self.cancelled += 1

    def remarked(self) -> list[int]:
        """Return the sheet's rows."""
        return [row.number for row in self._document.sheet]


class EquippedWindow(MainWindow):
    """A window with its features, each created when a test asks for it and placed as by `MainWindowController`.

    They work on a document of their own, without a sheet, and do nothing that takes time.
    """

    def __init__(self, texts: Texts, *, practice: bool = True) -> None:
        super().__init__(texts, practice=practice)
        self.build_ui()
        self.fill_labels = OnDemand(self._make_fill_labels)
        self.compare = OnDemand(self._make_compare)
        self.check_page = OnDemand(self._make_check_page)
        self.form = OnDemand(self._make_form)
        self.confirm_panel = OnDemand(self._make_confirm_panel)
        self.scanner_test = OnDemand(self._make_scanner_test)
        self.to_handle = OnDemand(self._make_to_handle)
        self.compared_lists: dict[int, tuple[str, WantedList]] = {}

    @cached_property
    def folder(self) -> TemporaryDirectory[str]:
        """The folder of the program's files."""
        return TemporaryDirectory()

    @cached_property
    def store(self) -> Store:
        """An open database, empty."""
        return Store(Path(self.folder.name) / "bindtool.db", Clock())

    @cached_property
    def tasks(self) -> BackgroundTasks:
        """The starter of coroutines."""
        return BackgroundTasks(lambda _: None)

    @cached_property
    def document(self) -> SheetDocument:
        """The document of the features."""
        return SheetDocument(self.model, self.store, Clock(), self.tasks)

    @cached_property
    def services(self) -> Services:
        """The services of the features."""
        return services_on(self.store, Clock(), self.tasks, Path(self.folder.name))

    @cached_property
    def session(self) -> RunSession:
        """A session without an active run."""
        services, edits = self.services, EditCommands(self.document)
        return RunSession(
            self.document, edits, self.store, services.clock, services.proxies, self.tasks, services.tokens,
            services.ledger,
        )  # fmt: skip

    @cached_property
    def rules(self) -> ScanRulesService:
        """The current rules."""
        services = self.services
        return ScanRulesService(services.repository, services.learnt, services.state)

    @cached_property
    def starter(self) -> Asked:
        """The recorder of the answers to a confirmation."""
        return Asked(self.document, self.session, self.services, self.notices)

    @cached_property
    def list_import(self) -> ListImportController:
        """The reader of lists."""
        imports = ListImports(self.notices, self.document)
        root = Path(self.folder.name)
        folder = DataFolder(root, root / "machine")
        return ListImportController(
            self, self._texts, self.document, self.tasks, folder, self.store, imports, self.import_page
        )

    @cached_property
    def search(self) -> FindBar:
        """The search bar."""
        footer = self.footer
        bar = FindBar(footer, self, self._texts, self.document, self.table, footer.counts)
        footer.put_on_top(bar)
        return bar

    def lay(self, rows: Iterable[Row], head: SheetHead = HEAD) -> None:
        """Open a sheet in the document, and show its rows."""
        self.document.head, self.document.sheet = head, Sheet(rows)
        self.model.show(self.document.sheet)

    def end(self) -> None:
        """Close the window, and delete its files."""
        self.leave()
        made = vars(self)
        if "store" in made:
            self.store.close()
        if "folder" in made:
            self.folder.cleanup()

    def _make_check_page(self) -> ChannelCheckPage:
        page = ChannelCheckPage(self, self._texts, self.document, self.session, self.services, print)
        self.pages.addWidget(page)
        return page

    def _make_form(self) -> ProfileFormPage:
        services = replace(self.services, tokens=KnownTokens(NOTE), tasks=NothingHappens(print))
        dialog = OnDemand(lambda: TokenDialog(self, self._texts, services, print))
        page = ProfileFormPage(
            self, self._texts, self.document, services, dialog, lambda: False,
            lambda _: self.show_page(self.sheet_page),
        )  # fmt: skip
        self.pages.addWidget(page)
        return page

    def _make_confirm_panel(self) -> ConfirmPanel:
        panel = ConfirmPanel(self._texts, self.starter, self.footer, self.table, self.scan_bar.field, print)
        self.put_above_footer(panel)
        return panel

    def _make_scanner_test(self) -> ScannerTestPage:
        page = ScannerTestPage(self, self._texts, self.rules, self.services.input_mode)
        self.pages.addWidget(page)
        return page

    def _make_to_handle(self) -> ToHandlePanel:
        document, services, clock, practice = self.document, self.services, Clock(), self.practice
        clipboard = ClipboardExport(
            self._texts, document, self.store, self.notices, clock, self.tasks, practice=practice
        )
        presenter = RunPresenter(
            self, services, document, self.session, self.starter, clipboard, self.footer, self.summary
        )
        edits = EditCommands(document)
        labels = NextLabel(self.notices, document, edits)
        scans = ScanSession(clock, services.sounds, services.input_mode, CodeLines(document), labels)
        scanning = ScanController(self, self._texts, document, edits, self.scan_bar, self.table, scans)
        panel = ToHandlePanel(
            self, self._texts, document, presenter, scanning, clipboard, self.table, self.summary.give_way
        )
        self.put_beside_table(panel, 1)
        return panel

    def _make_compare(self) -> ComparePanel:
        lists = self.compared_lists
        panel = ComparePanel(self, self._texts, self.document, self.tasks, self.list_import, self.table, lists)
        self.put_beside_table(panel)
        return panel

    def _make_fill_labels(self) -> FillLabels:
        edits = EditCommands(self.document)
        panel = FillLabels(self._texts, self.document, edits, self.tasks, self.table, self.notices, print)
        self.put_above_footer(panel)
        return panel


def navigation(
    window: EquippedWindow,
    input_mode: InputModeService | None = None,
    history: Callable[[], OneView | HistoryController] = OneView,
    to_handle: Callable[[], OneView] = OneView,
    search: OneView | None = None,
) -> KeyboardNavigation:
    """Connect the keys of a window; the history and the views of its sheet are closed ones where none is given."""
    return KeyboardNavigation(
        window,
        input_mode or InputModeService(),
        history,
        window.confirm_panel,
        (window.check_page, window.scanner_test, window.form),
        window.fill_labels,
        to_handle,
        search or OneView(),
    )


@contextmanager
def whole_window(texts: Texts, size: tuple[int, int]) -> Iterator[EquippedWindow]:
    """Show the window of practice mode, no larger than `size`."""
    window = EquippedWindow(texts)
    window.setMaximumSize(*size)
    window.show()
    window.resize(*size)
    yield window
    window.end()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
