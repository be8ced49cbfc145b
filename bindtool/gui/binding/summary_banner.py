"""The summary of a run in two lines, with the possible next actions. Shown until hidden by the user.

Offers nothing twice: the next step is on the footer's step button. The counts come from `run_presenter`, which
shows the message of `core/binding/advice.py` instead if a run ended early.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from bindtool.core.sheet_view.next_step import Step
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce
from bindtool.gui.common.widgets.buttons import BarButton
from bindtool.gui.common.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent

    from bindtool.core.common.messages import Message
    from bindtool.i18n.catalogue import Texts

_MARK_SIZE = 22
_MINUTE = 60
_RESERVATION = 320
"""Minimum width in pixels of the reservation when there is little space."""
COUNT_TEXTS: Mapping[str, str] = MappingProxyType({
    Mark.REFUSED: "finished.refused",
    Mark.UNKNOWN: "finished.unknown",
    Mark.UNSENT: "finished.unsent",
    Mark.HELD: "finished.held",
})  # fmt: skip
"""The texts with a count of rows in a state; bound rows have several."""
_COUNTED = (Mark.BOUND, Mark.REFUSED, Mark.UNKNOWN, Mark.UNSENT, Mark.HELD)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The result of a run.

    `unsent`: rows not sent. `held`: rows of the sheet that were held back. `ended_at` in local time; `seconds`: its
    duration. `requests`: the number of requests sent. `unchecked`: it is unknown whether the channel keeps its
    earlier devices. `off_plan`: the difference between the sheet and the job's expected count; None if there is
    none.
    """

    bound: int
    refused: int
    unknown: int
    unsent: int
    held: int
    ended_at: datetime
    seconds: float
    requests: int = 0
    unchecked: bool = True
    off_plan: Message | None = None

    @property
    def all_well(self) -> bool:
        """Whether all rows to be bound are bound."""
        return not (self.refused or self.unknown or self.unsent)


