"""The words of a run."""

from __future__ import annotations

from bindtool.core.run import Ended, Ending, Policy
from bindtool.core.verdict import StopCause


def test_defaults_are_the_contracts() -> None:
    """50 devices a request, one at a time, 2 a second, a lost answer asked for twice more, no limit of waiting."""
    assert Policy() == Policy(50, 1, 2.0, 2, None, proven=False)


def test_every_cause_to_stop_is_an_ending() -> None:
    """Each answer that stops a run has an ending of its own name."""
    assert [Ending(cause).value for cause in StopCause] == [cause.value for cause in StopCause]


def test_an_end_blames_nothing_by_itself() -> None:
    """A run that simply finished has no answer to show, no time to come back, and no doubt about the channel."""
    assert Ended(Ending.FINISHED) == Ended(Ending.FINISHED, None, None, maybe_channel=False)
