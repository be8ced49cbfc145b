"""What is said of a run, and what its buttons do: by the real window, over a session that binds nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.advice import Action, Advice
from bindtool.core.binding.events import Ended, Ending
from bindtool.core.binding.progress import Progress
from bindtool.core.common.errors import (
    BadInput,
    BindtoolError,
    LedgerFailed,
    PasswordStoreLocked,
    StoreFailed,
    TokenMissing,
    TokenNotForSite,
)
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.jobs.bind_job import BindJob, Concluded
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.profiles.profile import Profile
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.next_step import Step
from bindtool.gui.binding.run_presenter import RunPresenter
from bindtool.gui.binding.run_session import Result
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.scan_session import ScanResult
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.support.clipboard_export import ClipboardExport
from bindtool.i18n.catalogue import Texts
from tests.gui.binding.desk import Desk
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE

PROFILE = Profile("Line 2", "7412345678901234567", label_template="S-{id:-1}", proven=True)
LOST = Outcome().begun(1).settled(State.UNKNOWN)
TITLE = Message.of("advice.go_on.title", n=3)


class Bench(Desk):
    """Somebody with four devices on the sheet of a window, which shows the runs of that sheet."""

    def __init__(self, window: MainWindow, texts: Texts, services: Services, qtbot: QtBot) -> None:
        document = SheetDocument(window.model, services.store, services.clock, services.tasks)
        super().__init__(document, services, qtbot, PROFILE)
        self.window = window
        self.services = services
        export = ClipboardExport(
            texts, document, services.store, window.notices, services.clock, services.tasks, practice=False
        )
        self.presenter = RunPresenter(
            window, services, document, self.session, self.starter, export, window.footer, window.summary
        )

    @property
    def offered(self) -> list[str]:
        """The ids of the buttons of what is said, the greater one last."""
        first = self.window.notices.first
        words = [option.words for option in first.options] if first is not None else []
        return [each.id.removeprefix("action.") if isinstance(each, Message) else "" for each in words]

    @property
    def title(self) -> str:
        """The id of what is said; "" for nothing."""
        said = self.window.notices.first.title if self.window.notices.first is not None else None
        return said.id if isinstance(said, Message) else ""


@pytest.fixture
def desk(window: MainWindow, texts: Texts, services: Services, qtbot: QtBot) -> Bench:
    """Give that person."""
    return Bench(window, texts, services, qtbot)


# ---------------------------------------------------------------- Continue, after a token has come


@pytest.mark.parametrize(
    ("bound", "paused", "buttons"),
    [
        pytest.param(1, True, ["continue"], id="three left"),
        pytest.param(4, True, [], id="none left"),
        pytest.param(1, False, [], id="nothing was paused"),
    ],
)
def test_a_token_has_come(desk: Bench, bound: int, *, paused: bool, buttons: list[str]) -> None:
    """Where a run waits for it and something is left, going on is offered, with how many; once."""
    desk.stopped(dict.fromkeys(range(1, bound + 1), Outcome(State.BOUND)))
    desk.window.notices.show_error(TokenMissing("token.missing", name="line"), Action.ENTER_TOKEN)
    desk.session.paused = paused
    desk.presenter.token_came()
    assert desk.offered == buttons
    assert desk.title == (TITLE.id if buttons else "")
    desk.window.notices.clear()
    desk.presenter.token_came()
    assert desk.window.notices.first is None


def test_continue_sends_what_is_left(desk: Bench) -> None:
    """At once, and takes its own offer away; what was edited since stays."""
    desk.stopped({1: Outcome(State.BOUND)})
    desk.type(2, Column.LABEL, "another")
    desk.session.paused = True
    desk.presenter.token_came()
    desk.window.notices.acted.emit(Action.CONTINUE)
    assert desk.handed() == ["SPK3", "SPK4"]
    assert desk.window.notices.first is None


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        pytest.param(Action.TRY_AGAIN, ["SPK4"], id="try again"),
        pytest.param(Action.SEND_UNKNOWN_AGAIN, ["SPK3"], id="send the unknown again"),
    ],
)
def test_other_actions_ask_first(desk: Bench, action: Action, asked: list[str]) -> None:
    """Nothing of it leaves before somebody has confirmed it."""
    desk.document.settle({1: Outcome(State.BOUND), 2: Outcome(State.REFUSED), 3: LOST})
    desk.window.notices.show_error(BadInput("file.empty"))
    desk.press(lambda: desk.window.notices.acted.emit(action))
    assert desk.handed() == []
    assert desk.confirmed() == asked
    assert desk.window.notices.first is None


def test_send_again_asks_about_what_was_refused_and_lost(desk: Bench) -> None:
    """The action of the menu; from the view of what is to handle, the rows that are named there."""
    desk.document.settle({1: Outcome(State.BOUND), 2: Outcome(State.REFUSED), 3: LOST})
    desk.press(desk.window.actions_["bind_again"].trigger)
    assert desk.confirmed() == ["SPK2", "SPK3"]
    desk.session.end()
    desk.press(lambda: desk.presenter.bind_rows(frozenset({2})))
    assert desk.confirmed() == ["SPK2"]
    desk.session.end()
    assert not desk.presenter.bind_rows(frozenset({1, 4}))
    assert desk.confirmed() == []


def test_without_a_profile_nothing_is_sent(desk: Bench) -> None:
    """A button that was left of another time does nothing."""
    desk.stopped({})
    desk.state.open_profile(None)
    for action in (Action.CONTINUE, Action.TRY_AGAIN, Action.SEND_UNKNOWN_AGAIN):
        desk.window.notices.acted.emit(action)
    assert desk.handed() == []
    assert desk.asked is None


# ---------------------------------------------------------------- what stands on the step button


@pytest.mark.parametrize(
    ("situation", "step", "why"),
    [
        ("ready", Step.BIND, None),
        ("a run", Step.STOP, "blocked.run_is_on"),
        ("no token", Step.ENTER_TOKEN, "blocked.no_token"),
        ("no profile", Step.SET_UP_PROFILE, "blocked.no_profile"),
        ("not the sender", Step.BIND, "blocked.not_the_sender"),
        ("to handle", Step.HANDLE, None),
        ("bound", Step.REPORT, None),
    ],
)
def test_the_next_step(desk: Bench, situation: str, step: Step, why: str | None) -> None:
    """By what is open, what runs and how the rows stand; and why nothing can be sent, if so."""
    if situation != "no token":
        desk.services.tokens.hold(PROFILE, AccessToken("pat_0123456789"))
    if situation == "a run":
        desk.session.start(BindJob(1, PROFILE, ()))
    elif situation == "no profile":
        desk.state.open_profile(None)
    elif situation == "not the sender":
        desk.use(replace(PROFILE, behaviour=Behaviour.REPLACES))
    elif situation in {"to handle", "bound"}:
        states = {4: Outcome(State.REFUSED)} if situation == "to handle" else {}
        desk.document.settle(dict.fromkeys(range(1, 5), Outcome(State.BOUND)) | states)
    assert desk.presenter.next_step().step is step
    reason = desk.presenter.why_not_bind()
    assert (reason.id if reason is not None else None) == why


# ---------------------------------------------------------------- the end of a run


ADVICE = Advice(TITLE, Message.of("advice.go_on.hint", n=3), Action.CONTINUE)
ALL_BOUND = Progress(total=4, bound=4)


@pytest.mark.parametrize("advised", [False, True])
def test_the_end_of_a_run(desk: Bench, clock: HandClock, qtbot: QtBot, *, advised: bool) -> None:
    """What there is to do, where there is something; else the summary."""
    concluded = Concluded(Ended(Ending.FINISHED), ADVICE if advised else None)
    desk.session.finished.emit(Result(Progress(total=4, bound=3, refused=1), concluded, clock.now(), 5.0))
    qtbot.waitUntil(lambda: advised or desk.window.summary.isVisible(), timeout=PATIENCE)
    assert desk.window.summary.isVisible() is not advised
    assert desk.title == ("advice.go_on.title" if advised else "")
    desk.session.started.emit()
    assert not desk.window.summary.isVisible()
    assert desk.title == ""


@pytest.mark.parametrize(
    ("ending", "progress", "advice", "result"),
    [
        pytest.param(Ending.FINISHED, ALL_BOUND, None, ScanResult.ALL_WELL, id="all bound"),
        pytest.param(Ending.FINISHED, ALL_BOUND, ADVICE, ScanResult.NEEDS_YOU, id="all bound, with advice"),
        pytest.param(Ending.FINISHED, Progress(4, 3, refused=1), None, ScanResult.NEEDS_YOU, id="one refused"),
        pytest.param(Ending.STOPPED, Progress(4, 2), None, None, id="stopped"),
        pytest.param(Ending.STOPPED, Progress(4, 2, refused=1), None, ScanResult.NEEDS_YOU, id="stopped, refused"),
        pytest.param(Ending.STOPPED, Progress(4, 2, unknown=1), None, ScanResult.NEEDS_YOU, id="stopped, unknown"),
        pytest.param(Ending.STOPPED, Progress(4, 2), ADVICE, ScanResult.NEEDS_YOU, id="stopped, with advice"),
    ],
)
def test_what_is_heard_of_the_end_of_a_run(
    desk: Bench,
    clock: HandClock,
    ending: Ending,
    progress: Progress,
    advice: Advice | None,
    result: ScanResult | None,
) -> None:
    """All well where nothing is left to do; nothing at all where a person has stopped it and knows the rest."""
    ended = QSignalSpy(desk.presenter.ended)
    desk.session.finished.emit(Result(progress, Concluded(Ended(ending), advice), clock.now(), 5.0))
    assert [ended.at(at) for at in range(ended.count())] == ([[result]] if result is not None else [])


@pytest.mark.parametrize(
    ("error", "buttons"),
    [
        (TokenNotForSite("token.no_site", name="line", site="x"), ["enter_token"]),
        (TokenMissing("token.missing", name="line"), ["enter_token"]),
        (TokenNotForSite("token.not_for_site", name="line", site="x", stored="y"), ["enter_token"]),
        (PasswordStoreLocked("password_store.locked"), ["hold_token", "try_again"]),
        (LedgerFailed("ledger.turn_lost"), []),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_run_that_does_not_begin(desk: Bench, error: BindtoolError, buttons: list[str]) -> None:
    """Why is said, with what helps; what the step button offers is not offered twice."""
    desk.services.tokens.hold(PROFILE, AccessToken("pat_0123456789"))
    desk.starter.failed.emit(error)
    assert (desk.title, desk.offered) == (error.title.id, buttons)


def test_a_token_is_asked_for_by_one_button(desk: Bench) -> None:
    """Where the step button asks for it, the bar does not."""
    desk.starter.failed.emit(TokenMissing("token.missing", name="line"))
    assert desk.presenter.next_step().step is Step.ENTER_TOKEN
    assert (desk.title, desk.offered) == ("token.missing.title", [])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BindtoolError("run.broken", detail="RuntimeError"), "run.broken.title"),
        (LedgerFailed("ledger.claims_lost"), "ledger.claims_lost.title"),
        # The scan field says it, which takes no scan now.
        (StoreFailed("store.disk_full"), ""),
    ],
)
def test_a_run_that_breaks(desk: Bench, error: Exception, said: str) -> None:
    """It is said what has failed, and the technician is called."""
    ended = QSignalSpy(desk.presenter.ended)
    desk.session.broken.emit(error)
    assert desk.title == said
    assert [ended.at(at) for at in range(ended.count())] == [[ScanResult.NEEDS_YOU]]


def test_what_is_in_the_way(desk: Bench, clock: HandClock) -> None:
    """It is said while it lasts; stopping the wait stops the run."""
    desk.session.start(BindJob(1, PROFILE, ()))
    desk.session.obstacle_changed.emit(NeverSent(clock.now(), NotSent.CONNECT), 4)
    assert desk.window.notices.first is not None
    desk.window.notices.acted.emit(Action.STOP_WAITING)
    assert desk.session.stopping
    desk.session.obstacle_changed.emit(None, 4)
    assert desk.window.notices.first is None
