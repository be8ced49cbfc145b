"""Connects the fault watch, the scanner's test page and the keyboard wedge with the rules in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.model.row import HoldReason
from bindtool.gui.common.shell.session_state import InputMode

if TYPE_CHECKING:
    from bindtool.core.barcode.scan_rules import ScanRules
    from bindtool.core.model.row import Row
    from bindtool.gui.common.shell.session_state import InputModeService
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.widgets.on_demand import OnDemand
    from bindtool.gui.scanning.controller import ScanController
    from bindtool.gui.scanning.scan_field import ScanField
    from bindtool.gui.scanning.setup.fault_watch import ScannerFaultWatch
    from bindtool.gui.scanning.setup.prompts import IdPartPrompt
    from bindtool.gui.scanning.setup.scan_rules import ScanRulesService
    from bindtool.gui.scanning.setup.test_page import ScannerTestPage
    from bindtool.gui.sheet.document import SheetDocument


class SelfTestController(QObject):
    """Opens the page, keeps what it sets, and goes back to the sheet."""

    def __init__(
        self,
        window: Window,
        rules: ScanRulesService,
        input_mode: InputModeService,
        page: OnDemand[ScannerTestPage],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._rules = rules
        self._input_mode = input_mode
        self._page = page
        window.actions_["test_scanner"].triggered.connect(self._begin)
        page.when_made(self._listen_to)
        window.pages.currentChanged.connect(self._follow_page)
        input_mode.left.connect(self._leave_with)

    def _listen_to(self, page: ScannerTestPage) -> None:
        page.set_requested.connect(self._set)
        page.forget_requested.connect(self._rules.forget_gap)
        self._rules.gap_changed.connect(page.show_learnt)
        page.left.connect(self._leave)

    def _begin(self) -> None:
        page = self._page()
        self._window.show_page(page)
        page.begin(self._rules.rules, self._rules.gap)

    def _set(self, rules: ScanRules) -> None:
        if self._rules.change(rules):
            self._page().show_set(self._rules.rules)
        else:
            # Why not is said over the sheet.
            self._leave()

    def _leave(self) -> None:
        self._window.show_page(self._window.sheet_page)

    @property
    def _is_open(self) -> bool:
        return self._page.is_in_front_of(self._window.pages)

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
    """Sets the rules for the keyboard wedge, and lets the fault watch see its bursts."""

    def __init__(
        self,
        window: Window,
        document: SheetDocument,
        rules: ScanRulesService,
        watch: ScannerFaultWatch,
        prompt: IdPartPrompt,
        scanning: ScanController,
        field: ScanField,
        page: OnDemand[ScannerTestPage],
    ) -> None:
        super().__init__(window)
        self._rules = rules
        self._watch = watch
        self._prompt = prompt
        self._scanning = scanning
        rules.changed.connect(self._use_rules)
        rules.gap_changed.connect(scanning.learn)
        self._use_rules()
        self.testing = SelfTestController(window, rules, scanning.input_mode, page)
        scanning.wedge.burst.connect(watch.watch_burst)
        watch.taken_from_field.connect(field.hand_on)
        document.added.connect(self._judge)

    def _use_rules(self) -> None:
        self._scanning.use(self._rules.rules.scanner, self._rules.gap)

    def _judge(self, row: Row) -> None:
        """Judge a scan after it was told of, and not before: it may be held, or asked about."""
        if row.held_for is not HoldReason.LINES:
            self._watch.watch_row(row)
        self._prompt.look_at(row)
