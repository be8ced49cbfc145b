"""The profile of practice mode: the practice channel as a profile, for the window and the command line alike.

Owns nothing but the choice of its values; they are the figures of `channel`, and what its rules do with a list.
"""

from __future__ import annotations

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile
from bindtool.practice import channel


def practice_profile(site: str) -> Profile:
    """Return the profile for a practice server that listens at `site`."""
    return Profile(
        name="practice",
        connector_id=channel.CONNECTOR_ID,
        site=site,
        key=channel.KEY,
        user_id=channel.USER_ID,
        user_name=channel.NICK_NAME,
        behaviour=Behaviour.ADDS,
    )
