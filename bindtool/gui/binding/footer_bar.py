"""The bottom of the window: row counts by state, save status, a run's progress, and the next step.

The step button is in the lower right corner: one at a time, always in the same place, and disabled it gives the
reason. `core.sheet_view.next_step` decides which step is next.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QProgressBar, QStackedWidget, QWidget

from bindtool.core.binding.events import LONG_WAIT, WaitReason
from bindtool.core.common.messages import Message
from bindtool.core.sheet_view.next_step import NextStep, Step
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import StepButton
from bindtool.gui.common.widgets.labels import ElidedLabel
from bindtool.gui.sheet.tools.count_filters import CountFilters
from bindtool.i18n.row_text import duration_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.binding.progress import Progress
    from bindtool.i18n.catalogue import Texts

_BAR_HEIGHT = 6

_STEPS = {
    Step.SET_UP_PROFILE: ("foot.set_up_profile", "foot.set_up_profile_name"),
    Step.ENTER_TOKEN: ("foot.enter_token", "foot.enter_token_name"),
    Step.BIND: ("foot.bind", "foot.bind_name"),
    Step.STOP: ("foot.stop", "foot.stop_name"),
    Step.SCAN_AGAIN: ("foot.scan_again", "foot.scan_again_name"),
    Step.BIND_AGAIN: ("foot.bind_again", "foot.bind_again_name"),
    Step.HANDLE: ("foot.handle", "foot.handle_name"),
    Step.DECIDE: ("foot.decide", "foot.decide_name"),
    Step.REPORT: ("foot.report", "foot.report_name"),
}
"""The text of each button, and its name."""
_BLOCKED = {
    Step.BIND: "foot.bind_blocked",
    Step.STOP: "foot.stop_blocked",
    Step.SCAN_AGAIN: "foot.scan_again_blocked",
    Step.BIND_AGAIN: "foot.bind_again_blocked",
}

WAIT_TEXTS: Mapping[WaitReason, str] = MappingProxyType(
    {
        WaitReason.ASKED: "foot.wait_asked",
        WaitReason.OFFLINE: "foot.wait_offline",
        WaitReason.LOST: "foot.wait_lost",
        WaitReason.TROUBLE: "foot.wait_trouble",
    }
)


class FooterBar(QFrame):
    """The bottom of the window. `find_button` opens the search.

    Signals:
        step_requested(Step): the step button was pressed.
    """

    step_requested = Signal(object)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        theme.set_style(self, StyleKind.FOOT)
        self.counts = CountFilters(texts)
        self.show_counts = self.counts.show_counts
        self.find_button = _find_button(texts)
        self._status = ElidedLabel("", Tone.QUIET, name=texts("foot.status"))
        self._bar = _progress_bar(texts)
        self._progress = ElidedLabel()
        self._step_buttons = QStackedWidget()
        self._step = Step.BIND
        self._buttons = {step: StepButton(texts(name)) for step, (_, name) in _STEPS.items()}
        for step, button in self._buttons.items():
            button.clicked.connect(lambda _, step=step: self.step_requested.emit(step))
            self._step_buttons.addWidget(button)
        theme.set_style(self._buttons[Step.STOP], StyleKind.NORMAL)
        self._first_line = QStackedWidget()
        self._first_line.addWidget(self._status)
        self._first_line.addWidget(self._progress)

        self._grid = grid = QGridLayout()
        # The counts' text is aligned with the texts above; the highlight extends beyond it.
        grid.setContentsMargins(theme.GAP, theme.TIGHT, theme.MARGIN, theme.STEP)
        self._first_line.setContentsMargins(theme.GAP, 0, 0, 0)
        grid.setHorizontalSpacing(theme.MARGIN)
        grid.setVerticalSpacing(0)
        grid.addLayout(layouts.row((self.counts, 1), self.find_button, spacing=theme.GAP), 2, 0)
        grid.addWidget(self._first_line, 0, 0, 1, 2)
        grid.addWidget(self._step_buttons, 2, 1)
        grid.setColumnStretch(0, 1)
        layouts.column(self._bar, grid, on=self, spacing=0)
        self.show_step(NextStep(Step.BIND, blocked=Message.of("blocked.nothing_ready")))

    def put_on_top(self, bar: QWidget) -> None:
        """Put the find bar above the counts."""
        bar.setContentsMargins(theme.GAP, 0, 0, 0)
        self._grid.addWidget(bar, 1, 0, 1, 2)

    def show_status(self, words: str) -> None:
        self._status.setText(words)

    def show_progress(self, progress: Progress | None) -> None:
        """Show a run's progress in place of the status; None: the status again."""
        self._first_line.setCurrentWidget(self._status if progress is None else self._progress)
        self._bar.setVisible(progress is not None)
        if progress is not None:
            self._bar.setMaximum(progress.total)
            self._bar.setValue(progress.done)
            self._progress.setText(_progress_words(self._texts, progress))
            self._bar.setAccessibleDescription(self._progress.text())

    def show_step(self, next_step: NextStep) -> None:
        """Show the button of the next step; only Bind, Stop and another scan may be blocked."""
        self._step = next_step.step
        button = self._buttons[self._step]
        if next_step.blocked is None:
            button.setText(self._texts(_STEPS[self._step][0], n=next_step.n))
            button.setToolTip(self._texts("foot.keys"))
            button.setAccessibleDescription(button.text())
        else:
            reason = self._texts.say(next_step.blocked)
            button.setText(self._texts(_BLOCKED[self._step], reason=reason))
            button.setToolTip(button.text())
            button.setAccessibleDescription(reason)
        button.setEnabled(next_step.blocked is None)
        self._step_buttons.setCurrentWidget(button)

    def why_no_step(self) -> Message | None:
        """Return why the step button is disabled; None if it is enabled."""
        button = self._buttons[self._step]
        return None if button.isEnabled() else Message.of("nothing.step", reason=button.text())

    @property
    def step_words(self) -> str:
        """The text of the step button."""
        return self._buttons[self._step].text()

    def take_step(self) -> None:
        """Press the step button, as Ctrl+Enter does; does nothing if it is disabled."""
        self._buttons[self._step].click()


