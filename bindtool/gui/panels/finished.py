"""What a run has come to, in one line, with what is done next. It stays until somebody hides it.

Owns the words of the sum; the counts, the reservation and what the actions do are for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bindtool.gui import look
from bindtool.gui.elided import ElidedLabel
from bindtool.gui.icons import Mark, MarkLabel
from bindtool.gui.look import Kind, Tone

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import SignalInstance

    from bindtool.texts import Texts

_MARK_SIZE = 22
_MINUTE = 60
_COUNTED = (Mark.BOUND, Mark.REFUSED, Mark.UNKNOWN, Mark.UNSENT, Mark.HELD)


@dataclass(frozen=True, slots=True)
class Finished:
    """The sum of a run.

    `unsent`: rows that did not leave. `held`: rows of the sheet that were held back. `ended_at` in local time;
    `seconds`: how long it took. `unchecked`: it is not known whether earlier devices stay on this channel.
    """

    bound: int
    refused: int
    unknown: int
    unsent: int
    held: int
    ended_at: datetime
    seconds: float
    unchecked: bool = True

    @property
    def again(self) -> int:
        """How many may be bound once more: the refused and the unknown ones."""
        return self.refused + self.unknown

    @property
    def all_well(self) -> bool:
        """Whether everything that was to be bound is."""
        return not (self.refused or self.unknown or self.unsent)


class FinishedPanel(QFrame):
    """Sums up a run. Hidden until `show_run`.

    Signals:
        report_wanted(): the report is to be saved.
        copy_summary_wanted(): the summary is to be copied.
        support_wanted(): what support needs to know is to be saved.
        again_wanted(): the refused and unknown ones are to be bound again.
        check_wanted(): whether earlier devices stay is to be found out.
        told(str): what a run has come to, in words.
    """

    report_wanted = Signal()
    copy_summary_wanted = Signal()
    support_wanted = Signal()
    again_wanted = Signal()
    check_wanted = Signal()
    told = Signal(str)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._run: Finished | None = None
        self.setAccessibleName(texts("finished.name"))
        self._counts = {mark: _Count(mark) for mark in _COUNTED}
        self._time = ElidedLabel()
        look.dress(self._time, tone=Tone.QUIET)
        self._unchecked = QLabel(texts("finished.unchecked"))
        self._unchecked.setWordWrap(True)
        look.dress(self._unchecked, tone=Tone.QUIET)
        self._check = self._button("finished.check", self.check_wanted)
        look.dress(self._check, Kind.LINK)
        self._report = self._button("finished.report", self.report_wanted)
        self._copy = self._button("finished.copy", self.copy_summary_wanted)
        self._support = self._button("finished.support", self.support_wanted)
        self._again = self._button("", self.again_wanted)
        self._lay_out()
        self.hide()

    def _button(self, words: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(wanted)
        look.dress(button, Kind.NORMAL)
        if words:
            _name(button, self._texts(words))
        return button

    def _lay_out(self) -> None:
        sums = QHBoxLayout()
        sums.setSpacing(look.MARGIN + look.GAP)
        for count in self._counts.values():
            sums.addWidget(count)
        sums.addStretch(1)
        sums.addWidget(self._time)
        actions = QHBoxLayout()
        actions.setSpacing(look.GAP)
        actions.addWidget(self._unchecked)
        actions.addWidget(self._check)
        actions.addStretch(1)
        for button in (self._report, self._copy, self._support, self._again):
            actions.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.MARGIN, look.GAP + 2, look.MARGIN, look.GAP + 2)
        column.setSpacing(look.GAP // 2)
        column.addLayout(sums)
        column.addLayout(actions)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def shown(self) -> Finished | None:
        """What is seen; None where the panel is hidden."""
        return None if self.isHidden() else self._run

    def show_run(self, run: Finished) -> None:
        """Show what a run has come to."""
        texts = self._texts
        self._run = run
        sums = self._sums(run)
        for mark, count in self._counts.items():
            count.show_words(sums.get(mark, ""))
        self._time.setText(
            texts("finished.time", time=f"{run.ended_at:%H:%M:%S}", duration=_duration(texts, run.seconds))
        )
        for widget in (self._unchecked, self._check):
            widget.setVisible(run.unchecked)
        self._support.setVisible(run.again > 0)
        self._again.setVisible(run.again > 0)
        _name(self._again, texts("finished.again", n=run.again))
        look.dress(self, Kind.BANNER, Tone.GOOD if run.all_well else Tone.HELD)
        self.setAccessibleDescription(f"{', '.join(sums.values())}. {self._time.text()}")
        self.show()
        self.told.emit(self.accessibleDescription())

    def _sums(self, run: Finished) -> dict[Mark, str]:
        """The count of bound ones is always there, any other where there are any."""
        texts = self._texts
        all_well = run.all_well and run.bound
        bound = texts("finished.all_bound", n=run.bound) if all_well else texts("finished.bound", count=run.bound)
        others = {
            Mark.REFUSED: run.refused,
            Mark.UNKNOWN: run.unknown,
            Mark.UNSENT: run.unsent,
            Mark.HELD: run.held,
        }
        return {
            Mark.BOUND: bound,
            **{mark: texts(f"finished.{mark}", count=n) for mark, n in others.items() if n},
        }


class _Count(QWidget):
    """A drawing and its word."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        drawing = MarkLabel(_MARK_SIZE)
        drawing.show_mark(mark)
        self._label = QLabel()
        look.dress(self._label, tone=mark.tone)
        look.resize_text(self._label, look.LINE_POINTS, bold=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.GAP)
        row.addWidget(drawing)
        row.addWidget(self._label)

    def show_words(self, words: str) -> None:
        """Show a count, or nothing."""
        self._label.setText(words)
        self.setVisible(bool(words))


def _name(button: QPushButton, words: str) -> None:
    button.setText(words)
    button.setAccessibleName(words)


def _duration(texts: Texts, seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole < _MINUTE:
        return texts("finished.seconds", seconds=whole)
    return texts("finished.minutes", minutes=whole // _MINUTE, seconds=whole % _MINUTE)
