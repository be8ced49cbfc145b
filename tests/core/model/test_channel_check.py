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


BEGUN, EMPTY = ChannelCheck(), ChannelCheck().answered(Already.NO)
LOOKED = (Seen.NEITHER, "Li", TODAY)

# The answers that were given, the next step, and what is known of the channel then.
STEPS: list[tuple[ChannelCheck, CheckStep, Behaviour]] = [
    (BEGUN, CheckStep.QUESTION, Behaviour.NOT_CHECKED),
    (EMPTY, CheckStep.FIRST, Behaviour.NOT_CHECKED),
    (BEGUN.answered(Already.YES), CheckStep.WARNING, Behaviour.NOT_CHECKED),
    (BEGUN.answered(Already.UNKNOWN), CheckStep.WARNING, Behaviour.NOT_CHECKED),
    (BEGUN.answered(Already.YES).taking_the_risk(), CheckStep.FIRST, Behaviour.NOT_CHECKED),
    (BEGUN.answered(Already.UNKNOWN).taking_the_risk(), CheckStep.FIRST, Behaviour.NOT_CHECKED),
    (BEGUN.answered(Already.UNKNOWN).answered(Already.NO), CheckStep.FIRST, Behaviour.NOT_CHECKED),
    (EMPTY.accepted(A), CheckStep.SECOND, Behaviour.NOT_CHECKED),
    (EMPTY.accepted(A).accepted(B), CheckStep.LOOK, Behaviour.NOT_CHECKED),
    (SENT.looked(*LOOKED), CheckStep.LOOK, Behaviour.NOT_CHECKED),
    (SENT.looked(Seen.BOTH, "Li", TODAY), CheckStep.DONE, Behaviour.ADDS),
    (SENT.looked(Seen.ONLY_SECOND, "Li", TODAY), CheckStep.DONE, Behaviour.REPLACES),
    (SENT.looked(*LOOKED).looked(Seen.BOTH, "Wang", TODAY), CheckStep.DONE, Behaviour.ADDS),
    (SENT.looked(*LOOKED).begun_again(), CheckStep.FIRST, Behaviour.NOT_CHECKED),
    (SENT.looked(Seen.BOTH, "Li", TODAY).looking_again(), CheckStep.LOOK, Behaviour.NOT_CHECKED),
]


@pytest.mark.parametrize(("check", "step", "behaviour"), STEPS)
def test_the_answers_lead_to_a_step(check: ChannelCheck, step: CheckStep, behaviour: Behaviour) -> None:
    """The risk is taken before anything is sent, and only a look that shows B ends the check."""
    assert (check.step, check.behaviour) == (step, behaviour)


def test_what_was_answered_is_kept() -> None:
    """The devices in the order of their requests, and who looked last, on which day."""
    check = EMPTY.accepted(A).accepted(B).looked(*LOOKED).looked(Seen.BOTH, "Wang", date(2026, 11, 26))
    assert (check.first, check.second, check.checked_by, check.checked_on) == (A, B, "Wang", date(2026, 11, 26))


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
