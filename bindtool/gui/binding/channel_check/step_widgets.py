"""The controls of each step of the channel check: the question, the two devices, what was seen, the answer.

Which step is shown is decided by `page`; what follows an answer, by `channel_check.controller`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QRadioButton, QWidget

from bindtool.core.common.safe_text import escaped
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, CheckStep, Seen
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import Field, TextField, WheelGuard
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QAbstractButton

    from bindtool.core.model.channel_check import ChannelCheck
    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts

_MOST_TO_CHOOSE_FROM = 50


class _StepWidget(QWidget):
    """A column of lines and buttons."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._column = layouts.column(on=self, spacing=12)

    def _say(self, id_: str, tone: Tone = Tone.PLAIN, **values: str | int) -> None:
        self._column.addWidget(line(self._texts(id_, **values), tone))

    def _box(self, name: str, tone: Tone) -> None:
        box = ReplyBox(self._texts("reply.name"))
        # First added to the layout: shown before, it would be a window of its own for a moment.
        self._column.addWidget(box)
        box.say(Reply(tone, self._texts(f"{name}.title"), self._texts(f"{name}.body")))

    def _buttons(self, *buttons: QAbstractButton) -> None:
        row = layouts.row(*buttons, 1, spacing=16)
        self._column.addLayout(row)


class Question(_StepWidget):
    """Whether devices are bound on the channel by other means; where they may be, a warning and the ways round.

    Signals:
        answered(Already), risk_taken(), copy_requested().
    """

    answered = Signal(object)
    risk_taken = Signal()
    copy_requested = Signal()

    def __init__(self, texts: Texts, check: ChannelCheck, bound_here: int) -> None:
        super().__init__(texts)
        self._say("channel_check.question.hint", Tone.QUIET)
        if bound_here:
            self._say("channel_check.bound_here", n=bound_here)
        answers = []
        for already in (Already.NO, Already.YES, Already.UNKNOWN):
            answer = QRadioButton(texts(f"channel_check.already.{already}"))
            answer.setAccessibleName(answer.text())
            answer.setMinimumHeight(theme.TARGET)
            answer.setChecked(already is check.already)
            answer.clicked.connect(partial(self.answered.emit, already))
            answers.append(answer)
        self._buttons(*answers)
        if check.step is CheckStep.WARNING:
            self._box("channel_check.warning", Tone.UNSURE)
            copy = ActionButton(texts("channel_check.copy_question"), StyleKind.PRIMARY)
            copy.clicked.connect(self.copy_requested)
            go_on = ActionButton(texts("channel_check.take_the_risk"))
            go_on.clicked.connect(self.risk_taken)
            self._buttons(copy, go_on)


class SendOne(_StepWidget):
    """A device of the sheet, to be sent alone.

    Signals:
        send_requested(int): the number of its row.
    """

    send_requested = Signal(int)

    def __init__(self, texts: Texts, ready: Sequence[Job]) -> None:
        super().__init__(texts)
        self._say("channel_check.send.hint", Tone.QUIET)
        self.choice = QComboBox()
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.installEventFilter(WheelGuard(self))
        for job in ready[:_MOST_TO_CHOOSE_FROM]:
            self.choice.addItem(escaped(f"{job.device.label}   {job.device.device_id}"), job.number)
        self._column.addWidget(Field(texts("channel_check.device"), self.choice))
        send = ActionButton(texts("channel_check.send"), StyleKind.PRIMARY)
        send.clicked.connect(lambda: self.send_requested.emit(self.choice.currentData()))
        if not ready:
            reason = texts("channel_check.none_ready")
            self.choice.setEnabled(False)
            self.choice.setAccessibleDescription(reason)
            send.allow(False, reason)
            self._column.addWidget(line(reason, Tone.UNSURE))
        self._buttons(send)


class Look(_StepWidget):
    """Which of the two the developer's publish page lists, and who looked.

    Signals:
        seen(Seen, str), again_requested().
    """

    seen = Signal(object, str)
    again_requested = Signal()

    def __init__(self, texts: Texts, check: ChannelCheck, who: str) -> None:
        super().__init__(texts)
        if check.seen is Seen.NEITHER:
            self._box("channel_check.neither", Tone.UNSURE)
        else:
            self._say("channel_check.look.hint", Tone.QUIET)
        devices = QGridLayout()
        devices.setHorizontalSpacing(theme.MARGIN + theme.GAP)
        devices.setColumnStretch(2, 1)
        for row, (letter, device) in enumerate((("A", check.first), ("B", check.second))):
            if device is not None:
                for column, words in enumerate((letter, device.label, device.device_id)):
                    shown = line(words, wraps=False)
                    theme.resize_text(shown, theme.LINE_POINTS, bold=not column)
                    devices.addWidget(shown, row, column)
        self._column.addLayout(devices)
        self.who = TextField(texts("channel_check.who"))
        self.who.set_text(who)
        self.who.edited.connect(lambda: self.who.show_problem(""))
        self._column.addWidget(self.who)
        self._say("channel_check.look.question")
        answers = []
        for found in (Seen.BOTH, Seen.ONLY_SECOND, Seen.NEITHER):
            button = ActionButton(texts(f"channel_check.seen.{found}"))
            button.clicked.connect(partial(self._emit_seen, found))
            answers.append(button)
        if check.seen is Seen.NEITHER:
            again = ActionButton(texts("channel_check.again"), StyleKind.FLAT)
            again.clicked.connect(self.again_requested)
            answers.append(again)
        self._buttons(*answers)

    def _emit_seen(self, found: Seen) -> None:
        who = self.who.text().strip()
        if not who:
            self.who.show_problem(self._texts("channel_check.who_missing"))
            self.who.take_focus()
            return
        self.seen.emit(found, who)


class FoundStep(_StepWidget):
    """What is known of the channel, where that is kept, and what follows from it.

    Signals:
        sender_requested(), export_requested(), look_again_requested().
    """

    sender_requested = Signal()
    export_requested = Signal()
    look_again_requested = Signal()

    def __init__(self, texts: Texts, profile: Profile, check: ChannelCheck, *, outside_profile: bool) -> None:
        super().__init__(texts)
        replaces = profile.behaviour is Behaviour.REPLACES
        if replaces:
            self._box("channel_check.replaces", Tone.HELD)
        else:
            self._box("channel_check.adds", Tone.GOOD)
        if profile.checked_on is not None:
            who = profile.checked_by or texts("channel_check.somebody")
            self._say("channel_check.answered", Tone.QUIET, who=who, day=profile.checked_on.isoformat())
        self._say("channel_check.kept_beside" if outside_profile else "channel_check.kept")
        closed = replaces and not profile.sender
        if closed:
            self._say("channel_check.sender_by_it" if profile.read_only else "channel_check.no_sender", Tone.UNSURE)
        buttons = []
        if closed and not profile.read_only:
            buttons.append(self._button("channel_check.be_sender", self.sender_requested))
        buttons.append(self._button("menu.export_profile", self.export_requested))
        if check.step is CheckStep.DONE and (outside_profile or not profile.read_only):
            buttons.append(self._button("channel_check.look_again", self.look_again_requested, StyleKind.FLAT))
        self._buttons(*buttons)

    def _button(self, words: str, signal: SignalInstance, kind: StyleKind = StyleKind.NORMAL) -> ActionButton:
        button = ActionButton(self._texts(words), kind)
        button.clicked.connect(signal)
        return button
