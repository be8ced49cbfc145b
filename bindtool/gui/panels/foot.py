"""The bottom of the window: how many rows stand where, what is saved, how a run goes, and the next step.

Owns the corner: one button at a time in one place, and a disabled one says why. Which step is next is for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from bindtool.core.next_step import Step
from bindtool.core.outcome import State
from bindtool.core.run import LONG_WAIT, WaitReason
from bindtool.gui import look
from bindtool.gui.elided import ElidedLabel
from bindtool.gui.look import Kind, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QMouseEvent

    from bindtool.core.next_step import NextStep
    from bindtool.texts import Texts

_CORNER_WIDTH = 250
_BAR_WIDTH = 140
_BAR_HEIGHT = 10
_WORTH_SAYING = 10  # seconds; a shorter rest of a run needs no words


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run of `total` rows is.

    `looking`: devices of a refused request that have no answer yet. `wait` and `seconds`: why and how much longer
    the run waits. `rest`: seconds that the run may still take, where somebody knows.
    """

    total: int
    bound: int = 0
    refused: int = 0
    unknown: int = 0
    looking: int | None = None
    wait: WaitReason | None = None
    seconds: int = 0
    rest: int | None = None


class Foot(QFrame):
    """The bottom of the window.

    Signals:
        bind_wanted(), stop_wanted(), handle_wanted(), report_wanted(): the corner's button was pressed.
    """

    bind_wanted = Signal()
    stop_wanted = Signal()
    handle_wanted = Signal()
    report_wanted = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        look.dress(self, Kind.FOOT)
        self._summary = ElidedLabel()
        self._summary.setAccessibleName(texts("foot.summary"))
        self._status = ElidedLabel()
        self._status.setAccessibleName(texts("foot.status"))
        look.dress(self._status, tone=Tone.QUIET)
        self._progress = _ProgressLine(texts)
        self._corner = QStackedWidget()
        self._step = Step.BIND
        wanted = {
            Step.BIND: self.bind_wanted,
            Step.STOP: self.stop_wanted,
            Step.HANDLE: self.handle_wanted,
            Step.REPORT: self.report_wanted,
        }
        self._buttons = {step: _CornerButton(texts(f"foot.{step}_name")) for step in Step}
        for step, button in self._buttons.items():
            button.clicked.connect(wanted[step])
            self._corner.addWidget(button)
        look.dress(self._buttons[Step.STOP], Kind.NORMAL)
        self._second_line = QStackedWidget()
        self._second_line.addWidget(self._status)
        self._second_line.addWidget(self._progress)

        grid = QGridLayout(self)
        grid.setContentsMargins(look.MARGIN, look.GAP + 2, look.MARGIN, look.GAP + 2)
        grid.setHorizontalSpacing(look.MARGIN)
        grid.setVerticalSpacing(look.GAP // 2)
        grid.addWidget(self._summary, 0, 0)
        grid.addWidget(self._second_line, 1, 0)
        grid.addWidget(self._corner, 0, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)
        self.show_counts({}, 0, 0)

    def show_counts(self, counts: Mapping[State, int], total: int, held: int, *, unchecked: bool = False) -> None:
        """Show how many rows are in each state; `held` ones are among the incomplete.

        `unchecked`: it is not known whether bound ones stay bound when others are sent.
        """
        under_way = counts.get(State.SENDING, 0) + counts.get(State.WAITING, 0)
        shown = [
            ("foot.all", total),
            ("foot.ready", counts.get(State.READY, 0)),
            ("foot.held", held),
            ("foot.bound", counts.get(State.BOUND, 0)),
            ("foot.refused", counts.get(State.REFUSED, 0)),
            ("foot.unknown", counts.get(State.UNKNOWN, 0)),
        ]
        only_if_any = [
            ("foot.incomplete", counts.get(State.INCOMPLETE, 0) - held),
            ("foot.under_way", under_way),
            ("foot.unsent", counts.get(State.UNSENT, 0)),
        ]
        shown += [(words, n) for words, n in only_if_any if n]
        texts = [self._counted(words, n, unchecked=unchecked) for words, n in shown]
        self._summary.setText("    ".join(texts))
        self._summary.setAccessibleDescription(", ".join(texts))

    def _counted(self, words: str, n: int, *, unchecked: bool) -> str:
        counted = self._texts(words, count=n)
        doubtful = unchecked and n and words == "foot.bound"
        return self._texts("counts.not_checked", counted=counted) if doubtful else counted

    def show_status(self, words: str) -> None:
        """Show what is saved and how things are."""
        self._status.setText(words)

    def show_progress(self, progress: Progress | None) -> None:
        """Show how a run goes, in place of the status; None: the status again."""
        if progress is None:
            self._second_line.setCurrentWidget(self._status)
        else:
            self._progress.show_progress(progress)
            self._second_line.setCurrentWidget(self._progress)

    def show_step(self, next_step: NextStep) -> None:
        """Put the next step into the corner; only Bind and Stop are ever blocked."""
        self._step = next_step.step
        button = self._buttons[self._step]
        if next_step.blocked is None:
            button.setText(self._texts(f"foot.{self._step}", n=next_step.n))
            button.setToolTip(self._texts("foot.keys"))
            button.setAccessibleDescription(button.text())
        else:
            reason = self._texts.say(next_step.blocked)
            button.setText(self._texts(f"foot.{self._step}_blocked", reason=reason))
            button.setToolTip(button.text())
            button.setAccessibleDescription(reason)
        button.setEnabled(next_step.blocked is None)
        self._corner.setCurrentWidget(button)

    def set_reachable(self, reachable: bool = True) -> None:
        """Let Tab come to the corner's button, or not while something lies over it."""
        for button in self._buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if reachable else Qt.FocusPolicy.NoFocus)

    def take_step(self) -> None:
        """Press the corner's button, as Ctrl+Enter does; nothing happens where it is disabled."""
        self._buttons[self._step].click()


class _CornerButton(QPushButton):
    """A button that shares its place with others."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(_CORNER_WIDTH, look.TARGET)
        look.dress(self, Kind.PRIMARY)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take no second click: it was meant for the button that was here before, or over here."""
        event.accept()


class _ProgressLine(QWidget):
    """A bar and a sentence."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._bar = QProgressBar()
        self._bar.setAccessibleName(texts("foot.progress"))
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(_BAR_WIDTH, _BAR_HEIGHT)
        look.dress(self._bar, Kind.PROGRESS)
        self._words = ElidedLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.MARGIN)
        row.addWidget(self._bar)
        row.addWidget(self._words, 1)

    def show_progress(self, progress: Progress) -> None:
        """Show how far a run is."""
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.bound + progress.refused + progress.unknown)
        self._words.setText(self._sentence(progress))
        self._bar.setAccessibleDescription(self._words.text())

    def _sentence(self, progress: Progress) -> str:
        texts = self._texts
        if progress.wait is not None:
            words = texts(f"foot.wait_{progress.wait}", seconds=progress.seconds)
            too_long = progress.wait is WaitReason.ASKED and progress.seconds > LONG_WAIT
            return f"{words} {texts('foot.others_too')}" if too_long else words
        if progress.looking is not None:
            return texts("foot.looking", n=progress.looking)
        parts = [texts("foot.bound_of", bound=progress.bound, total=progress.total)]
        for words, n in (("foot.now_refused", progress.refused), ("foot.now_unknown", progress.unknown)):
            if n:
                parts.append(texts(words, count=n))
        if progress.rest is not None and progress.rest > _WORTH_SAYING:
            parts.append(texts("foot.rest", seconds=progress.rest))
        return " · ".join(parts)
