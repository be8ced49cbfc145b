"""The page that tests a scanner: two codes to scan, and an explanation of any difference in the scanned text.

Its field records how a scan was typed: the time of each key, and the end key. `core.scanner.self_test` interprets a
difference and finds the rules that fix it; `scan_rules_service` saves them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from bindtool.core.scanner.burst import Burst, Stroke
from bindtool.core.scanner.scan_rules import KEYBOARD_TEXTS, EndKey, Keyboard
from bindtool.core.scanner.self_test import CURABLE, SHOWN, Difference, SelfTestResult, compare, cured
from bindtool.gui.common.shell.session_state import InputMode, InputModeService
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.barcode_image import Symbology, code_picture
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.layouts import ScrollPage
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
    from bindtool.i18n.catalogue import Texts


SILENCE_MS = 600
"""Silence in milliseconds after which a scan has ended: longer than the slowest scanner's gap between two keys."""

_HEIGHT = 52
_ENDS: Mapping[int, EndKey] = {
    Qt.Key.Key_Return: EndKey.RETURN,
    Qt.Key.Key_Enter: EndKey.RETURN,
    Qt.Key.Key_Tab: EndKey.TAB,
}


class BurstField(QLineEdit):
    """A one-line input that records bursts.

    Signals:
        came(Burst): keys arrived, then silence; the field is empty again.
    """

    came = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        theme.resize(self, fixed_height=_HEIGHT)
        theme.resize_text(self, theme.FIELD_POINTS)
        theme.set_style(self, StyleKind.FIELD)
        disable_input_method(self)
        self._gaps: list[int] = []
        self._last = self._shift_gap = 0
        self._ends: list[EndKey] = []
        self._silence = QTimer(self, singleShot=True, interval=SILENCE_MS)
        self._silence.timeout.connect(self._hand_on)

    def event(self, event: QEvent) -> bool:
        """Take a Tab that ends a scan; any other Tab moves the focus."""
        if isinstance(event, QKeyEvent) and self._is_end_by_tab(event):
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Record the gap before each key; an end key may be followed by a second."""
        end = _ENDS.get(event.key())
        if end is None:
            super().keyPressEvent(event)
            gap = max(event.timestamp() - self._last, self._shift_gap)
            self._last, self._shift_gap = event.timestamp(), gap
            if event.text() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._gaps.append(gap)
                self._shift_gap = 0
        elif self._gaps:
            self._ends.append(end)
        self._silence.start()

    def _is_end_by_tab(self, event: QKeyEvent) -> bool:
        pressed = event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        return pressed and bool(self._gaps)

    def _hand_on(self) -> None:
        text, gaps = self.text(), self._gaps
        # A dead key may have combined two key presses into one character.
        strokes = tuple(Stroke(key, gaps[min(at, len(gaps) - 1)]) for at, key in enumerate(text) if gaps)
        burst = Burst(strokes, tuple(self._ends), in_field=True)
        self._gaps, self._ends = [], []
        self.setText("")
        if strokes:
            self.came.emit(burst)


_WIDEST = 1000
_NAMES = {Symbology.CODE_128: "scanner_test.code_128", Symbology.QR: "scanner_test.qr"}
_MODULES = {Symbology.CODE_128: 2, Symbology.QR: 4}
"""Width of the narrowest bar in pixels. Two are 0.5 mm on a 15-inch screen of 1366 pixels: scanners read that."""


class ScannerTestPage(ScrollPage):
    """Barcodes, a field, the findings, and settings to change. While it is current, scans go to this page."""

    def __init__(self, window: Window, texts: Texts, rules: ScanRulesService, input_mode: InputModeService) -> None:
        column = QWidget()
        super().__init__(column, _WIDEST)
        self._window = window
        self._texts = texts
        self._rules = rules
        self._input_mode = input_mode
        self._proposed = rules.rules
        self.setAccessibleName(texts("scanner_test.title"))
        self._pictures = {symbology: _picture_label(texts, symbology) for symbology in Symbology}
        self.field = BurstField(texts("scanner_test.field"))
        self.field.came.connect(self._judge)
        self.reply = ReplyBox(texts("reply.name"))
        self.set_it = ActionButton(texts("scanner_test.set_it"), StyleKind.PRIMARY, clicked=self._set)
        self._learnt = line("", Tone.QUIET)
        self.forget = ActionButton(texts("scanner_test.forget"), clicked=rules.forget_gap)
        self.back = ActionButton(texts("menu.back_to_scanning"), clicked=self._leave)
        centre = Qt.AlignmentFlag.AlignHCenter
        cards = [
            layouts.column(
                each, (line(each.accessibleName(), Tone.QUIET, wraps=False), 0, centre), 1, spacing=theme.GAP
            )
            for each in self._pictures.values()
        ]
        layouts.column(
            Header(texts("scanner_test.title"), texts("scanner_test.intro"), self.back),
            layouts.row(1, *cards, 1, spacing=theme.MARGIN),
            self.field,
            self.reply,
            layouts.row(1, self.set_it),
            layouts.row((self._learnt, 1), self.forget, spacing=theme.MARGIN),
            1,
            on=column,
            spacing=theme.MARGIN,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        rules.gap_changed.connect(self._show_learnt)
        window.pages.currentChanged.connect(self._follow_page)
        input_mode.left.connect(self._leave_with)

    def begin(self) -> None:
        """Show the barcodes and wait for a scan."""
        self._window.show_page(self)
        self._show_learnt(self._rules.gap)
        for symbology, label in self._pictures.items():
            label.setPixmap(code_picture(SHOWN, symbology, _MODULES[symbology], self.devicePixelRatioF()))
        self.reply.clear()
        self.set_it.hide()
        self.field.setText("")
        self.field.setFocus()

    def _show_learnt(self, gap: int) -> None:
        """Show the learned gap between two keys of this laptop's scanner, in milliseconds; 0: none learned."""
        self._learnt.setText(self._texts("scanner_test.learnt", ms=gap))
        self._learnt.setVisible(gap > 0)
        self.forget.setVisible(gap > 0)

    def _set(self) -> None:
        """Save the rules that fix the fault, and wait for the next scan."""
        if not self._rules.change(self._proposed):
            # The sheet's page shows why the rules could not be saved.
            self._leave()
            return
        self.set_it.hide()
        self.reply.say(Reply(Tone.GOOD, self._texts("scanner_test.set")))
        self.field.setFocus()

    def _leave(self) -> None:
        self._window.show_page(self._window.sheet_page)

    @property
    def _is_in_front(self) -> bool:
        return self._window.pages.currentWidget() is self

    def _follow_page(self) -> None:
        if self._is_in_front:
            self._input_mode.enter(InputMode.TEST)
        else:
            self._input_mode.leave(InputMode.TEST)

    def _leave_with(self, mode: InputMode) -> None:
        """Leave the page when a shortcut enters another mode, which the sheet's page shows."""
        if mode is InputMode.TEST and self._is_in_front:
            self._leave()

    def _judge(self, burst: Burst) -> None:
        rules = self._rules.rules
        found = compare(burst, rules)
        self._proposed = cured(rules, burst)
        can_be_set = self._proposed != rules
        lines = [self._words(finding) for finding in found]
        if can_be_set and not found:
            answer = Reply(Tone.UNSURE, self._texts("scanner_test.rules_in_the_way"))
        elif can_be_set or not all(finding.difference in CURABLE for finding in found):
            lines.append(self._texts("scanner_test.arrived", text=burst.text))
            answer = Reply(Tone.UNSURE, self._texts("scanner_test.wrong"), "\n".join(lines))
        elif found:
            answer = Reply(Tone.GOOD, self._texts("scanner_test.right_by_rules"), "\n".join(lines))
        else:
            answer = Reply(Tone.GOOD, self._texts("scanner_test.right"))
        self.reply.say(answer)
        self.set_it.setVisible(can_be_set)

    def _words(self, finding: SelfTestResult) -> str:
        is_layout = finding.difference is Difference.KEYBOARD
        keyboard = self._texts(KEYBOARD_TEXTS[Keyboard(finding.text)]) if is_layout else ""
        return self._texts(finding.difference, text=finding.text, keyboard=keyboard, n=finding.n)


def _picture_label(texts: Texts, symbology: Symbology) -> QLabel:
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setAccessibleName(texts(_NAMES[symbology]))
    return label
