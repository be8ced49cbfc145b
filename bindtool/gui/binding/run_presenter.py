"""Shows a run in the window: the step button, the progress, the summary, and the advice with its actions.

Connects run and widgets. `run_starter` starts a run, `run_session` carries it out; `core.binding.advice` decides
which advice is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.binding.advice import Action, Advice, advise_waiting
from bindtool.core.binding.events import Ending
from bindtool.core.binding.replace_mode import why_not_sender
from bindtool.core.common.errors import (
    AddressNotConfirmed,
    BindtoolError,
    PasswordStoreError,
    StoreFailed,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import FRESH, NEEDS_HAND, Answer, State
from bindtool.core.sheet_view.filters import RowFilter
from bindtool.core.sheet_view.next_step import Handling, NextStep, Step, StepFacts, next_step, why_not_bind
from bindtool.gui.binding.run_starter import AGAIN, RunStarter
from bindtool.gui.binding.summary_banner import RunSummary, SummaryBanner
from bindtool.gui.common.widgets.notices import Kind
from bindtool.gui.scanning.scan_session import ScanResult
from bindtool.i18n.row_text import answer_said

if TYPE_CHECKING:
    from bindtool.core.api.responses import NeverSent
    from bindtool.core.binding.progress import Progress
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.binding.footer_bar import FooterBar
    from bindtool.gui.binding.run_session import Result, RunSession
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.support.clipboard_export import ClipboardExport


class RunPresenter(QObject):
    """Shows the run, and the actions for it.

    Signals:
        counted(): the row counts by state were refreshed.
        ended(ScanResult): a run has ended; the result for the scan bar's flash and the sound.
    """

    counted = Signal()
    ended = Signal(object)

    def __init__(
        self,
        window: Window,
        services: Services,
        document: SheetDocument,
        session: RunSession,
        run_starter: RunStarter,
        clipboard_export: ClipboardExport,
        footer: FooterBar,
        summary: SummaryBanner,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.state = services.state
        self._document = document
        self._session = session
        self._run_starter = run_starter
        self._tokens = services.tokens
        self._proxy_logins = services.proxy_logins
        self._clipboard_export = clipboard_export
        self._footer = footer
        self._summary = summary
        self._progress: Progress | None = None
        self._obstacle: NeverSent | None = None
        self.handling: Handling | None = None
        """State of the rows to handle; None while they are not in view."""
        summary.copy_summary_requested.connect(self._copy_summary)
        window.notices.acted.connect(self._act)
        window.actions_.connect("bind_again", lambda: run_starter.ask(AGAIN), self._why_not_again)
        window.actions_["copy_summary"].triggered.connect(self._copy_summary)
        session.started.connect(self._show_started)
        session.progressed.connect(self._keep_progress)
        session.obstacle_changed.connect(self._show_obstacle)
        session.finished.connect(self._show_finished)
        session.broken.connect(self._show_broken)
        session.not_begun.connect(self._show_idle)
        run_starter.failed.connect(self._show_not_begun)
        services.tokens.waiting.connect(self._show_waiting)
        services.tokens.answered.connect(self._show_answered)
        services.proxy_logins.entered.connect(self._try_now)
        document.added.connect(self._hide_summary)

    def show_counts(self) -> None:
        """Show the row counts by state, the run's progress, and the next step."""
        sheet = self._document.sheet
        self._footer.show_progress(self._progress)
        counts = sheet.counts()
        self._footer.show_counts(counts, len(sheet), sheet.held(), unchecked=self._unchecked)
        step = self.next_step()
        self._footer.show_step(step)
        self._summary.show_step(step.step, self._step_facts().to_handle)
        self.counted.emit()

    def next_step(self) -> NextStep:
        """Return the step shown on the step button."""
        return next_step(self._step_facts())

    def why_not_bind(self) -> Message | None:
        """Return why nothing can be sent now; None if something can."""
        return Message.of("blocked.run_is_on") if self._session.running else why_not_bind(self._step_facts())

    def _why_not_again(self) -> Message | None:
        if self.state.profile is None:
            return Message.of("nothing.no_profile")
        if self._session.running:
            return Message.of("nothing.run_is_on")
        # If this laptop may not send, `run_starter` says so once asked.
        if why_not_sender(self.state.profile) is not None or RowFilter(AGAIN).choose(self._document.sheet):
            return None
        return Message.of("nothing.again")

    def bind_rows(self, numbers: frozenset[int]) -> bool:
        """Ask whether to bind again those of the rows that need handling; return whether there are any."""
        return self._run_starter.ask(NEEDS_HAND, numbers)

    def _step_facts(self) -> StepFacts:
        sheet, profile = self._document.sheet, self.state.profile
        counts = sheet.counts()
        return StepFacts(
            profile=profile is not None,
            token=profile is not None and self._tokens.has(profile.token),
            running=self._session.running,
            stopping=self._session.stopping,
            ready=sum(counts[state] for state in FRESH),
            to_handle=sum(counts[state] for state in NEEDS_HAND),
            bound=counts[State.BOUND],
            held=sheet.held(),
            closed=profile is not None and why_not_sender(profile) is not None,
            handling=self.handling,
        )

    @property
    def _answer(self) -> Answer | None:
        """The answer that has ended the last run, if any."""
        result = self._session.result
        return result.concluded.ended.answer if result is not None else None

    @property
    def _unchecked(self) -> bool:
        """Whether the channel's behaviour towards earlier devices is unknown."""
        profile = self.state.profile
        return profile is not None and profile.behaviour is Behaviour.NOT_CHECKED

    def token_came(self) -> None:
        """Offer to continue a run paused by an invalid token, in place of the old message."""
        self._window.notices.clear(Kind.ERROR, Kind.ADVICE)
        if self._session.paused:
            left = len(self._run_starter.left())
            if left:
                title, body = Message.pair("advice.go_on", n=left)
                self._window.notices.show_advice(Advice(title, body, Action.CONTINUE, n=left, calm=True))
        self._session.paused = False
        self.show_counts()

    def show_what_is_missing(self) -> None:
        """Show that the profile or the token is missing, or expires soon; scanning needs neither."""
        profile = self.state.profile
        if profile is None:
            self._advise("advice.no_profile", None)
        elif not self._tokens.has(profile.token):
            self._advise("advice.no_token", self._to_enter_token, who=profile.who_to_ask)
        elif (last_day := self._tokens.near_end(profile.token)) is not None:
            line = Message.of("token.near_end", date=last_day.isoformat(), who=profile.who_to_ask)
            self._window.notices.show_line(line)

    @property
    def _to_enter_token(self) -> Action | None:
        """Return the action, unless the step button offers it."""
        return None if self.next_step().step is Step.ENTER_TOKEN else Action.ENTER_TOKEN

    def _advise(self, stem: str, action: Action | None, **values: str | int) -> None:
        title, body = Message.pair(stem, **values)
        self._window.notices.show_advice(Advice(title, body, action, calm=True))

    def _copy_summary(self) -> None:
        self._clipboard_export.summary(unchecked=self._unchecked)

    def _act(self, action: Action) -> None:
        match action:
            case Action.TRY_NOW:
                self._proxy_logins.look_again()
                self._session.try_now()
            case Action.ENTER_PROXY_LOGIN if self._obstacle is not None:
                self._proxy_logins.request(self._obstacle)
            case Action.STOP_WAITING:
                self._session.stop()
            case _ if self.state.profile is not None:
                self._act_for(self.state.profile, action)

    def _act_for(self, profile: Profile, action: Action) -> None:
        """Carry out an action that needs a profile; `resume_controller` and `profiles.controller` handle the
        others.
        """
        match action:
            case Action.CONTINUE:
                self._window.notices.clear()
                self._run_starter.go_on()
            case Action.TRY_AGAIN:
                self._window.notices.clear()
                self._run_starter.ask()
            case Action.SEND_UNKNOWN_AGAIN:
                self._window.notices.clear()
                self._run_starter.ask_unanswered()
            case Action.COPY_NOTE_FOR_MANAGER:
                self._clipboard_export.note("support.to_manager", profile, self._answer)
            case Action.COPY_NOTE_FOR_OWNER:
                self._clipboard_export.note("support.to_owner", profile, self._answer)
            case Action.COPY_FOR_SUPPORT:
                asked = [row.number for row in self._document.sheet if row.outcome.answer is self._answer]
                self._clipboard_export.support(asked[:1])

    def _show_waiting(self) -> None:
        if self._session.beginning:
            self._advise("advice.password", Action.STOP_WAITING)

    def _show_answered(self) -> None:
        if self._session.beginning:
            self._window.notices.clear(Kind.ADVICE)

    def _keep_progress(self, progress: Progress) -> None:
        """Keep the progress, which is shown with the counts."""
        self._progress = progress

    def _hide_summary(self) -> None:
        self._summary.clear()

    def _show_started(self) -> None:
        self._summary.clear()
        self._window.notices.clear()
        self.show_counts()

    def _try_now(self) -> None:
        """Show the current obstacle anew: the proxy's log-in was entered."""
        if self._obstacle is not None:
            self._window.notices.clear(Kind.ADVICE)
            self._session.try_now()

    def _show_obstacle(self, obstacle: NeverSent | None, left: int) -> None:
        self._obstacle = obstacle
        self._window.notices.clear(Kind.ADVICE)
        profile = self.state.profile
        if obstacle is not None and profile is not None:
            self._window.notices.show_advice(advise_waiting(obstacle, profile.who_to_ask, left))

    def _show_finished(self, result: Result) -> None:
        progress, concluded = result.progress, result.concluded
        ended, advice = concluded.ended, concluded.advice
        self._progress = None
        to_handle = progress.refused + progress.unknown
        if concluded.ended.ending is not Ending.STOPPED or to_handle or advice is not None:
            # If the user has stopped it and all else went well, they know the rest.
            well = progress.bound == progress.total and advice is None
            self.ended.emit(ScanResult.ALL_WELL if well else ScanResult.NEEDS_YOU)
        if advice is not None:
            # One banner at a time: advice goes before the summary, whose counts the footer shows.
            extra = answer_said(ended.answer) if ended.answer is not None else None
            self._window.notices.show_advice(advice, extra or "")
            self.show_counts()
            return
        sheet, head = self._document.sheet, self._document.head
        self._summary.show_run(
            RunSummary(
                bound=progress.bound,
                refused=progress.refused,
                unknown=progress.unknown,
                unsent=progress.total - progress.bound - progress.refused - progress.unknown,
                held=sum(1 for row in sheet if row.held is not None),
                ended_at=result.time,
                seconds=result.seconds,
                requests=ended.requests,
                unchecked=self._unchecked,
                off_plan=head.off_plan(len(sheet)) if head is not None else None,
            )
        )
        self.show_counts()

    def _show_broken(self, error: BindtoolError) -> None:
        self._progress = None
        self.ended.emit(ScanResult.NEEDS_YOU)
        # Disk failures are shown with the scan field, which takes no scans then.
        if not isinstance(error, StoreFailed):
            self._window.notices.show_error(error)
        self.show_counts()

    def _show_idle(self) -> None:
        """Show the idle state: no run is active, and the last one sent nothing."""
        self._progress = None
        self.show_counts()

    def _show_not_begun(self, error: BindtoolError) -> None:
        if isinstance(error, AddressNotConfirmed):
            self._window.notices.show_error(error, Action.CONFIRM_ADDRESS)
        elif isinstance(error, (TokenMissing, TokenNotForSite)):
            self._window.notices.show_error(error, self._to_enter_token)
        elif isinstance(error, PasswordStoreError):
            self._window.notices.show_error(error, Action.TRY_AGAIN, Action.HOLD_TOKEN)
        else:
            self._window.notices.show_error(error)
        self.show_counts()
