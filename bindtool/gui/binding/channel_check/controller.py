"""Takes a person through the check of a channel: each step is saved, then the next one is shown.

The order of the steps is decided in `core.model.channel_check`. A test device is sent by an ordinary run
(`run_session`). The answer goes into the profile, where IT has not set that; the database keeps it in any case.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.jobs.bind_job import BindJob
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import ChannelCheck, CheckStep
from bindtool.core.profiles.profile import with_answer
from bindtool.gui.binding.channel_check.step_widgets import CheckView
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets.reply_box import Reply, obstacle_reply
from bindtool.gui.support.support_text import for_coze
from bindtool.i18n.row_text import answer_words

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.binding.advice import Advice
    from bindtool.core.binding.progress import Progress
    from bindtool.core.model.channel_check import Already, Seen
    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.binding.channel_check.page import ChannelCheckPage
    from bindtool.gui.binding.run_session import Result, RunSession
    from bindtool.gui.binding.summary_banner import SummaryBanner
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts


class ChannelCheckController(QObject):
    """Goes through the check.

    Signals:
        behaviour_changed(): something else is known of the channel now.
    """

    behaviour_changed = Signal()

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        session: RunSession,
        services: Services,
        page: ChannelCheckPage,
        summary: SummaryBanner,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._summary = summary
        self._texts = texts
        self._state = services.state
        self._document = document
        self._session = session
        self._services = services
        self._check = ChannelCheck()
        self._ready: tuple[Job, ...] = ()
        self._sent: Job | None = None
        self._obstacle: NeverSent | None = None
        page.answered.connect(self._answer)
        page.risk_taken.connect(lambda: self._advance(self._check.taking_the_risk()))
        page.copy_requested.connect(self._copy_question)
        page.send_requested.connect(self._begin_to_send)
        page.stop_requested.connect(session.stop)
        page.seen.connect(self._take_seen)
        page.again_requested.connect(lambda: self._advance(self._check.begun_again()))
        page.look_again_requested.connect(self._look_again)
        page.sender_requested.connect(self._become_sender)
        page.export_requested.connect(window.actions_["export_profile"].trigger)
        page.left.connect(lambda: window.show_page(window.sheet_page))
        document.changed.connect(self._show_other_rows)
        session.progressed.connect(self._show_progress)
        session.obstacle_changed.connect(self._show_obstacle)
        page.reply.acted.connect(self._enter_proxy_login)
        services.proxy_logins.entered.connect(self._clear_obstacle)
        session.finished.connect(self._show_finished)
        session.broken.connect(self._show_broken)
        session.not_begun.connect(self._show_not_begun)

    @property
    def _profile(self) -> Profile | None:
        return self._state.profile

    def begin(self, profile: Profile) -> None:
        """Show how far the check of the open profile's channel is."""
        self._check = self._services.store.channels.check(profile.channel) or ChannelCheck()
        if self._check.step is CheckStep.DONE and profile.behaviour is Behaviour.NOT_CHECKED:
            # Somebody has taken the answer out of the profile: what was sent stays sent.
            self._check = self._check.looking_again()
        self._show()
        self._window.show_page(self._page)

    def _show(self) -> None:
        profile, head = self._profile, self._document.head
        if profile is None:
            return
        store = self._services.store
        self._ready = self._document.sheet.jobs()
        self._page.show_view(
            CheckView(
                profile=profile,
                check=self._check,
                ready=self._ready,
                bound_here=len(store.ledger.bound_devices(profile.channel)),
                who=self._check.checked_by or (head.operator if head else ""),
                outside_profile=profile.read_only
                and self._services.repository.get(profile.name).behaviour is Behaviour.NOT_CHECKED,
            )
        )

    def _show_other_rows(self) -> None:
        """Offer what is ready by now, without taking away a choice that still holds."""
        sending = self._check.step in {CheckStep.FIRST, CheckStep.SECOND}
        if sending and self._page.isVisible() and self._sent is None and self._document.sheet.jobs() != self._ready:
            self._show()

    # what is answered

    def _answer(self, already: Already) -> None:
        self._advance(self._check.answered(already))

    def _take_seen(self, seen: Seen, who: str) -> None:
        self._advance(self._check.looked(seen, who, self._services.clock.now().date()))

    def _look_again(self) -> None:
        self._advance(self._check.looking_again())

    def _become_sender(self) -> None:
        if self._profile is not None:
            self._save_profile(replace(self._profile, sender=True))

    def _advance(self, check: ChannelCheck) -> None:
        self._page.disable()
        self._start(self._save_step(check))

    async def _save_step(self, check: ChannelCheck) -> None:
        """Save a step, then show the next; an answer is put into the profile, or removed from it again."""
        if self._profile is None:
            return
        channel = self._profile.channel
        try:
            await asyncio.wrap_future(self._services.store.channels.save_check(channel, check))
        except BindtoolError as error:
            self._say(error)
            return
        # As it is now: its rules may be others since, or another one was opened, whose channel was not asked about.
        profile = self._profile
        if profile is None or profile.channel != channel:
            return
        self._check = check
        if check.step is CheckStep.DONE:
            self._save_profile(with_answer(profile, check))
        elif profile.behaviour is not Behaviour.NOT_CHECKED:
            self._save_profile(
                replace(profile, behaviour=Behaviour.NOT_CHECKED, checked_by="", checked_on=None, sender=False)
            )
        else:
            self._show()

    def _save_profile(self, profile: Profile) -> None:
        """Save the profile, unless IT has set it, and use it from now on."""
        if not profile.read_only:
            try:
                self._services.repository.replace(profile)
            except BindtoolError as error:
                self._say(error)
                return
        self._state.change_profile(profile)
        # What the summary says of the channel was true of the run, and is no longer.
        self._summary.hide()
        self.behaviour_changed.emit()
        self._show()

    def _copy_question(self) -> None:
        if self._profile is not None:
            copy_text(for_coze(self._texts, self._profile.channel))
            self._page.show_reply(Reply(Tone.GOOD, self._texts("handout.note")))

    # what is sent

    def _begin_to_send(self, number: int) -> None:
        job = next((job for job in self._document.sheet.jobs() if job.number == number), None)
        profile, head = self._profile, self._document.head
        if job is None or profile is None or head is None or not self._session.free:
            self._say(BadInput("channel_check.not_now"))
            return
        self._page.show_sending(self._texts("channel_check.sending", device_id=job.device.device_id))
        self._sent = job
        self._session.start(BindJob(head.sheet_id, profile, (job,), head.operator))

    def _show_not_begun(self, _: BindJob, error: BindtoolError | None) -> None:
        job, self._sent = self._sent, None
        if job is not None:
            self._show()
            if error is not None or job not in self._ready:
                self._say(error or BadInput("channel_check.not_now"))

    def _show_progress(self, progress: Progress) -> None:
        if self._sent is not None and progress.wait is not None:
            self._page.show_sending(self._texts(f"foot.wait_{progress.wait}", seconds=progress.seconds))

    def _show_obstacle(self, obstacle: NeverSent | None, _: int) -> None:
        self._obstacle, profile = obstacle, self._profile
        if self._sent is not None and profile is not None:
            who = profile.who_to_ask
            self._page.show_obstacle(obstacle_reply(self._texts, obstacle, who) if obstacle is not None else None)

    def _clear_obstacle(self) -> None:
        """The log-in of a proxy was entered: what is still in the way then is told anew."""
        if self._sent is not None:
            self._page.show_obstacle(None)

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
        self._page.show_reply(self._why_not_bound(job, result.concluded.advice))

    def _why_not_bound(self, job: Job, advice: Advice | None) -> Reply:
        row = self._document.sheet[job.number]
        state = self._texts(f"state.{self._document.sheet.status(job.number).state}")
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
        self._page.show_reply(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        self._services.tasks.start(work)
