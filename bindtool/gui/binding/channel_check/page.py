"""The page of the channel check: its steps in a column, with the current one expanded.

Saves each step, then shows the next. `core.model.channel_check` decides the order of the steps, `step_widgets` has
their controls. An ordinary run (`run_session`) sends a test device. The answer goes into the profile, unless IT has
set that; the database keeps it in any case.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.jobs.bind_job import BindJob
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck, CheckStep, Seen
from bindtool.core.profiles.profile import Profile, with_answer
from bindtool.gui.binding.channel_check.step_widgets import CheckView, FoundStep, Look, Question, SendOne
from bindtool.gui.binding.footer_bar import WAIT_TEXTS
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import come_before, tab_stops_in
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import Header, headline, line
from bindtool.gui.common.widgets.layouts import ScrollPage
from bindtool.gui.common.widgets.reply_box import BusyIndicator, Reply, ReplyBox, obstacle_reply
from bindtool.gui.support.clipboard_export import for_coze
from bindtool.i18n.row_text import answer_words, developer_words, site_words, state_words, tail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.binding.advice import Advice
    from bindtool.core.binding.progress import Progress
    from bindtool.core.model.job import Job
    from bindtool.gui.binding.run_session import Result, RunSession
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

_WIDEST = 760
_PLACES = {
    CheckStep.QUESTION: "channel_check.question",
    CheckStep.FIRST: "channel_check.first",
    CheckStep.SECOND: "channel_check.second",
    CheckStep.LOOK: "channel_check.look",
}
_ALREADY_DONE = {
    Already.YES: "channel_check.already_done.yes",
    Already.NO: "channel_check.already_done.no",
    Already.UNKNOWN: "channel_check.already_done.unknown",
}


class ChannelCheckPage(QWidget):
    """The steps, the reply below them, and the button to go back; it can be left at any time.

    Args:
        learnt: called when the knowledge of the channel has changed.
    """

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        session: RunSession,
        services: Services,
        learnt: Callable[[], object],
    ) -> None:
        super().__init__()
        self._window = window
        self._texts = texts
        self._state = services.state
        self._document = document
        self._session = session
        self._services = services
        self._learnt = learnt
        self._check = ChannelCheck()
        self._bound_here = 0
        self._one_at_a_time = asyncio.Lock()
        self._ready: tuple[Job, ...] = ()
        self._sent: Job | None = None
        self._obstacle: NeverSent | None = None
        self.setAccessibleName(texts("channel_check.title"))
        self._intro = line(texts("channel_check.intro"))
        self._steps = QWidget()
        self.reply = ReplyBox(texts("reply.name"))
        self._waiting = BusyIndicator(texts)
        self._waiting.stop_requested.connect(session.stop)
        self.back = ActionButton(texts("channel_check.later"), clicked=self._leave)
        self._header = Header(texts("channel_check.title"), "", self.back)
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
        # Back button and reply stay in place while the steps scroll.
        self._scroll.fill_page(self, self._header, self.reply, self._waiting)
        document.changed.connect(self._show_other_rows)
        session.progressed.connect(self._show_progress)
        session.obstacle_changed.connect(self._show_obstacle)
        self.reply.acted.connect(self._enter_proxy_login)
        services.proxy_logins.entered.connect(self._clear_obstacle)
        session.finished.connect(self._show_finished)
        session.broken.connect(self._show_broken)
        session.not_begun.connect(self._show_not_begun)

    @property
    def _profile(self) -> Profile | None:
        return self._state.profile

    def begin(self, profile: Profile) -> None:
        """Show the progress of the check for the profile's channel."""
        self._steps.setEnabled(False)
        self._window.show_page(self)
        self._services.tasks.start(self._read(profile))

    async def _read(self, profile: Profile) -> None:
        """Read the progress of the check; show it if the profile is still open."""
        store, channel = self._services.store, profile.channel
        async with self._one_at_a_time:
            check = await asyncio.to_thread(store.channels.check, channel) or ChannelCheck()
            bound_here = await asyncio.to_thread(store.bindings.count_own, channel)
            if self._profile != profile:
                return
            if check.step is CheckStep.DONE and profile.behaviour is Behaviour.NOT_CHECKED:
                # The answer was removed from the profile; the devices sent stay recorded.
                check = check.looking_again()
            self._check, self._bound_here = check, bound_here
        self._show()

    def _show(self) -> None:
        profile, head = self._profile, self._document.head
        if profile is None:
            return
        self._ready = self._document.sheet.jobs()
        self.show_view(
            CheckView(
                profile=profile,
                check=self._check,
                ready=self._ready,
                bound_here=self._bound_here,
                who=self._check.checked_by or (head.operator if head else ""),
                outside_profile=profile.read_only
                and self._services.repository.get(profile.name).behaviour is Behaviour.NOT_CHECKED,
            )
        )

    def _show_other_rows(self) -> None:
        """Offer the rows that are now ready; keep a choice that is still valid."""
        sending = self._check.step in {CheckStep.FIRST, CheckStep.SECOND}
        if sending and self.isVisible() and self._sent is None and self._document.sheet.jobs() != self._ready:
            self._show()

    def _leave(self) -> None:
        self._window.show_page(self._window.sheet_page)

    # display

    def show_view(self, view: CheckView) -> None:
        """Show the progress of the check, and enable its steps."""
        self._waiting.hide()
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
        # Hide the intro in later steps, which need the space on a small laptop.
        self._intro.setVisible(not known and view.check.step in {CheckStep.QUESTION, CheckStep.WARNING})
        parts = [self._found(view)] if known else list(self._step_parts(view))
        layouts.column(*parts, on=steps, spacing=theme.MARGIN)
        self._place.replaceWidget(self._steps, steps)
        come_before(self._waiting.stop, tab_stops_in(steps))
        steps.show()
        self._steps.hide()
        self._steps.deleteLater()
        self._steps = steps
        self.back.rename(self._texts("menu.back_to_scanning" if known else "channel_check.later"))
        theme.set_style(self.back, StyleKind.PRIMARY if known else StyleKind.NORMAL)
        # The back button comes before them, and Space on it would leave the page.
        (*tab_stops_in(steps), self.back)[0].setFocus()

    def show_sending(self, what: str) -> None:
        """Show the text of a wait; the rest of the page is disabled meanwhile."""
        if self._waiting.isHidden():
            self.reply.clear()
        self._steps.setEnabled(False)
        self._waiting.begin(what)

    def _show_reply(self, answer: Reply) -> None:
        """Show the reply to the last request."""
        self._steps.setEnabled(True)
        self._waiting.hide()
        self.reply.say(answer)

    def _step_parts(self, view: CheckView) -> Iterator[QWidget]:
        check = view.check
        present = CheckStep.QUESTION if check.step is CheckStep.WARNING else check.step
        at = list(_PLACES).index(present) if present in _PLACES else len(_PLACES)
        for place, (step, id_) in enumerate(_PLACES.items()):
            if place < at:
                yield line(f"✓  {self._done_words(step, check)}", Tone.GOOD)
            elif place > at:
                yield line(f"{place + 1}  {self._texts(id_)}", Tone.QUIET)
            else:
                yield headline(f"{place + 1}  {self._texts(id_)}", theme.LINE_POINTS)
                yield self._step(view)

    def _step(self, view: CheckView) -> QWidget:
        match view.check.step:
            case CheckStep.QUESTION | CheckStep.WARNING:
                return Question(self._texts, view, self._answer, self._copy_question, self._take_the_risk)
            case CheckStep.LOOK:
                return Look(self._texts, view, self._take_seen, self._begin_again)
            case _:
                return SendOne(self._texts, view, self._begin_to_send)

    def _found(self, view: CheckView) -> QWidget:
        export = self._window.actions_["export_profile"].trigger
        return FoundStep(self._texts, view, self._become_sender, export, self._look_again)

    def _done_words(self, step: CheckStep, check: ChannelCheck) -> str:
        if step is CheckStep.QUESTION:
            assert check.already is not None  # noqa: S101 - its step is done
            return self._texts(_ALREADY_DONE[check.already])
        letter, device = ("A", check.first) if step is CheckStep.FIRST else ("B", check.second)
        assert device is not None  # noqa: S101 - its step is complete
        return self._texts("channel_check.accepted", letter=letter, label=device.label, device_id=device.device_id)

    # answers

    def _answer(self, already: Already) -> None:
        self._advance(self._check.answered(already))

    def _take_the_risk(self) -> None:
        self._advance(self._check.taking_the_risk())

    def _begin_again(self) -> None:
        self._advance(self._check.begun_again())

    def _take_seen(self, seen: Seen, who: str) -> None:
        self._advance(self._check.looked(seen, who, self._services.clock.now().date()))

    def _look_again(self) -> None:
        self._advance(self._check.looking_again())

    def _become_sender(self) -> None:
        if self._profile is not None:
            self._save_profile(replace(self._profile, sender=True))

    def _advance(self, check: ChannelCheck) -> None:
        self._steps.setEnabled(False)
        self._services.tasks.start(self._save_step(check))

    async def _save_step(self, check: ChannelCheck) -> None:
        """Save a step, then show the next; write the answer into the profile, or remove it from there."""
        if self._profile is None:
            return
        store, channel = self._services.store, self._profile.channel
        async with self._one_at_a_time:
            try:
                await asyncio.wrap_future(store.channels.save_check(channel, check))
                bound_here = await asyncio.to_thread(store.bindings.count_own, channel)
            except BindtoolError as error:
                self._say(error)
                return
            # The profile as it is now: its rules may have changed, or another channel's profile may be open.
            profile = self._profile
            if profile is None or profile.channel != channel:
                return
            self._check, self._bound_here = check, bound_here
        if check.step is CheckStep.DONE:
            self._save_profile(with_answer(profile, check))
        elif profile.behaviour is not Behaviour.NOT_CHECKED:
            self._save_profile(
                replace(profile, behaviour=Behaviour.NOT_CHECKED, checked_by="", checked_on=None, sender=False)
            )
        else:
            self._show()

    def _save_profile(self, profile: Profile) -> None:
        """Save the profile, unless IT has set it; use it from now on in any case."""
        if not profile.read_only:
            try:
                self._services.repository.replace(profile)
            except BindtoolError as error:
                self._say(error)
                return
        self._state.change_profile(profile)
        self._learnt()
        self._show()

    def _copy_question(self) -> None:
        if self._profile is not None:
            copy_text(for_coze(self._texts, self._profile.channel))
            self._show_reply(Reply(Tone.GOOD, self._texts("handout.note")))

    # sending

    def _begin_to_send(self, number: int) -> None:
        job = next((job for job in self._document.sheet.jobs() if job.number == number), None)
        profile, head = self._profile, self._document.head
        if job is None or profile is None or head is None or not self._session.free:
            self._say(BadInput("channel_check.not_now"))
            return
        self.show_sending(self._texts("channel_check.sending", device_id=job.device.device_id))
        self._sent = job
        self._session.start(BindJob(head.sheet_id, profile, (job,), head.operator, checking=True))

    def _show_not_begun(self, _: BindJob, error: BindtoolError | None) -> None:
        job, self._sent = self._sent, None
        if job is not None:
            self._show()
            if error is not None or job not in self._ready:
                self._say(error or BadInput("channel_check.not_now"))

    def _show_progress(self, progress: Progress) -> None:
        if self._sent is not None and progress.wait is not None:
            self.show_sending(self._texts(WAIT_TEXTS[progress.wait], seconds=progress.seconds))

    def _show_obstacle(self, obstacle: NeverSent | None, _: int) -> None:
        self._obstacle, profile = obstacle, self._profile
        if self._sent is not None and profile is not None:
            who = profile.who_to_ask
            if obstacle is None:
                self.reply.clear()
            else:
                self.reply.say(obstacle_reply(self._texts, obstacle, who))

    def _clear_obstacle(self) -> None:
        """Show the current obstacle anew: the proxy's log-in was entered."""
        if self._sent is not None:
            self.reply.clear()

    def _enter_proxy_login(self) -> None:
        if self._obstacle is not None:
            self._services.proxy_logins.request(self._obstacle)

    def _show_finished(self, result: Result) -> None:
        job, self._sent = self._sent, None
        if job is None:
            return
        if result.progress.bound:
            self._advance(self._check.accepted(job.device))
            return
        self._show()
        self._show_reply(self._why_not_bound(job, result.concluded.advice))

    def _why_not_bound(self, job: Job, advice: Advice | None) -> Reply:
        row = self._document.sheet[job.number]
        state = state_words(self._texts, self._document.sheet.status(job.number).state)
        title = self._texts("channel_check.not_bound", device_id=row.device_id, state=state)
        body = self._texts("channel_check.another")
        if advice is not None:
            title, body = self._texts.say(advice.title), self._texts.say(advice.body)
        words = answer_words(self._texts, row.outcome.answer) if row.outcome.answer is not None else ""
        return Reply(Tone.UNSURE, title, "\n".join(filter(None, (body, words))))

    def _show_broken(self, error: BindtoolError) -> None:
        if self._sent is not None:
            self._sent = None
            self._show()
            self._say(error)

    def _say(self, error: BindtoolError) -> None:
        self._show_reply(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))
