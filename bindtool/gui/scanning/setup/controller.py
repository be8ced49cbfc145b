"""Connects the fault watch and the keyboard wedge with the rules in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.model.row import HoldReason, Row

if TYPE_CHECKING:
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.controller import ScanController
    from bindtool.gui.scanning.scan_field import ScanField
    from bindtool.gui.scanning.setup.fault_watch import ScannerFaultWatch
    from bindtool.gui.scanning.setup.prompts import IdPartPrompt
    from bindtool.gui.scanning.setup.scan_rules import ScanRulesService
    from bindtool.gui.sheet.document import SheetDocument


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
    ) -> None:
        super().__init__(window)
        self._rules = rules
        self._watch = watch
        self._prompt = prompt
        self._scanning = scanning
        rules.changed.connect(self._use_rules)
        rules.gap_changed.connect(scanning.learn)
        self._use_rules()
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
