"""The page of the channel check: its steps one below the other, with the current one open.

Decides which step is shown and which are done. The controls of each step are in `step_widgets`; sending, saving
and going on are done by `channel_check.controller`, which listens to the signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import CheckStep
from bindtool.gui.binding.channel_check.step_widgets import FoundStep, Look, Question, SendOne, StepSignals
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.busy_indicator import BusyIndicator
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import Header, headline, line
from bindtool.gui.common.widgets.layouts import ScrollPage
from bindtool.gui.common.widgets.reply_box import ReplyBox
from bindtool.gui.common.widgets.tab_order import come_before, tab_stops_in
from bindtool.i18n.row_text import developer_words, site_words, tail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.model.channel_check import ChannelCheck
    from bindtool.gui.binding.channel_check.step_widgets import CheckView
    from bindtool.gui.common.widgets.reply_box import Reply
    from bindtool.i18n.catalogue import Texts

_WIDEST = 760
_PLACES = (CheckStep.QUESTION, CheckStep.FIRST, CheckStep.SECOND, CheckStep.LOOK)
_WIDGETS = {CheckStep.QUESTION: Question, CheckStep.LOOK: Look}


class ChannelCheckPage(StepSignals):
    """Steps, an answer below them, and the way back; it can be left at any time.

    Signals:
        stop_requested(): do not wait any longer for the answer to what was sent.
        left(): back to the sheet.
    """

    stop_requested = Signal()
    left = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.setAccessibleName(texts("channel_check.title"))
        self._intro = line(texts("channel_check.intro"))
        self._steps = QWidget()
        self.reply = ReplyBox(texts("reply.name"))
        self.waiting = BusyIndicator(texts)
        self.waiting.stop_requested.connect(self.stop_requested)
        self.back = ActionButton(texts("channel_check.later"), clicked=self.left)
        self._header = Header(texts("channel_check.title"), "", self.back)
        self._lay_out()

    def show_view(self, view: CheckView) -> None:
        """Show how far the check is, and enable its steps."""
        self.waiting.hide()
        self.reply.clear()
        profile = view.profile
        self._header.show_about(
            self._texts(
                "channel_check.facts",
                name=self._texts.name(profile.name),
                channel=tail(profile.connector_id),
                site=site_words(profile.site),
                developer=developer_words(self._texts, profile),
                key=profile.key,
            )
        )
        steps = QWidget()
        known = profile.behaviour is not Behaviour.NOT_CHECKED
        # Later steps need the room, on a small laptop.
        self._intro.setVisible(not known and view.check.step in {CheckStep.QUESTION, CheckStep.WARNING})
        parts = [FoundStep(self._texts, view, self)] if known else list(self._step_parts(view))
        layouts.column(*parts, on=steps, spacing=theme.MARGIN)
        self._place.replaceWidget(self._steps, steps)
        come_before(self.waiting.stop, tab_stops_in(steps))
        steps.show()
        self._steps.hide()
        self._steps.deleteLater()
        self._steps = steps
        self.back.rename(self._texts("menu.back_to_scanning" if known else "channel_check.later"))
        theme.set_style(self.back, StyleKind.PRIMARY if known else StyleKind.NORMAL)
        # The way back stands above them, and Space would leave.
        (*tab_stops_in(steps), self.back)[0].setFocus()

    def disable(self) -> None:
        """Disable the steps until the next view or reply."""
        self._steps.setEnabled(False)

    def show_sending(self, what: str) -> None:
        """Show what is being waited for; the rest of the page is disabled meanwhile."""
        if self.waiting.isHidden():
            self.reply.clear()
        self.disable()
        self.waiting.begin(what)

    def show_obstacle(self, obstacle: Reply | None) -> None:
        """Show what keeps the request from leaving, while it is waited for; None: nothing does any more."""
        if obstacle is None:
            self.reply.clear()
        else:
            self.reply.say(obstacle)

    def show_reply(self, answer: Reply) -> None:
        """Show the result of the last request."""
        self._steps.setEnabled(True)
        self.waiting.hide()
        self.reply.say(answer)

    def _step_parts(self, view: CheckView) -> Iterator[QWidget]:
        check = view.check
        present = CheckStep.QUESTION if check.step is CheckStep.WARNING else check.step
        at = _PLACES.index(present) if present in _PLACES else len(_PLACES)
        for place, step in enumerate(_PLACES):
            if place < at:
                yield line(f"✓  {self._done_words(step, check)}", Tone.GOOD)
            elif place > at:
                yield line(f"{place + 1}  {self._texts(f'channel_check.{step}')}", Tone.QUIET)
            else:
                yield headline(f"{place + 1}  {self._texts(f'channel_check.{step}')}", theme.LINE_POINTS)
                yield _WIDGETS.get(step, SendOne)(self._texts, view, self)

    def _done_words(self, step: CheckStep, check: ChannelCheck) -> str:
        if step is CheckStep.QUESTION:
            return self._texts(f"channel_check.already_done.{check.already}")
        letter, device = ("A", check.first) if step is CheckStep.FIRST else ("B", check.second)
        assert device is not None  # noqa: S101 - its step is done
        return self._texts("channel_check.accepted", letter=letter, label=device.label, device_id=device.device_id)

    def _lay_out(self) -> None:
        content = QWidget()
        self._scroll = ScrollPage(content, _WIDEST)
        self._place = layouts.column(
            self._intro,
            self._steps,
            1,
            on=content,
            spacing=theme.MARGIN,
            margins=(theme.SECTION, theme.GAP, theme.SECTION, theme.PAGE),
        )
        # The way back and the answer stay in place while the steps scroll.
        self._scroll.fill_page(self, self._header, self.reply, self.waiting)
