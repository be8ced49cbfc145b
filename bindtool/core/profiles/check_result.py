"""What the check of a channel has found out, taken into the profile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import CheckStep

if TYPE_CHECKING:
    from bindtool.core.model.channel_check import ChannelCheck
    from bindtool.core.profiles.profile import Profile


def with_answer(profile: Profile, check: ChannelCheck) -> Profile:
    """Return the profile with what a check that is through has found out; two devices were accepted on the way."""
    return replace(
        profile, behaviour=check.behaviour, checked_by=check.checked_by, checked_on=check.checked_on, proven=True
    )


def as_known(profile: Profile, check: ChannelCheck | None) -> Profile:
    """Return the profile with all that is known on this laptop.

    Nobody can write to a file of IT's, so the answer of a check counts beside it until the file has one of its own.
    """
    done = check is not None and check.step is CheckStep.DONE
    if check is None or not done or not profile.read_only or profile.behaviour is not Behaviour.NOT_CHECKED:
        return profile
    return with_answer(profile, check)
