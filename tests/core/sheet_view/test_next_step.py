"""The one next step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.sheet_view.next_step import Handling, NextStep, Step, StepFacts, next_step, why_not_bind

FACTS = StepFacts(profile=True, token=True, running=False, stopping=False, ready=0, to_handle=0, bound=0)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, NextStep(Step.BIND, 0, Message.of("blocked.nothing_ready"))),
        ({"profile": False, "token": False}, NextStep(Step.SET_UP_PROFILE)),
        ({"token": False}, NextStep(Step.ENTER_TOKEN)),
        ({"ready": 209}, NextStep(Step.BIND, 209)),
        ({"ready": 9, "token": False}, NextStep(Step.ENTER_TOKEN)),
        ({"ready": 9, "profile": False}, NextStep(Step.SET_UP_PROFILE)),
        ({"ready": 9, "profile": False, "token": False}, NextStep(Step.SET_UP_PROFILE)),
        (
            {"ready": 9, "closed": True, "token": False},
            NextStep(Step.BIND, 9, Message.of("blocked.not_the_sender")),
        ),
        ({"bound": 209, "closed": True}, NextStep(Step.REPORT, 209)),
        ({"ready": 1, "to_handle": 3, "bound": 200}, NextStep(Step.BIND, 1)),
        ({"to_handle": 3, "bound": 206}, NextStep(Step.HANDLE, 3)),
        ({"to_handle": 3, "token": False}, NextStep(Step.HANDLE, 3)),
        ({"bound": 209}, NextStep(Step.REPORT, 209)),
        ({"bound": 13, "held": 2}, NextStep(Step.DECIDE, 2)),
        ({"held": 2}, NextStep(Step.DECIDE, 2)),
        ({"held": 2, "token": False}, NextStep(Step.DECIDE, 2)),
        ({"held": 2, "profile": False, "token": False}, NextStep(Step.SET_UP_PROFILE)),
        ({"bound": 13, "held": 2, "profile": False, "token": False}, NextStep(Step.REPORT, 13)),
        ({"ready": 1, "held": 2}, NextStep(Step.BIND, 1)),
        ({"to_handle": 3, "held": 2}, NextStep(Step.HANDLE, 3)),
        ({"bound": 209, "profile": False, "token": False}, NextStep(Step.REPORT, 209)),
        ({"running": True, "ready": 5, "to_handle": 3, "bound": 200}, NextStep(Step.STOP)),
        ({"running": True, "profile": False, "token": False}, NextStep(Step.STOP)),
        (
            {"running": True, "stopping": True, "ready": 5},
            NextStep(Step.STOP, blocked=Message.of("blocked.stopping")),
        ),
    ],
)
def test_bind_then_stop_then_handle_then_decide_then_report(facts: dict[str, Any], expected: NextStep) -> None:
    """A run can be stopped before all else; the report comes after all that is ready, to handle or held."""
    assert next_step(replace(FACTS, **facts)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"handling": Handling(147, refused=True, n=3)}, NextStep(Step.SCAN_AGAIN, 147)),
        ({"handling": Handling(147, refused=True, n=3), "token": False}, NextStep(Step.SCAN_AGAIN, 147)),
        (
            {"handling": Handling(147, refused=True, n=3, awaited=True)},
            NextStep(Step.SCAN_AGAIN, 147, Message.of("blocked.scan_awaited", row=147)),
        ),
        ({"handling": Handling(188, refused=False, n=3)}, NextStep(Step.BIND_AGAIN, 3)),
        ({"handling": Handling(188, refused=False, n=3), "token": False}, NextStep(Step.ENTER_TOKEN)),
        ({"handling": Handling(147, refused=True, n=3), "running": True}, NextStep(Step.STOP)),
    ],
)
def test_what_helps_the_chosen_row(facts: dict[str, Any], expected: NextStep) -> None:
    """In the view of the rows to handle a refused one is scanned again, any other is sent again."""
    facts = {"ready": 9, "to_handle": 3, "bound": 200, **facts}
    assert next_step(replace(FACTS, **facts)) == expected


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"profile": False, "token": False}, "blocked.no_profile"),
        ({"closed": True, "token": False}, "blocked.not_the_sender"),
        ({"token": False}, "blocked.no_token"),
    ],
)
def test_why_nothing_can_be_sent(facts: dict[str, Any], reason: str) -> None:
    """One reason is said, the first that has to be dealt with."""
    assert why_not_bind(replace(FACTS, **facts)) == Message.of(reason)
