"""The scan bar, which people watch all day: ready state, scan field, last scan, job and device count.

Shows these, and flashes. `ready_state` decides whether the window is ready, `scanning.controller` handles scans;
job and expected count are edited in `sheet.details_dialog`.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QEvent, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QStackedWidget, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce
from bindtool.gui.common.widgets.labels import ElidedLabel
from bindtool.gui.scanning.last_scan import LastScanView
from bindtool.gui.scanning.lookup import LookupView
from bindtool.gui.scanning.scan_field import ScanField
from bindtool.gui.scanning.scan_session import ScanResult

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.i18n.catalogue import Texts


class JobButton(QPushButton):
    """The device count in large type above the job's name."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._count = QLabel()
        self._job = ElidedLabel()
        self.setAccessibleName(texts("scan.job"))
        self.setToolTip(texts("scan.job_meaning"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_style(self, StyleKind.FLAT)
        theme.resize_text(self._count, theme.STRIP_POINTS, bold=True)
        self._tone = Tone.QUIET
        theme.set_style(self._job, tone=self._tone)
        self._column = column = layouts.column(
            on=self, spacing=0, margins=(theme.GAP, theme.TIGHT, theme.GAP, theme.TIGHT)
        )
        for label in (self._count, self._job):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        self.show_job("", 0, None)

    def resize_strip(self, points: float) -> None:
        """Change the size of the count."""
        theme.resize_text(self._count, points, bold=True)

    def sizeHint(self) -> QSize:
        """Return the size of both lines."""
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the size at which the count is not cut."""
        return self._column.minimumSize()

    def show_job(self, job: str, count: int, expected: int | None) -> None:
        """Show a job and its count."""
        self._count.setText(f"{count}" if expected is None else f"{count} / {expected}")
        name, reached = job or self._texts("scan.no_job"), self._reached(count, expected)
        # The progress goes before the name, which is well known by then.
        self._job.setText(f"✓ {reached}" if count == expected else reached or name)
        tone = Tone.QUIET if not reached else Tone.GOOD if count == expected else Tone.UNSURE
        if tone is not self._tone:
            self._tone = tone
            theme.set_style(self._job, tone=tone)
            theme.set_style(self._count, tone=Tone.PLAIN if tone is Tone.QUIET else tone)
        of = "scan.count" if expected is None else "scan.count_of"
        counted = self._texts(of, n=count, expected=expected or 0)
        self.setAccessibleDescription(", ".join(filter(None, [f"{name}: {counted}", reached])))

    def _reached(self, count: int, expected: int | None) -> str:
        """Return the text for reaching or exceeding the expected count; "" before that."""
        if expected is None or count < expected:
            return ""
        return self._texts("scan.above", n=count - expected) if count > expected else self._texts("scan.reached")


_FLASH_MS = 700
_SHADES = 12
"""Steps of a fading flash: each repaints the whole scan bar, while scans arrive."""
_STATE_SIZE = 32
_CALM = frozenset({ScanResult.ADDED, ScanResult.LABELLED, ScanResult.BOUNCE})


class ScanBar(QFrame):
    """Readable from two metres away; contains the scan field.

    Signals:
        scanned(str): Return was pressed in the scan field; the raw text.
        pasted(str): text of several lines or cells was put into the scan field; the raw text.
        details_requested(): the job button was pressed.
        undo_requested(): undo was pressed for the list shown.
    """

    scanned = Signal(str)
    pasted = Signal(str)
    details_requested = Signal()
    undo_requested = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        theme.set_style(self, StyleKind.BAR)
        self.field = ScanField(texts)
        self.field.scanned.connect(self.scanned)
        self.field.pasted.connect(self.pasted)
        self._state_mark = MarkLabel(_STATE_SIZE)
        self._state = QLabel()
        self._last = LastScanView(texts)
        self._last.undo.clicked.connect(self.undo_requested)
        self.lookup_view = LookupView()
        self._reason = ElidedLabel("", Tone.HELD, points=theme.LINE_POINTS, bold=True)
        self._job = JobButton(texts)
        self._job.clicked.connect(self.details_requested)
        self._second_line = QStackedWidget()
        self._awaiting = False
        self._flash_tone = Tone.GOOD
        self._flash = QVariantAnimation(self)
        self._flash.setDuration(_FLASH_MS)
        self._flash.setStartValue(1.0)
        self._flash.setEndValue(0.0)
        self._flash.setEasingCurve(QEasingCurve.Type.OutQuad)
        self._flash.valueChanged.connect(self._fade)
        self._shade = 0
        self._low = False
        self._lay_out()
        self.set_ready()

    def _lay_out(self) -> None:
        self._second_line.addWidget(self._last)
        self._second_line.addWidget(self._reason)
        self._second_line.addWidget(self.lookup_view)

        self._grid = grid = QGridLayout(self)
        grid.setHorizontalSpacing(theme.PAGE)
        grid.addLayout(layouts.row(self._state_mark, self._state, spacing=theme.STEP), 0, 0)
        grid.addWidget(self.field, 0, 1)
        grid.addWidget(self._second_line, 1, 0, 1, 2)
        grid.addWidget(self.lookup_view.details, 2, 0, 1, 2)
        grid.addWidget(self._job, 0, 2, 2, 1)
        self.setTabOrder(self._job, self._last.undo)
        grid.setColumnStretch(1, 1)
        self._size()

    def set_low(self, low: bool) -> None:
        """Use the compact height in a low window, else the normal one."""
        if low is not self._low:
            self._low = low
            self._size()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the field in its place when the text size changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._size()

    def _size(self) -> None:
        points = theme.FIELD_POINTS if self._low else theme.STRIP_POINTS
        theme.resize_text(self._state, points, bold=True)
        for part in (self._last, self.lookup_view, self._job):
            part.resize_strip(points)
        self.field.set_low(self._low)
        # The field must not move when the state changes. A label requests at least its minimum width.
        self._state.setMinimumWidth(0)
        before, widest = self._state.text(), 0
        for words in ("scan.not_ready", "scan.looking_up", "scan.again", "scan.ready"):
            self._state.setText(self._texts(words))
            widest = max(widest, self._state.sizeHint().width())
        self._state.setText(before)
        self._state.setMinimumWidth(widest)
        gap = theme.TIGHT if self._low else theme.GAP
        self._grid.setContentsMargins(theme.MARGIN, gap + theme.TIGHT, theme.GAP, gap)
        self._grid.setVerticalSpacing(gap)

    def set_ready(self, missed: str = "", quiet: str = "") -> None:
        """Show that scans arrive; `missed`: the text about missed scans; `quiet`: the text about the time without a
        scan.
        """
        self._show_state(Mark.LISTENING, "scan.ready", Tone.GOOD)
        self._reason.setText(missed)
        self._last.show_quiet(quiet)
        self._show_line(self._reason if missed else self._last)

    def set_looking_up(self) -> None:
        """Show that scans are looked up and not added; `lookup_view` shows the results."""
        self._show_state(Mark.LOOK_UP, "scan.looking_up", Tone.BUSY)
        self._show_line(self.lookup_view)

    def set_awaiting(self, row: str) -> None:
        """Show that the next scan is for the existing row that `row` names."""
        self._show_state(Mark.SENDING, "scan.again", Tone.BUSY)
        self._reason.setText(row)
        self._show_line(self._reason, awaiting=True)

    def set_not_ready(self, reason: str) -> None:
        """Show why scans don't arrive here; `set_ready` brings back the last scan."""
        self._show_state(Mark.HELD, "scan.not_ready", Tone.HELD)
        self._reason.setText(reason)
        self._show_line(self._reason)

    @property
    def looking_up(self) -> bool:
        return self._second_line.currentWidget() is self.lookup_view

    def _show_line(self, line: QWidget, *, awaiting: bool = False) -> None:
        self._awaiting = awaiting
        self._second_line.setCurrentWidget(line)
        self.lookup_view.details.setVisible(line is self.lookup_view)
        self.update()

    def _show_state(self, mark: Mark, words: str, tone: Tone) -> None:
        self._state_mark.show_mark(mark)
        self._state.setText(self._texts(words))
        theme.set_style(self._state, tone=tone)

    def show_last(self, device_id: str, words: str, result: ScanResult, time: datetime) -> None:
        """Show the last scan: the end of its id, its result and its time."""
        self._last.show_scan(device_id, words, result, time)
        self.announce(f"{device_id} {words}".strip(), result)

    def announce(self, words: str, result: ScanResult) -> None:
        """Have a screen reader announce a scan's result; any but good news interrupts it."""
        announce(self, words, urgent=result not in _CALM)

    def show_nothing(self, earlier: str = "") -> None:
        """Show that nothing has been scanned yet, or the text `earlier` about a scan before the sheet opened."""
        self._last.show_nothing(earlier)

    def offer_undo(self, offered: bool) -> None:
        """Show or hide the button that undoes the latest list."""
        self._last.undo.setVisible(offered)

    def flash(self, result: ScanResult) -> None:
        """Colour the scan bar for a moment."""
        self._flash_tone = result.mark.tone
        self._flash.stop()
        self._flash.start()
        self._fade(1.0)

    @property
    def flashing(self) -> bool:
        return self._flash.state() is QVariantAnimation.State.Running

    def set_job(self, job: str, count: int, expected: int | None) -> None:
        """Show the job's name, "" for none, and the number of devices scanned, of those `expected`."""
        self._job.show_job(job, count, expected)

    def _fade(self, strength: float) -> None:
        shade = ceil(strength * _SHADES)
        if shade != self._shade:
            self._shade = shade
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the flash above the background and below the text; a mode without new rows has its own colour."""
        super().paintEvent(event)
        if self.looking_up or self._awaiting:
            QPainter(self).fillRect(self.rect(), theme.tint(Tone.BUSY, self.palette()))
        if self.flashing:
            colour = theme.flash(self._flash_tone, self.palette())
            colour.setAlphaF(self._shade / _SHADES)
            QPainter(self).fillRect(self.rect(), colour)
