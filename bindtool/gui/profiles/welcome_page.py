"""The first page on a computer without a profile: ways to begin.

`profiles.controller` and `main_window.controller` connect the choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton, CardButton
from bindtool.gui.common.widgets.labels import Header
from bindtool.gui.common.widgets.layouts import ScrollPage
from bindtool.gui.profiles.setup_request import CopyRequest

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_WIDEST = 760


class WelcomePage(ScrollPage):
    """Four choices, and the text with which to request a profile's values.

    Signals:
        open_file_requested: asks to open IT's profile file.
        by_hand_requested: asks for the form.
        practice_requested: asks for practice mode.
        scan_requested: asks to scan now and set up later.
        language_requested: asks for the other language.
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
        self.open_file = self._choice("welcome.open_file", Mark.FILE, self.open_file_requested, StyleKind.PRIMARY)
        self.by_hand = self._choice("welcome.by_hand", Mark.EDIT, self.by_hand_requested)
        self.practice = self._choice("welcome.practice", Mark.PRACTICE, self.practice_requested)
        self.scan = self._choice("welcome.scan", Mark.BARCODE, self.scan_requested)
        choices = QGridLayout()
        choices.setSpacing(theme.MARGIN)
        for place, card in enumerate((self.open_file, self.by_hand, self.practice, self.scan)):
            choices.addWidget(card, *divmod(place, 2))
            choices.setColumnStretch(place % 2, 1)
        self._header = Header(texts("welcome.title"), texts("welcome.about"))
        self.copy_request = CopyRequest(texts)
        self.language = ActionButton(texts("welcome.other_language"), StyleKind.LINK)
        self.language.clicked.connect(self.language_requested)
        layouts.column(
            2,
            self._header,
            choices,
            self.copy_request,
            3,
            (self.language, 0, Qt.AlignmentFlag.AlignRight),
            on=column,
            spacing=theme.PAGE,
            margins=(theme.SECTION, theme.SECTION, theme.SECTION, theme.SECTION),
        )

    def show_kept(self, n: int) -> None:
        """Show that devices already scanned are kept; 0 for none."""
        about = self._texts("welcome.about")
        self._header.show_about(self._texts.together(self._texts("welcome.kept", n=n), about) if n else about)

    def _choice(
        self, stem: str, mark: Mark, wanted: SignalInstance, kind: StyleKind = StyleKind.CARD
    ) -> CardButton:
        return CardButton(mark, *self._texts.pair(stem), kind, clicked=wanted)
