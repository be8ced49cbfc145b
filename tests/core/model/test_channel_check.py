"""The guided check of a channel: its steps in order, and what the last answer means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck, CheckStep, Seen
from bindtool.core.model.device import Device
from bindtool.core.profiles.profile import Profile, as_known, with_answer

A, B, C = (Device(name, f"label {name}") for name in "ABC")
TODAY = date(2026, 11, 25)
SENT = ChannelCheck(Already.NO).accepted(A).accepted(B)
LINE_2 = Profile("Line 2", "745")


def test_the_steps_of_an_empty_channel() -> None:
    """Question, first device, second device, look, done: nothing to warn of where nothing is bound yet."""
    check = ChannelCheck()
    assert check.step is CheckStep.QUESTION
    check = check.answered(Already.NO)
    assert check.step is CheckStep.FIRST
    check = check.accepted(A)
    assert check.step is CheckStep.SECOND
    check = check.accepted(B)
    assert (check.step, check.first, check.second) == (CheckStep.LOOK, A, B)
    check = check.looked(Seen.BOTH, "Li", TODAY)
    assert (check.step, check.checked_by, check.checked_on) == (CheckStep.DONE, "Li", TODAY)


@pytest.mark.parametrize("already", [Already.YES, Already.UNKNOWN])
def test_devices_that_may_be_there_already(already: Already) -> None:
    """Before anything is sent, a person has to take the risk of replacing them."""
    check = ChannelCheck().answered(already)
    assert check.step is CheckStep.WARNING
    assert check.taking_the_risk().step is CheckStep.FIRST
    assert check.answered(Already.NO).step is CheckStep.FIRST


@pytest.mark.parametrize(
    ("seen", "behaviour", "step"),
    [
        (Seen.BOTH, Behaviour.ADDS, CheckStep.DONE),
        (Seen.ONLY_SECOND, Behaviour.REPLACES, CheckStep.DONE),
        (Seen.NEITHER, Behaviour.NOT_CHECKED, CheckStep.LOOK),
    ],
)
def test_what_the_look_means(seen: Seen, behaviour: Behaviour, step: CheckStep) -> None:
    """Both: adds. Only the second: replaces. Neither says nothing about that, and the check stays open."""
    check = SENT.looked(seen, "Li", TODAY)
    assert (check.behaviour, check.step) == (behaviour, step)


def test_a_second_look_counts() -> None:
    """After "neither", a later look brings the answer, under the name of who looked then."""
    check = SENT.looked(Seen.NEITHER, "Li", TODAY).looked(Seen.BOTH, "Wang", date(2026, 11, 26))
    assert (check.behaviour, check.checked_by, check.checked_on) == (Behaviour.ADDS, "Wang", date(2026, 11, 26))


def test_one_device_twice_is_no_second_one() -> None:
    """The look would tell nothing."""
    check = ChannelCheck(Already.NO).accepted(A)
    assert check.accepted(Device("A", "another label")) == check


def test_beginning_again_keeps_the_first_answers() -> None:
    """Two other devices are sent; whether there were earlier ones, and that the risk was taken, is known."""
    check = ChannelCheck(Already.YES).taking_the_risk().accepted(A).accepted(B).looked(Seen.NEITHER, "Li", TODAY)
    again = check.begun_again()
    assert again == ChannelCheck(Already.YES, risk_taken=True)
    assert again.accepted(C).first == C


def test_the_answer_goes_into_the_profile() -> None:
    """With who answered and when; that the channel has accepted devices is known then, too."""
    profile = with_answer(LINE_2, SENT.looked(Seen.BOTH, "Li", TODAY))
    assert profile == Profile(
        "Line 2", "745", behaviour=Behaviour.ADDS, checked_by="Li", checked_on=TODAY, proven=True
    )
    assert profile.known_to_accept


def test_an_answer_can_be_taken_back() -> None:
    """A press on the wrong button costs no devices: the look comes again."""
    check = SENT.looked(Seen.ONLY_SECOND, "Li", TODAY).looking_again()
    assert check == SENT
    assert check.step is CheckStep.LOOK


DONE = SENT.looked(Seen.BOTH, "Li", TODAY)
SET_BY_IT = Profile("Line 2", "745", read_only=True)


def test_an_answer_beside_the_file_of_it() -> None:
    """Nobody can write to it, so what was found out here counts beside it."""
    profile = as_known(SET_BY_IT, DONE)
    assert (profile.behaviour, profile.checked_by, profile.read_only) == (Behaviour.ADDS, "Li", True)


@pytest.mark.parametrize(
    ("profile", "check"),
    [
        (SET_BY_IT, None),
        (SET_BY_IT, ChannelCheck()),
        (SET_BY_IT, SENT),
        (SET_BY_IT, SENT.looked(Seen.NEITHER, "Li", TODAY)),
        (Profile("Line 2", "745", behaviour=Behaviour.REPLACES, read_only=True), DONE),
        (LINE_2, DONE),
    ],
)
def test_what_the_file_says_counts(profile: Profile, check: ChannelCheck | None) -> None:
    """Half a check is no answer, IT's own word comes first, and one's own profile has been told by its check."""
    assert as_known(profile, check) is profile


ACTS = st.sampled_from(
    [
        *(lambda check, already=already: check.answered(already) for already in Already),
        lambda check: check.taking_the_risk(),
        *(lambda check, device=device: check.accepted(device) for device in (A, B, C)),
        *(lambda check, seen=seen: check.looked(seen, "Li", TODAY) for seen in Seen),
        lambda check: check.looking_again(),
        lambda check: check.begun_again(),
    ]
)


@given(st.lists(ACTS, max_size=12))
def test_no_answer_without_two_devices(acts: list[object]) -> None:
    """Whatever is done in whatever order: at the end stand an answered question, two devices and a telling look."""
    check = ChannelCheck()
    for act in acts:
        assert callable(act)
        check = act(check)
    if check.step is CheckStep.DONE:
        assert check.already is Already.NO or check.risk_taken
        assert check.first is not None
        assert check.second is not None
        assert check.first.device_id != check.second.device_id
        assert check.seen in {Seen.BOTH, Seen.ONLY_SECOND}
