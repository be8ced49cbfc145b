"""What is known of the device that was looked up: big, since its box is held in both hands.

Owns how that is shown. What is known is for `lookup`; where it stands in the strip is for `scan_bar`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets.labels import ElidedLabel
from bindtool.gui.scanning.last_scan import TAIL

if TYPE_CHECKING:
    from bindtool.gui.common.theme.icons import Mark

_MARK_SIZE = 32


class LookedUp(QWidget):
    """One big line, and `details` for the line below, which has its own place."""

    def __init__(self) -> None:
        super().__init__()
        self._tail = QLabel()
        self._tail.setTextFormat(Qt.TextFormat.PlainText)
        self._mark = MarkLabel(_MARK_SIZE)
        self._words = ElidedLabel()
        self.details = ElidedLabel()
        for label in (self._tail, self._words):
            theme.resize_text(label, theme.STRIP_POINTS, bold=True)
        theme.resize_text(self.details, theme.LINE_POINTS)
        theme.dress(self.details, tone=Tone.QUIET)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP + 4)
        row.addWidget(self._tail)
        row.addWidget(self._mark)
        row.addWidget(self._words, 1)
        self.details.hide()

    def invite(self, words: str, details: str) -> None:
        """Say what to do, before anything was looked up."""
        self._show("", None, words, Tone.BUSY, details)

    def show_record(self, device_id: str, mark: Mark, words: str, details: str) -> None:
        """Show the end of an id, the device's state, and what else is known."""
        self._show(device_id, mark, words, mark.tone, details)

    def _show(self, device_id: str, mark: Mark | None, words: str, tone: Tone, details: str) -> None:
        cut = device_id[-TAIL:]
        self._tail.setText(cut if cut == device_id else f"…{cut}")
        self._tail.setToolTip(device_id)
        self._tail.setVisible(bool(device_id))
        self._mark.show_mark(mark)
        self._mark.setVisible(mark is not None)
        self._words.setText(words)
        theme.dress(self._words, tone=tone)
        self.details.setText(details)
