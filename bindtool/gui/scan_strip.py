"""The strip that people watch all day: ready or not, the scan field, the last scan, and how far the job is.

Owns how that is shown and the flash. The scan field's manners are `scan_field`'s; what a scan is worth and whether
the window is ready is for others to say.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bindtool.gui import look
from bindtool.gui.elided import ElidedLabel
from bindtool.gui.icons import Mark, MarkLabel
from bindtool.gui.look import Kind, Tone
from bindtool.gui.scan_field import ScanField
from bindtool.gui.sounds import Cue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from PySide6.QtCore import QSize
    from PySide6.QtGui import QPaintEvent

    from bindtool.texts import Texts

TAIL = 6
"""How many of an id's last characters are shown: enough to compare with a sticker."""

_FLASH_MS = 700
_STATE_SIZE = 32
_MARK_SIZE = 24


class Taken(StrEnum):
    """What became of a scan."""

    ADDED = "added"
    REPEAT = "repeat"
    HELD = "held"
    REFUSED = "refused"

    @property
    def mark(self) -> Mark:
        """The drawing that says so."""
        return _MARKS[self]

    @property
    def cue(self) -> Cue:
        """The sound that says so."""
        return _CUES[self]


_MARKS: Mapping[Taken, Mark] = MappingProxyType(
    {
        Taken.ADDED: Mark.BOUND,
        Taken.REPEAT: Mark.REPEAT,
        Taken.HELD: Mark.HELD,
        Taken.REFUSED: Mark.REFUSED,
    }
)

_CUES: Mapping[Taken, Cue] = MappingProxyType(
    {
        Taken.ADDED: Cue.ADDED,
        Taken.REPEAT: Cue.REPEATED,
        Taken.HELD: Cue.REFUSED,
        Taken.REFUSED: Cue.REFUSED,
    }
)


