"""Every code that a bind call can meet is explained, and taken as its text says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bindtool.core.api.codes import MEANINGS, WAITED_OUT, meaning
from bindtool.core.api.responses import HttpReply
from bindtool.core.api.verdict import StopCause, Verdict, VerdictKind, judge
from bindtool.core.common.messages import Message

STOPS = {
    StopCause.AUTHENTICATION: (4100, 700012006),
    StopCause.PERMISSION: (4101,),
    StopCause.CHANNEL: (4200,),
    StopCause.BILLING: (4011, 4019, 4022, 4027, 4028, 788788103),
    StopCause.RISK_CONTROL: (4102,),
}
CAUSES = {code: cause for cause, codes in STOPS.items() for code in codes}
WAITED = {4008: VerdictKind.WAIT, 4009: VerdictKind.WAIT, 4013: VerdictKind.WAIT, 4020: VerdictKind.WAIT}
TROUBLE = {5000: VerdictKind.LOST, 720701013: VerdictKind.LOST}


def judged(code: int) -> Verdict:
    """Return what an answer of HTTP 200 with this code means."""
    return judge(HttpReply(datetime(2026, 12, 1, tzinfo=UTC), 200, {}, json.dumps({"code": code}).encode()))


def test_all_codes_of_a_bind_call_are_explained() -> None:
    """The codes that stop a run, those that are waited out, and 4000."""
    assert MEANINGS.keys() == {4000, *CAUSES, *WAITED, *TROUBLE}
    assert {*WAITED, *TROUBLE} == WAITED_OUT


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_a_code_is_taken_as_it_is_explained(code: int) -> None:
    """A run stops for it, waits it out, or takes the request for refused."""
    kinds = {**dict.fromkeys(CAUSES, VerdictKind.STOP), **WAITED, **TROUBLE}
    verdict = judged(code)
    assert verdict.kind is kinds.get(code, VerdictKind.REFUSED)
    assert verdict.cause is CAUSES.get(code)
    assert verdict.trouble is (code in TROUBLE)


def test_what_a_code_means() -> None:
    """Of an unknown code nothing is said."""
    assert meaning(4200, "Li") == Message.of("code.4200", who="Li")
    assert meaning(4321, "Li") is None
    assert meaning(None, "Li") is None