class SummaryBanner(QFrame):
    """Shows a run's summary. Hidden until `show_run`.

    Signals:
        report_requested(): asks to save the report.
        copy_summary_requested(): asks to copy the summary.
        handle_requested(): asks to show the rows that need handling.
        check_requested(): asks to check whether the channel keeps earlier devices.
        publish_requested(): asks to show the data for publishing an agent.
    """

    report_requested = Signal()
    copy_summary_requested = Signal()
    handle_requested = Signal()
    check_requested = Signal()
    publish_requested = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._run: RunSummary | None = None
        self.setAccessibleName(texts("finished.name"))
        self._counts = {mark: _Count(mark) for mark in _COUNTED}
        self._off_plan = ElidedLabel("", Tone.HELD)
        self._time = ElidedLabel("", Tone.QUIET)
        self._unchecked = ElidedLabel(texts("finished.unchecked"), Tone.QUIET)
        self._check = BarButton(texts("finished.check"), StyleKind.FLAT, clicked=self.check_requested)
        self._publish = BarButton(texts("finished.publish"), StyleKind.LINK, clicked=self.publish_requested)
        self._report = BarButton(texts("finished.report"), clicked=self.report_requested)
        self._copy = BarButton(texts("finished.copy"), clicked=self.copy_summary_requested)
        self._handle = BarButton(texts("finished.handle_name"), clicked=self.handle_requested)
        self._due = False
        self._gives_way = False
        self._show_timer = QTimer(self, singleShot=True, interval=0)
        self._show_timer.timeout.connect(self._show_now)
        sums = layouts.row(*self._counts.values(), (self._off_plan, 1), 0, spacing=theme.PAGE)
        # A fifth button would need another line, taken from the table.
        remarks = layouts.row(self._time, self._publish, (self._unchecked, 1), 0, spacing=theme.PAGE)
        words = layouts.column(1, sums, remarks, 1, spacing=0)
        self._actions = layouts.row(1, self._check, self._report, self._copy, self._handle, spacing=theme.GAP)
        self._lines = layouts.OneLine(words, self._actions)
        layouts.column(self._lines, on=self, margins=(theme.STEP, theme.TIGHT, theme.MARGIN, theme.TIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the layout anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the buttons beside the text if no text but the reservation is elided for them.

        "Check", beside the reservation, says the same, and its tool tip has the full text.
        """
        lines = ((*self._counts.values(), self._off_plan), (self._time, self._publish, self._unchecked))
        widths = [[part.sizeHint().width() + theme.PAGE for part in line if not part.isHidden()] for line in lines]
        if not self._unchecked.isHidden():
            widths[1][-1] = min(widths[1][-1], theme.scaled(_RESERVATION))
        needed = max(map(sum, widths)) + self._actions.sizeHint().width()
        self._lines.stand(beside=needed <= self.width() - 2 * theme.MARGIN)

    @property
    def shown(self) -> RunSummary | None:
        """The summary shown; None if the banner is hidden."""
        return self._run if self._due and not self._gives_way else None

    def show_run(self, run: RunSummary) -> None:
        """Show a run's result, in the next event: the table has to shrink for it, which takes time."""
        texts = self._texts
        self._run = run
        sums = self._count_texts(run)
        for mark, count in self._counts.items():
            count.show_words(sums.get(mark, ""))
        when = texts("finished.time", time=f"{run.ended_at:%H:%M:%S}", duration=_duration(texts, run.seconds))
        sent = texts("finished.requests", n=run.requests) if run.requests else ""
        self._time.setText(" · ".join(filter(None, (when, sent))))
        for widget in (self._unchecked, self._check):
            widget.setVisible(run.unchecked)
        self._publish.setVisible(run.bound > 0)
        off_plan = "" if run.off_plan is None else texts.say(run.off_plan)
        self._off_plan.setText(off_plan)
        self._off_plan.setVisible(bool(off_plan))
        theme.set_style(self, StyleKind.BANNER, Tone.GOOD if run.all_well and not off_plan else Tone.HELD)
        counted = texts("list.separator").join(filter(None, (*sums.values(), off_plan)))
        self.setAccessibleDescription(texts.together(counted, self._time.text()))
        self._fit()
        self._due = True
        self._show_timer.start()

    def show_step(self, step: Step, to_handle: int) -> None:
        """Offer all actions except the next step, which is on the step button; `to_handle`: the number of rows to
        handle.
        """
        self._report.setVisible(step is not Step.REPORT)
        self._handle.setVisible(to_handle > 0 and step is not Step.HANDLE)
        self._handle.setText(self._texts("finished.handle", n=to_handle))
        self._fit()

    def give_way(self, gives_way: bool) -> None:
        """Hide while the rows to handle are shown; reappear afterwards."""
        self._gives_way = gives_way
        self._show_if_due()

    def clear(self) -> None:
        """Discard the summary, which is outdated, and hide."""
        self._due = False
        self._show_timer.stop()
        self.hide()

    def _show_now(self) -> None:
        self._show_if_due()
        announce(self, self.accessibleDescription(), urgent=True)

    def _show_if_due(self) -> None:
        self.setVisible(self._due and not self._gives_way)

    def _count_texts(self, run: RunSummary) -> dict[Mark, str]:
        """Return the counts to show: bound rows always, any other state if it has rows."""
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
            **{mark: texts(COUNT_TEXTS[mark], count=n) for mark, n in others.items() if n},
        }


class _Count(QWidget):
    """An icon and its text."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self._label = QLabel()
        theme.set_style(self._label, tone=mark.tone)
        theme.resize_text(self._label, theme.LINE_POINTS, bold=True)
        layouts.row(MarkLabel(_MARK_SIZE, mark), self._label, on=self, spacing=theme.GAP)

    def show_words(self, words: str) -> None:
        """Show a count; hide for ""."""
        self._label.setText(words)
        self.setVisible(bool(words))


def _duration(texts: Texts, seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole < _MINUTE:
        return texts("finished.seconds", seconds=whole)
    return texts("finished.minutes", minutes=whole // _MINUTE, seconds=whole % _MINUTE)
