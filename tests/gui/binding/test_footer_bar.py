"""The bottom of the window: counts, status, a run's progress, and one next step."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton

from bindtool.core.binding.events import WaitReason
from bindtool.core.binding.progress import Progress
from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.next_step import NextStep, Step
from bindtool.gui.binding.footer_bar import FooterBar
from bindtool.gui.common.theme import theme
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import click_again, find, press, said
from tests.gui.conftest import Show

NO_TOKEN, STOPPING = Message.of("blocked.no_token"), Message.of("blocked.stopping")
AWAITED = Message.of("blocked.scan_awaited", row=147)


@pytest.fixture
def footer(texts: Texts, show: Show) -> FooterBar:
    """Give the bottom of a small laptop's window."""
    made = FooterBar(texts)
    made.resize(1024, made.sizeHint().height())
    show(made)
    return made


def step_button(footer: FooterBar) -> QPushButton:
    """Return the one button that can be seen."""
    (button,) = (one for one in footer.findChildren(QPushButton) if one.isVisible())
    return button


def test_the_usual_counts_are_always_there(footer: FooterBar) -> None:
    """GIVEN a sheet WHEN its counts are shown THEN the usual ones are there even at nought, for eye and ear."""
    footer.show_counts({State.READY: 209, State.INCOMPLETE: 1, State.BOUND: 2}, 212, 1)

    summary = find(footer, QLabel, "Summary")
    assert summary.text().split("    ") == ["All 212", "Ready 209", "Held 1", "Bound 2", "Refused 0", "Unknown 0"]
    assert summary.accessibleDescription() == "All 212, Ready 209, Held 1, Bound 2, Refused 0, Unknown 0"


def test_rare_counts_show_only_where_there_are_any(footer: FooterBar) -> None:
    """GIVEN rows in rare states WHEN counts are shown THEN they are named too; held ones are not counted twice."""
    counts = {State.INCOMPLETE: 3, State.SENDING: 50, State.WAITING: 4, State.UNSENT: 6}

    footer.show_counts(counts, 63, 1)

    assert find(footer, QLabel, "Summary").text().endswith("Incomplete 2    Under way 54    Not sent 6")


def test_bound_ones_on_a_channel_that_nobody_has_checked(footer: FooterBar) -> None:
    """GIVEN nobody knows whether bound devices stay WHEN some are bound THEN their count says so, and no other."""
    footer.show_counts({State.READY: 3, State.BOUND: 2}, 5, 0, unchecked=True)
    summary = find(footer, QLabel, "Summary")
    assert "Ready 3    Held 0    Bound 2 · channel not checked    Refused 0" in summary.text()

    footer.show_counts({State.READY: 5}, 5, 0, unchecked=True)
    assert "checked" not in summary.text()


@pytest.mark.parametrize(
    ("step", "name", "words"),
    [
        (NextStep(Step.SET_UP_PROFILE), "Set up profile", "Set up profile"),
        (NextStep(Step.ENTER_TOKEN), "Enter token", "Enter token"),
        (NextStep(Step.BIND, 209), "Bind", "Bind 209 devices"),
        (NextStep(Step.BIND, 1), "Bind", "Bind 1 device"),
        (NextStep(Step.STOP), "Stop", "Stop"),
        (NextStep(Step.HANDLE, 3), "Show", "Show 3 to handle"),
        (NextStep(Step.SCAN_AGAIN, 147), "Scan it again", "Scan row 147 again"),
        (NextStep(Step.BIND_AGAIN, 3), "Bind again", "Bind 3 devices again"),
        (NextStep(Step.REPORT, 206), "Save today's report", "Save today's report"),
    ],
)
def test_the_corner_holds_one_step(footer: FooterBar, step: NextStep, name: str, words: str) -> None:
    """GIVEN a next step WHEN its button, which alone is there, is pressed, or taken by a key, THEN that is told."""
    told = QSignalSpy(footer.step_requested)
    footer.show_step(step)

    assert step_button(footer).accessibleName() == name
    assert step_button(footer).text() == words
    assert step_button(footer).height() >= theme.TARGET
    assert not step_button(footer).isDefault()
    press(footer, name)
    footer.take_step()
    assert [told.at(at) for at in range(told.count())] == [[step.step]] * 2


