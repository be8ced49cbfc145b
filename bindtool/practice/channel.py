"""The channel of practice mode, and the profile that leads to it."""

from __future__ import annotations

from typing import Final

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile

CONNECTOR_ID: Final = "7000000000000000001"
KEY: Final = "device_id"
TOKEN: Final = "pat_practice"  # noqa: S105 - it opens nothing but the practice server

USER_ID: Final = "7000000000000000002"
USER_NAME: Final = "practice"
NICK_NAME: Final = "Practice account"

REFUSED_ENDING: Final = "0000"
"""A device id with this ending is refused, and with it every request that holds it."""

LOST_ENDING: Final = "9999"
"""A device id with this ending is bound, but its first answer never arrives."""

LATENCY: Final = 0.150
"""Seconds from a request's arrival to its answer."""

RATE: Final = 5
"""Requests that are taken in a second, all of them at once if need be."""


def practice_profile(site: str) -> Profile:
    """Return the profile for a practice server that listens at `site`."""
    return Profile(
        name="practice",
        connector_id=CONNECTOR_ID,
        site=site,
        key=KEY,
        user_id=USER_ID,
        user_name=NICK_NAME,
        behaviour=Behaviour.ADDS,
    )
