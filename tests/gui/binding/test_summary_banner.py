"""The sum of a run, and what is done next."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QPushButton

from bindtool.core.sheet_view.next_step import Step
from bindtool.gui.binding.summary_banner import RunSummary, SummaryBanner
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, press, said
from tests.gui.conftest import Show

ENDED_AT = datetime(2026, 11, 25, 9, 31, 4, tzinfo=UTC)
UNCHECKED = "Not checked on this channel: do earlier devices stay when new ones are sent?"
MIXED = RunSummary(bound=206, refused=2, unknown=1, unsent=3, held=1, ended_at=ENDED_AT, seconds=5.2, requests=17)
ALL_WELL = RunSummary(
    bound=209, refused=0, unknown=0, unsent=0, held=0, ended_at=ENDED_AT, seconds=0.2, unchecked=False
)


@pytest.fixture
def panel(texts: Texts, show: Show) -> SummaryBanner:
    """Give a panel as wide as a small laptop's window."""
    made = SummaryBanner(texts)
    made.resize(1024, 100)
    show(made)
    return made


def marks(panel: SummaryBanner) -> list[Mark | None]:
    """Return the drawings that can be seen."""
    return [label.mark for label in panel.findChildren(MarkLabel) if label.isVisible()]


def test_a_mixed_run_is_counted_by_state(panel: SummaryBanner) -> None:
    """GIVEN a run with all kinds of ends WHEN it is shown THEN each has count, word and drawing."""
    panel.show_run(MIXED)

    assert set(said(panel).split("\n")) == {
        "206 bound",
        "2 refused",
        "1 unknown",
        "3 not sent",
        "1 held",
        "09:31:04, 5 s · 17 requests",
        UNCHECKED,
    }
    assert marks(panel) == [Mark.BOUND, Mark.REFUSED, Mark.UNKNOWN, Mark.UNSENT, Mark.HELD]
    assert (
        panel.accessibleDescription()
        == "206 bound, 2 refused, 1 unknown, 3 not sent, 1 held. 09:31:04, 5 s · 17 requests"
    )


def test_a_run_without_a_fault_is_one_line(panel: SummaryBanner) -> None:
    """GIVEN a run in which all went well WHEN it is shown THEN one line says so, and there is nothing to handle."""
    panel.show_run(ALL_WELL)

    assert set(said(panel).split("\n")) == {"All 209 bound", "09:31:04, 1 s"}
    assert marks(panel) == [Mark.BOUND]
    assert not can_see(panel, "Check")


def test_a_run_that_bound_nothing_is_no_success(panel: SummaryBanner) -> None:
    """GIVEN a run that was stopped at once WHEN it is shown THEN it does not say that all are bound."""
    panel.show_run(RunSummary(0, 0, 0, 0, 0, ENDED_AT, 75))

    assert "0 bound" in said(panel)
    assert "1 min 15 s" in said(panel)
    assert not can_see(panel, "Publishing…")


def test_the_next_run_takes_the_place_of_the_last(panel: SummaryBanner) -> None:
    """GIVEN the sum of a run WHEN another run ends THEN only that one is seen."""
    panel.show_run(MIXED)

    panel.show_run(ALL_WELL)

    assert "refused" not in said(panel)
    assert UNCHECKED not in said(panel)


def test_its_actions_are_told(panel: SummaryBanner) -> None:
    """GIVEN a run with refused and unknown ones WHEN each action is pressed THEN it is told."""
    panel.show_run(MIXED)
    panel.show_step(Step.BIND, to_handle=6)
    spies = {
        "Save today's report": QSignalSpy(panel.report_requested),
        "Copy summary": QSignalSpy(panel.copy_summary_requested),
        "Show": QSignalSpy(panel.handle_requested),
        "Check": QSignalSpy(panel.check_requested),
        "Publishing…": QSignalSpy(panel.publish_requested),
    }

    for name in spies:
        press(panel, name)

    assert {name: spy.count() for name, spy in spies.items()} == dict.fromkeys(spies, 1)


@pytest.mark.parametrize(
    ("step", "to_handle", "offered"),
    [
        (Step.HANDLE, 3, {"Save today's report", "Copy summary"}),
        (Step.REPORT, 0, {"Copy summary"}),
        (Step.BIND, 3, {"Save today's report", "Copy summary", "Show 3 to handle"}),
        (Step.BIND, 0, {"Save today's report", "Copy summary"}),
    ],
)
def test_nothing_is_offered_twice(panel: SummaryBanner, step: Step, to_handle: int, offered: set[str]) -> None:
    """GIVEN a next step on the step button WHEN the sum is shown THEN it offers the rest, and not that step."""
    panel.show_run(MIXED)

    panel.show_step(step, to_handle)

    buttons = [one for one in panel.findChildren(QPushButton) if one.isVisible()]
    assert {one.text() for one in buttons} == {*offered, "Check", "Publishing…"}


def test_it_gives_way_to_the_rows_that_it_is_about(panel: SummaryBanner) -> None:
    """GIVEN a sum WHEN the rows to handle are shown THEN it makes room, and comes back unless it was put away."""
    panel.show_run(MIXED)

    panel.give_way(True)
    assert panel.isHidden()
    panel.give_way(False)
    assert not panel.isHidden()

    panel.give_way(True)
    panel.clear()
    panel.give_way(False)
    assert panel.isHidden()


def test_a_sum_that_is_put_away_before_it_has_come_does_not_come(
    panel: SummaryBanner, qapp: QApplication, heard: list[object]
) -> None:
    """GIVEN the end of a run WHEN a scan comes in at once THEN the sum stays away, and is not said."""
    panel.show_run(MIXED)
    shown = [panel.shown]

    panel.clear()
    qapp.processEvents()
    shown.append(panel.shown)

    assert shown == [MIXED, None]
    assert panel.isHidden()
    assert heard == []


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_it_fits_a_small_laptop(panel: SummaryBanner) -> None:
    """GIVEN large counts WHEN they are shown in a small window THEN nothing is wider than the window."""
    panel.show_run(RunSummary(12_345, 1_234, 1_234, 1_234, 123, ENDED_AT, 3_599))

    assert panel.minimumSizeHint().width() <= 1024
