"""The last scan or list in the scan bar: one line with its result. What is known of it is in `scan_session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from bindtool.core.common.safe_text import evident
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import BarButton
from bindtool.gui.common.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.gui.scanning.scan_session import ScanResult
    from bindtool.i18n.catalogue import Texts

TAIL = 6
"""How many of an id's last characters to show: enough to compare with a sticker."""

_MARK_SIZE = 24


class LastScanView(QWidget):
    """One line: the end of an id in large type, its result with icon and sound, and the time; `undo` for a list."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._tail = QLabel()
        self._mark = MarkLabel(_MARK_SIZE)
        self._words = ElidedLabel("", points=theme.LINE_POINTS)
        self._time = QLabel()
        self._quiet = QLabel()
        self.undo = BarButton(texts("import.undo"), theme.StyleKind.LINK)
        self._tail.setTextFormat(Qt.TextFormat.PlainText)
        theme.resize_text(self._tail, theme.STRIP_POINTS, bold=True)
        for small in (self._time, self._quiet, self.undo):
            theme.resize_text(small, theme.LINE_POINTS)
        for quiet in (self._time, self._quiet):
            theme.set_style(quiet, tone=Tone.QUIET)
        parts = (self._tail, self._mark, self._words, self.undo, self._time, self._quiet)
        layouts.row(*parts, 1, on=self, spacing=theme.STEP)
        self.show_nothing()

    def resize_strip(self, points: float) -> None:
        """Change the size of the large text."""
        theme.resize_text(self._tail, points, bold=True)

    def show_nothing(self, earlier: str = "") -> None:
        """Show that nothing has been scanned into this sheet, or the text `earlier` about a scan before it was
        opened.
        """
        self._words.setText(earlier or self._texts("scan.nothing_yet"))
        theme.set_style(self._words, tone=Tone.QUIET)
        self._time.clear()
        for part in (self._mark, self._tail, self.undo):
            part.hide()

    def show_scan(self, device_id: str, words: str, result: ScanResult, time: datetime) -> None:
        """Show a scan; with an empty id, a list."""
        self.undo.hide()
        device_id = evident(device_id)
        cut = device_id[-TAIL:]
        self._tail.setText(cut if cut == device_id else f"…{cut}")
        self._tail.setToolTip(device_id)
        self._mark.show_mark(result.mark)
        self._words.setText(words)
        theme.set_style(self._words, tone=result.mark.tone)
        self._time.setText(f"{time:%H:%M:%S}")
        self._mark.show()
        self._tail.setVisible(bool(device_id))

    def show_quiet(self, words: str) -> None:
        """Show for how long there was no scan; "" for less than a minute."""
        self._quiet.setText(words)