class ScanStrip(QFrame):
    """The sign at two metres, with the scan field in it.

    Signals:
        scanned(str): Return came in the scan field; the raw text.
        pasted(str): text of several lines or cells came into the scan field; the raw text.
        details_wanted(): the job and its count were pressed.
    """

    scanned = Signal(str)
    pasted = Signal(str)
    details_wanted = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        look.dress(self, Kind.BAR)
        self.field = ScanField(texts)
        self.field.scanned.connect(self.scanned)
        self.field.pasted.connect(self.pasted)
        self._state_mark = MarkLabel(_STATE_SIZE)
        self._state = QLabel()
        self._last = _LastScan(texts)
        self._reason = ElidedLabel()
        self._practice = QLabel(texts("scan.practice"))
        self._job = _JobButton(texts)
        self._job.clicked.connect(self.details_wanted)
        self._second_line = QStackedWidget()
        self._flash_tone = Tone.GOOD
        self._flash = QVariantAnimation(self)
        self._flash.setDuration(_FLASH_MS)
        self._flash.setStartValue(1.0)
        self._flash.setEndValue(0.0)
        self._flash.setEasingCurve(QEasingCurve.Type.OutQuad)
        self._flash.valueChanged.connect(lambda _strength: self.update())
        self._lay_out()
        self.set_practice(False)
        self.set_ready()

    def _lay_out(self) -> None:
        look.resize_text(self._state, look.STRIP_POINTS, bold=True)
        look.resize_text(self._reason, look.LINE_POINTS, bold=True)
        look.dress(self._reason, tone=Tone.HELD)
        look.dress(self._practice, Kind.PILL, Tone.UNSURE)
        self._practice.setToolTip(self._texts("scan.practice_meaning"))
        # The field must not move when the state changes.
        for words in ("scan.not_ready", "scan.ready"):
            self._state.setText(self._texts(words))
            self._state.setMinimumWidth(max(self._state.minimumWidth(), self._state.sizeHint().width()))

        state = QHBoxLayout()
        state.setSpacing(look.GAP + 4)
        state.addWidget(self._state_mark)
        state.addWidget(self._state)
        self._second_line.addWidget(self._last)
        self._second_line.addWidget(self._reason)
        second = QHBoxLayout()
        second.setSpacing(look.MARGIN)
        second.addWidget(self._second_line, 1)
        second.addWidget(self._practice)

        grid = QGridLayout(self)
        grid.setContentsMargins(look.MARGIN, look.GAP + 4, look.GAP, look.GAP)
        grid.setHorizontalSpacing(look.MARGIN + look.GAP)
        grid.setVerticalSpacing(look.GAP - 2)
        grid.addLayout(state, 0, 0)
        grid.addWidget(self.field, 0, 1)
        grid.addLayout(second, 1, 0, 1, 2)
        grid.addWidget(self._job, 0, 2, 2, 1)
        grid.setColumnStretch(1, 1)

    def set_ready(self, missed: str = "", quiet: str = "") -> None:
        """Say that scans arrive here; `missed`: which did not; `quiet`: for how long there was none."""
        self._show_state(Mark.LISTENING, "scan.ready", Tone.GOOD)
        self._reason.setText(missed)
        self._last.show_quiet(quiet)
        self._second_line.setCurrentWidget(self._reason if missed else self._last)

    def set_not_ready(self, reason: str) -> None:
        """Say that scans don't arrive here, and why; the last scan comes back with `set_ready`."""
        self._show_state(Mark.HELD, "scan.not_ready", Tone.HELD)
        self._reason.setText(reason)
        self._second_line.setCurrentWidget(self._reason)

    def _show_state(self, mark: Mark, words: str, tone: Tone) -> None:
        self._state_mark.show_mark(mark)
        self._state.setText(self._texts(words))
        look.dress(self._state, tone=tone)

    def show_last(self, device_id: str, words: str, taken: Taken, time: datetime) -> None:
        """Show the last scan: the end of its id, what became of it, and when."""
        self._last.show_scan(device_id, words, taken, time)

    def flash(self, taken: Taken) -> None:
        """Colour the strip for a moment."""
        self._flash_tone = taken.mark.tone
        self._flash.stop()
        self._flash.start()

    @property
    def flashing(self) -> bool:
        """Whether the strip is coloured just now."""
        return self._flash.state() is QVariantAnimation.State.Running

    def set_job(self, job: str, count: int, expected: int | None) -> None:
        """Show the job's name, "" for none, and how many of the `expected` ones there are."""
        self._job.show_job(job, count, expected)

    def set_practice(self, practice: bool) -> None:
        """Say, or not, that this is practice."""
        self._practice.setVisible(practice)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lay the flash over the ground and under the words."""
        super().paintEvent(event)
        if self.flashing:
            colour = look.flash(self._flash_tone, self.palette())
            colour.setAlphaF(self._flash.currentValue())
            QPainter(self).fillRect(self.rect(), colour)


class _LastScan(QWidget):
    """One line: the end of the id, big; what became of it; when."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._tail = QLabel()
        self._mark = MarkLabel(_MARK_SIZE)
        self._words = ElidedLabel()
        self._time = QLabel()
        self._quiet = QLabel()
        self._tail.setTextFormat(Qt.TextFormat.PlainText)
        look.resize_text(self._tail, look.STRIP_POINTS, bold=True)
        look.resize_text(self._words, look.LINE_POINTS)
        for quiet in (self._time, self._quiet):
            look.resize_text(quiet, look.LINE_POINTS)
            look.dress(quiet, tone=Tone.QUIET)
        look.dress(self._words, tone=Tone.QUIET)
        self._words.setText(texts("scan.nothing_yet"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.GAP + 4)
        for widget in (self._tail, self._mark, self._words, self._time, self._quiet):
            row.addWidget(widget)
        row.addStretch(1)
        self._mark.hide()
        self._tail.hide()

    def show_scan(self, device_id: str, words: str, taken: Taken, time: datetime) -> None:
        """Show a scan."""
        cut = device_id[-TAIL:]
        self._tail.setText(cut if cut == device_id else f"…{cut}")
        self._tail.setToolTip(device_id)
        self._mark.show_mark(taken.mark)
        self._words.setText(words)
        look.dress(self._words, tone=taken.mark.tone)
        self._time.setText(f"{time:%H:%M:%S}")
        self._mark.show()
        self._tail.show()

    def show_quiet(self, words: str) -> None:
        """Say for how long there was no scan, "" for a moment."""
        self._quiet.setText(words)


class _JobButton(QPushButton):
    """The count, big, over the name of the job."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._count = QLabel()
        self._job = ElidedLabel()
        self.setAccessibleName(texts("scan.job"))
        self.setToolTip(texts("scan.job_meaning"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        look.dress(self, Kind.FLAT)
        look.resize_text(self._count, look.STRIP_POINTS, bold=True)
        look.dress(self._job, tone=Tone.QUIET)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP, look.GAP // 2, look.GAP, look.GAP // 2)
        column.setSpacing(2)
        for label in (self._count, self._job):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        self.show_job("", 0, None)

    def sizeHint(self) -> QSize:
        """Ask for what the two lines need."""
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Never cut the count."""
        return self._column.minimumSize()

    def show_job(self, job: str, count: int, expected: int | None) -> None:
        """Show a job and its count."""
        self._count.setText(f"{count}" if expected is None else f"{count} / {expected}")
        self._job.setText(job or self._texts("scan.no_job"))
        of = "scan.count" if expected is None else "scan.count_of"
        self.setAccessibleDescription(f"{self._job.text()}: {self._texts(of, n=count, expected=expected or 0)}")