@pytest.mark.parametrize(
    ("step", "words", "reason"),
    [
        (NextStep(Step.BIND, 209, NO_TOKEN), "Bind: no token yet", "no token yet"),
        (NextStep(Step.BIND_AGAIN, 3, NO_TOKEN), "Bind again: no token yet", "no token yet"),
        (
            NextStep(Step.STOP, blocked=STOPPING),
            "Stopping: waiting for the last answer",
            "waiting for the last answer",
        ),
        (NextStep(Step.SCAN_AGAIN, 147, AWAITED), "Scan row 147 now, or Esc", "Scan row 147 now, or Esc"),
    ],
)
def test_a_disabled_step_says_why(footer: FooterBar, step: NextStep, words: str, reason: str) -> None:
    """GIVEN a step that can't be taken WHEN it is shown THEN it says why on itself, and no key takes it."""
    footer.show_step(step)
    told = QSignalSpy(footer.step_requested)

    footer.take_step()

    assert not step_button(footer).isEnabled()
    assert step_button(footer).text() == words
    assert step_button(footer).accessibleDescription() == reason
    assert step_button(footer).toolTip() == words
    assert told.count() == 0


def test_a_step_is_free_again(footer: FooterBar) -> None:
    """GIVEN a step that was blocked WHEN the reason is gone THEN it can be taken."""
    footer.show_step(NextStep(Step.BIND, 209, NO_TOKEN))

    footer.show_step(NextStep(Step.BIND, 209))

    assert step_button(footer).isEnabled()
    assert step_button(footer).accessibleDescription() == "Bind 209 devices"


def test_the_second_click_of_a_double_click_stops_nothing(footer: FooterBar) -> None:
    """GIVEN Stop where Bind was WHEN the second click of a double click lands on it THEN the run goes on."""
    footer.show_step(NextStep(Step.STOP))
    told = QSignalSpy(footer.step_requested)

    click_again(step_button(footer))

    assert told.count() == 0


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(209, bound=150), "150 of 209 bound"),
        (Progress(209, bound=150, refused=2, unknown=1), "150 of 209 bound · 2 refused · 1 unknown"),
        (Progress(209, bound=150, per_minute=6000), "150 of 209 bound · 6,000 a minute"),
        (Progress(209, bound=150, per_minute=300, rest=25), "150 of 209 bound · 300 a minute · about 25 s left"),
        (Progress(209, rest=180), "0 of 209 bound · about 3 min left"),
        (Progress(209, rest=4800), "0 of 209 bound · about 1 h 20 min left"),
        (
            Progress(209, bound=150, looking=6, per_minute=300),
            "150 of 209 bound · Looking for the refused device: 6 left",
        ),
        (
            Progress(209, wait=WaitReason.ASKED, seconds=3, per_minute=300, rest=60),
            "0 of 209 bound · The server asked us to wait: 3 s. · about 1 min left",
        ),
        (
            Progress(209, wait=WaitReason.ASKED, seconds=61),
            "0 of 209 bound · The server asked us to wait: 61 s. Other laptops may be binding too.",
        ),
        (
            Progress(209, wait=WaitReason.OFFLINE, seconds=8),
            "0 of 209 bound · The server can't be reached. Trying again in 8 s.",
        ),
        (
            Progress(209, looking=6, wait=WaitReason.LOST, seconds=2),
            "0 of 209 bound · No answer came. Sending again in 2 s.",
        ),
    ],
)
def test_a_run_is_told_in_one_sentence(footer: FooterBar, progress: Progress, words: str) -> None:
    """GIVEN a run WHEN its progress is shown THEN one sentence says it, in place of the status."""
    footer.show_status("Saved")

    footer.show_progress(progress)

    assert said(footer).split("\n")[1:] == [words]
    bar = find(footer, QProgressBar, "Progress")
    assert bar.value() == progress.bound + progress.refused + progress.unknown
    assert bar.maximum() == 209
    assert bar.accessibleDescription() == words
    assert bar.width() == footer.width()


def test_the_status_comes_back_after_a_run(footer: FooterBar) -> None:
    """GIVEN a run's progress WHEN the run is over THEN the status is seen again."""
    footer.show_status("Saved")
    footer.show_progress(Progress(209, bound=209))

    footer.show_progress(None)

    assert said(footer).split("\n")[1:] == ["Saved"]
    assert not any(bar.isVisible() for bar in footer.findChildren(QProgressBar))


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_the_usual_fits_a_small_laptop(footer: FooterBar) -> None:
    """GIVEN large counts and a long wait WHEN the window is small THEN no line has to be cut."""
    footer.show_counts({State.READY: 12_345, State.BOUND: 12_345}, 24_690, 123)
    footer.show_progress(Progress(12_345, wait=WaitReason.ASKED, seconds=300))
    footer.show_step(NextStep(Step.BIND, 12_345))

    lines = [label for label in footer.findChildren(QLabel) if label.isVisible()]
    assert [label.text() for label in lines if label.toolTip()] == []
    assert footer.minimumSizeHint().width() <= 1024
