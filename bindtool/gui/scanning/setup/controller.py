"""Connects the prompts, the fault watch and the scanner's test page with scans, keys and the rules in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.scanning.setup.fault_watch import ScannerFaultWatch
from bindtool.gui.scanning.setup.prompts import IdPartPrompt, LetterPrompt

if TYPE_CHECKING:
    from bindtool.core.barcode.scan_rules import ScanRules
    from bindtool.gui.common.shell.session_state import InputModeService
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.controller import ScanController
    from bindtool.gui.scanning.scan_field import ScanField
    from bindtool.gui.scanning.setup.scan_rules import ScanRulesService
    from bindtool.gui.scanning.setup.test_page import ScannerTestPage
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.edit_commands import EditCommands
    from bindtool.i18n.catalogue import Texts


class SelfTestController(QObject):
    """Opens the page, keeps what it sets, and goes back to the sheet."""

    def __init__(
        self, window: Window, rules: ScanRulesService, input_mode: InputModeService, page: ScannerTestPage
    ) -> None:
        super().__init__(window)
        self._window = window
        self._rules = rules
        self._input_mode = input_mode
        self._page = page
        window.actions_["test_scanner"].triggered.connect(self._begin)
        self._page.set_requested.connect(self._set)
        self._page.forget_requested.connect(rules.forget_gap)
        rules.gap_changed.connect(self._show_gap)
        self._page.left.connect(self._leave)
        window.pages.currentChanged.connect(self._follow_page)
        input_mode.left.connect(self._leave_with)

    def _begin(self) -> None:
        self._window.show_page(self._page)
        self._page.begin(self._rules.rules, self._rules.gap)

    def _show_gap(self) -> None:
        self._page.show_learnt(self._rules.gap)

    def _set(self, rules: ScanRules) -> None:
        if self._rules.change(rules):
            self._page.show_set(self._rules.rules)
        else:
            # Why not is said over the sheet.
            self._leave()

    def _leave(self) -> None:
        self._window.show_page(self._window.sheet_page)

    @property
    def _is_open(self) -> bool:
        return self._window.pages.currentWidget() is self._page

    def _follow_page(self) -> None:
        if self._is_open:
            self._input_mode.enter(InputMode.TEST)
        else:
            self._input_mode.leave(InputMode.TEST)

    def _leave_with(self, mode: InputMode) -> None:
        """Another mode is entered by its key: what it shows is on the sheet's page."""
        if mode is InputMode.TEST and self._is_open:
            self._leave()


class ScannerSetupController(QObject):
    """Sets the rules for the keyboard wedge, and connects prompts and fault watch with scans and keys."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        edits: EditCommands,
        rules: ScanRulesService,
        scanning: ScanController,
        field: ScanField,
        page: ScannerTestPage,
    ) -> None:
        super().__init__(window)
        self._rules = rules
        self._scanning = scanning
        rules.changed.connect(self._use_rules)
        rules.gap_changed.connect(self._learn)
        self._use_rules()
        rules.failed.connect(window.message_bar.show_error)
        self.watch = ScannerFaultWatch(window, texts, document, edits, rules, field)
        self.part_question = IdPartPrompt(window.prompt_bar, texts, document, edits, rules)
        self.letter_question = LetterPrompt(window.prompt_bar, texts, document, edits, rules)
        self.testing = SelfTestController(window, rules, scanning.input_mode, page)
        scanning.wedge.burst.connect(self.watch.watch_burst)

    def _use_rules(self) -> None:
        self._scanning.use(self._rules.rules.scanner, self._rules.gap)

    def _learn(self) -> None:
        self._scanning.learn(self._rules.gap)