def _find_button(texts: Texts) -> MarkButton:
    button = MarkButton(Mark.FIND)
    button.show_words(texts("foot.find"))
    button.setAccessibleName(texts("foot.find"))
    button.setToolTip(texts("foot.find_keys"))
    return button


def _progress_bar(texts: Texts) -> QProgressBar:
    bar = QProgressBar()
    bar.setAccessibleName(texts("foot.progress"))
    bar.setTextVisible(False)
    bar.setFixedHeight(_BAR_HEIGHT)
    theme.set_style(bar, StyleKind.PROGRESS)
    # It keeps its space while hidden, so that nothing moves.
    policy = bar.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    bar.setSizePolicy(policy)
    bar.hide()
    return bar


def _progress_words(texts: Texts, progress: Progress) -> str:
    """Return the finished count, then the reason of a pause or the speed, then the remaining time."""
    parts = [texts("foot.bound_of", bound=progress.bound, total=progress.total)]
    for words, n in (("foot.now_refused", progress.refused), ("foot.now_unknown", progress.unknown)):
        if n:
            parts.append(texts(words, count=n))
    if progress.wait is not None:
        words = texts(WAIT_TEXTS[progress.wait], seconds=progress.seconds)
        too_long = progress.wait is WaitReason.ASKED and progress.seconds > LONG_WAIT
        parts.append(texts.together(words, texts("foot.others_too") if too_long else ""))
    elif progress.looking is not None:
        parts.append(texts("foot.looking", n=progress.looking))
    elif progress.per_minute is not None:
        parts.append(texts("foot.per_minute", count=progress.per_minute))
    if progress.rest is not None:
        parts.append(texts("foot.rest", duration=duration_words(texts, progress.rest)))
    return " · ".join(parts)
