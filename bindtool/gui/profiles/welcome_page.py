"""The first page on a computer that has no profile yet: ways to begin.

What follows a choice is connected by `profiles.controller` and `main_window.controller`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import headline, line
from bindtool.gui.common.widgets.layouts import ScrollPage
from bindtool.gui.profiles.setup_request import CopyRequest

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from bindtool.i18n.catalogue import Texts

_DOOR_HEIGHT = 56
_WIDEST = 760


class WelcomePage(ScrollPage):
    """Four choices, and the text to send to whoever has the values.

    Signals:
        open_file_requested: open the profile that IT has made.
        by_hand_requested: fill in the form.
        practice_requested: begin in practice mode.
        scan_requested: scan now, set up later.
        language_requested: speak the other language.
    """

    open_file_requested = Signal()
    by_hand_requested = Signal()
    practice_requested = Signal()
    scan_requested = Signal()
    language_requested = Signal()

    def __init__(self, texts: Texts) -> None:
        column = QWidget()
        super().__init__(column, _WIDEST)
        self._texts = texts
        self.setAccessibleName(texts("welcome.title"))
        self._choices = QGridLayout()
        self._choices.setHorizontalSpacing(24)
        self._choices.setVerticalSpacing(14)
        self._choices.setColumnStretch(1, 1)
        self.open_file = self._choice("open_file", self.open_file_requested, StyleKind.PRIMARY)
        self.by_hand = self._choice("by_hand", self.by_hand_requested)
        self.practice = self._choice("practice", self.practice_requested)
        self.scan = self._choice("scan", self.scan_requested)
        self.copy_request = CopyRequest(texts)
        self.language = ActionButton(texts("welcome.other_language"), StyleKind.FLAT)
        self.language.clicked.connect(self.language_requested)
        layouts.column(
            2,
            headline(texts("welcome.title")),
            self._choices,
            self.copy_request,
            3,
            (self.language, 0, Qt.AlignmentFlag.AlignRight),
            on=column,
            spacing=28,
            margins=(32, 32, 32, 32),
        )

    def _choice(self, name: str, wanted: SignalInstance, kind: StyleKind = StyleKind.NORMAL) -> ActionButton:
        button = ActionButton(self._texts(f"welcome.{name}"), kind, clicked=wanted)
        button.setMinimumHeight(_DOOR_HEIGHT)
        said = self._texts(f"welcome.{name}.about")
        button.setAccessibleDescription(said)
        row = self._choices.rowCount()
        self._choices.addWidget(button, row, 0)
        self._choices.addWidget(line(said, Tone.QUIET), row, 1, Qt.AlignmentFlag.AlignVCenter)
        return button
