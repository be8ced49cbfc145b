"""The controls of each step of the channel check: the question, the two devices, the observation, the answer.

`page` decides which step is shown, and handles the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QGridLayout, QRadioButton, QWidget

from bindtool.core.common.safe_text import evident
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck, CheckStep, Seen
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import Choice, Field, TextField, wheel_guarded
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts

_MOST_TO_CHOOSE_FROM = 50


@dataclass(frozen=True, slots=True)
class CheckView:
    """Content of the page.

    `ready`: the rows that may be sent. `bound_here`: the number of devices this laptop has bound on the channel.
    `who`: the operator's name, "" if not given. `outside_profile`: bindtool stores the answer itself, since IT's
    profile file doesn't contain it.
    """

    profile: Profile
    check: ChannelCheck
    ready: tuple[Job, ...] = ()
    bound_here: int = 0
    who: str = ""
    outside_profile: bool = False


_ALREADY = {
    Already.NO: "channel_check.already.no",
    Already.YES: "channel_check.already.yes",
    Already.UNKNOWN: "channel_check.already.unknown",
}
_SEEN = {
    Seen.BOTH: "channel_check.seen.both",
    Seen.ONLY_SECOND: "channel_check.seen.only_second",
    Seen.NEITHER: "channel_check.seen.neither",
}


class _StepWidget(QWidget):
    """A column of lines and buttons."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._column = layouts.column(on=self, spacing=theme.STEP)

    def _say(self, id_: str, tone: Tone = Tone.PLAIN, **values: str | int) -> None:
        self._column.addWidget(line(self._texts(id_, **values), tone))

    def _box(self, stem: str, tone: Tone) -> None:
        box = ReplyBox(self._texts("reply.name"))
        # First added to the layout: shown before that, it would flash up as a window of its own.
        self._column.addWidget(box)
        box.say(Reply(tone, *self._texts.pair(stem)))

    def _button(
        self, words: str, clicked: Callable[[], object], kind: StyleKind = StyleKind.NORMAL
    ) -> ActionButton:
        return ActionButton(self._texts(words), kind, clicked=clicked)

    def _buttons(self, *buttons: QAbstractButton) -> None:
        self._column.addLayout(layouts.row(*buttons, 1, spacing=theme.MARGIN))


class Question(_StepWidget):
    """Asks whether devices are bound on the channel by other means; if so, shows a warning and ways around it."""

    def __init__(
        self,
        texts: Texts,
        view: CheckView,
        answer: Callable[[Already], object],
        copy_question: Callable[[], object],
        take_the_risk: Callable[[], object],
    ) -> None:
        super().__init__(texts)
        self._say("channel_check.question.hint", Tone.QUIET)
        if view.bound_here:
            self._say("channel_check.bound_here", n=view.bound_here)
        answers = []
        for already, id_ in _ALREADY.items():
            button = QRadioButton(self._texts(id_))
            button.setAccessibleName(button.text())
            button.setMinimumHeight(theme.TARGET)
            button.setChecked(already is view.check.already)
            button.clicked.connect(partial(answer, already))
            answers.append(button)
        self._buttons(*answers)
        if view.check.step is CheckStep.WARNING:
            self._box("channel_check.warning", Tone.UNSURE)
            self._buttons(
                self._button("channel_check.copy_question", copy_question, StyleKind.PRIMARY),
                self._button("channel_check.take_the_risk", take_the_risk),
            )


class SendOne(_StepWidget):
    """Sends one device of the sheet alone, chosen by the number of its row."""

    def __init__(self, texts: Texts, view: CheckView, send_alone: Callable[[int], object]) -> None:
        super().__init__(texts)
        self._say("channel_check.send.hint", Tone.QUIET)
        offered = [(job.number, job.device) for job in view.ready[:_MOST_TO_CHOOSE_FROM]]
        choice = wheel_guarded(
            Choice({number: evident(f"{device.label}   {device.device_id}") for number, device in offered})
        )
        self._column.addWidget(Field(self._texts("channel_check.device"), choice))
        send = ActionButton(self._texts("channel_check.send"), StyleKind.PRIMARY)
        send.clicked.connect(lambda: send_alone(choice.value))
        if not offered:
            reason = self._texts("channel_check.none_ready")
            choice.setEnabled(False)
            choice.setAccessibleDescription(reason)
            send.allow(False, reason)
            self._column.addWidget(line(reason, Tone.UNSURE))
        self._buttons(send)


class Look(_StepWidget):
    """Asks which of the two the developer's publish page lists, and who looked."""

    def __init__(
        self,
        texts: Texts,
        view: CheckView,
        take_seen: Callable[[Seen, str], object],
        begin_again: Callable[[], object],
    ) -> None:
        super().__init__(texts)
        check = view.check
        if check.seen is Seen.NEITHER:
            self._box("channel_check.neither", Tone.UNSURE)
        else:
            self._say("channel_check.look.hint", Tone.QUIET)
        devices = QGridLayout()
        devices.setHorizontalSpacing(theme.PAGE)
        devices.setColumnStretch(2, 1)
        for row, (letter, device) in enumerate((("A", check.first), ("B", check.second))):
            if device is not None:
                for column, words in enumerate((letter, device.label, device.device_id)):
                    shown = line(words, wraps=False)
                    theme.resize_text(shown, theme.LINE_POINTS, bold=not column)
                    devices.addWidget(shown, row, column)
        self._column.addLayout(devices)
        who = TextField(self._texts("channel_check.who"))
        who.set_text(view.who)
        who.edited.connect(lambda: who.show_problem(""))
        self._column.addWidget(who)
        self._say("channel_check.look.question")
        answers = []
        for found, id_ in _SEEN.items():
            answer = partial(self._answer, take_seen, found, who)
            answers.append(ActionButton(self._texts(id_), clicked=answer))
        if check.seen is Seen.NEITHER:
            answers.append(self._button("channel_check.again", begin_again, StyleKind.LINK))
        self._buttons(*answers)

    def _answer(self, take_seen: Callable[[Seen, str], object], found: Seen, who: TextField) -> None:
        name = who.text().strip()
        if name:
            take_seen(found, name)
        else:
            who.show_problem(self._texts("channel_check.who_missing"))
            who.take_focus()


class FoundStep(_StepWidget):
    """Shows the finding about the channel, where it is stored, and its consequences."""

    def __init__(
        self,
        texts: Texts,
        view: CheckView,
        become_sender: Callable[[], object],
        export: Callable[[], object],
        look_again: Callable[[], object],
    ) -> None:
        super().__init__(texts)
        profile = view.profile
        replaces = profile.behaviour is Behaviour.REPLACES
        if replaces:
            self._box("channel_check.replaces", Tone.HELD)
        else:
            self._box("channel_check.adds", Tone.GOOD)
        if profile.checked_on is not None:
            who = profile.checked_by or self._texts("channel_check.somebody")
            self._say("channel_check.answered", Tone.QUIET, who=who, day=profile.checked_on.isoformat())
        self._say("channel_check.kept_beside" if view.outside_profile else "channel_check.kept")
        closed = replaces and not profile.sender
        if closed:
            self._say("channel_check.sender_by_it" if profile.read_only else "channel_check.no_sender", Tone.UNSURE)
        buttons = []
        if closed and not profile.read_only:
            buttons.append(self._button("channel_check.be_sender", become_sender))
        buttons.append(self._button("menu.export_profile", export))
        if view.check.step is CheckStep.DONE and (view.outside_profile or not profile.read_only):
            buttons.append(self._button("channel_check.look_again", look_again, StyleKind.LINK))
        self._buttons(*buttons)
