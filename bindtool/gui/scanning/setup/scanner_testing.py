"""The way to the test of a scanner and back, and what it sets.

Owns that way. The page is `pages.scanner_test`, the rules are kept by `scan_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from bindtool.core.barcode.rules import ScanRules
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.setup.scan_rules import RuleDesk
    from bindtool.gui.scanning.setup.test_page import ScannerTestPage


class ScannerTesting(QObject):
    """Opens the page, keeps what it sets, and goes back to the sheet."""

    def __init__(self, window: Window, rules: RuleDesk, page: ScannerTestPage) -> None:
        super().__init__(window)
        self._window = window
        self._rules = rules
        self._page = page
        window.actions_["test_scanner"].triggered.connect(self._begin)
        self._page.set_wanted.connect(self._set)
        self._page.forget_wanted.connect(rules.forget_gap)
        rules.gap_changed.connect(lambda: self._page.show_learnt(rules.gap))
        self._page.left.connect(self._leave)

    def _begin(self) -> None:
        self._window.show_page(self._page)
        self._page.begin(self._rules.rules, self._rules.gap)

    def _set(self, rules: ScanRules) -> None:
        if self._rules.change(rules):
            self._page.show_set(self._rules.rules)
        else:
            # Why not is said over the sheet.
            self._leave()

    def _leave(self) -> None:
        self._window.show_page(self._window.sheet_page)
