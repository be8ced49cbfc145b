"""The scan field: takes input from a scanner or a person, and passes it on.

Return passes the text on, empties the field and keeps the focus; nothing is ever submitted, and no input method
interferes. `scanning.controller` handles the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.util.no_input_method import disable_input_method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.i18n.catalogue import Texts

_LOW_HEIGHT = theme.TARGET
_HEIGHT = 52
_NARROWEST = 220
_LONGEST_PASTE = 10_000_000
_ENDS_OF_CELLS = frozenset("\r\n\t")


class ScanField(QLineEdit):
    """A one-line input for scans.

    Signals:
        scanned(str): Return was pressed; the raw text, never empty.
        pasted(str): text of several lines or cells was pasted, dropped or inserted; the raw text.
        missed(): Return was pressed while scans are not taken.
    """

    scanned = Signal(str)
    pasted = Signal(str)
    missed = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.setAccessibleName(texts("scan.field"))
        self.setPlaceholderText(texts("scan.field"))
        self.setMaxLength(_LONGEST_PASTE)
        theme.resize(self, fixed_height=_HEIGHT, minimum_width=_NARROWEST)
        self.setAcceptDrops(False)  # so that the window handles files dropped here as anywhere else
        theme.resize_text(self, theme.FIELD_POINTS)
        theme.set_style(self, StyleKind.FIELD)
        disable_input_method(self)
        self.textChanged.connect(self._hand_on_list)

    def set_low(self, low: bool) -> None:
        """Use the compact height or the normal one."""
        theme.resize(self, fixed_height=_LOW_HEIGHT if low else _HEIGHT)

    def take_scans(self, why_not: str = "") -> None:
        """Take scans; or none, and show why. The field keeps the focus: the table would take a scan for an edit."""
        if why_not:
            # A partial scan would merge with the next.
            self.setText("")
        self.setReadOnly(bool(why_not))
        self.setAccessibleDescription(why_not)

    def hand_on(self, texts: Sequence[str]) -> None:
        """Hand on the field's text: as `texts` one by one, if they make up all of it."""
        left = self.text()
        self.setText("")
        for text in filter(None, texts if "".join(texts) == left else [left]):
            self.scanned.emit(text)

    def event(self, event: QEvent) -> bool:
        """Leave command keys to the window while the field has nothing to undo, and no text to move in."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            commanding = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if commanding and not self.text():
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Return as the end of a scan; with Ctrl or Alt it is a command of the window."""
        commanding = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif commanding:
            event.ignore()
        else:
            self._hand_on_scan()

    def _hand_on_scan(self) -> None:
        if self.isReadOnly():
            self.missed.emit()
            return
        text = self.text()
        # Unlike clear() this empties the undo history: undo must not bring back a scan that is in the sheet.
        self.setText("")
        if text:
            self.scanned.emit(text)

    def _hand_on_list(self, text: str) -> None:
        """Hand on pasted or dropped text with line ends, which a line edit keeps; typed ones never arrive here."""
        line = text.strip("\r\n")
        if not _ENDS_OF_CELLS.isdisjoint(line):
            self.setText("")
            self.pasted.emit(text)
        elif line != text:
            self.setText(line)
