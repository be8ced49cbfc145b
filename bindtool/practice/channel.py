"""The channel of practice mode, and its profile."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bindtool.core.model.channel import Behaviour

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.profiles.profile import Profile

CONNECTOR_ID: Final = "7000000000000000001"
KEY: Final = "device_id"
TOKEN: Final = "pat_practice"  # noqa: S105 - it opens nothing but the practice server

USER_ID: Final = "7000000000000000002"
USER_NAME: Final = "practice"
NICK_NAME: Final = "Practice account"
PROFILE_NAME: Final = "practice"
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {PROFILE_NAME: "practice.profile", NICK_NAME: "practice.account"}
)
"""The stored names of the profile and its account, with the ids of their displayed texts."""

REFUSED_ENDING: Final = "0000"
"""A device id with this ending is refused, and with it every request that contains it."""

LOST_ENDING: Final = "9999"
"""A device id with this ending is bound, but its first answer never arrives."""

ALWAYS_LOST_ENDING: Final = "8888"
"""A device id with this ending is bound, but none of its answers ever arrives."""

LATENCY: Final = 0.150
"""Seconds from a request's arrival to its answer."""

RATE: Final = 5
"""Requests that are accepted in a second, all of them at once if need be."""

_BEFORE_SERIES: Final = 0x112
_SAMPLE_ENDINGS: Final = (
    *(f"{number:04}" for number in range(2001, 2009)),
    REFUSED_ENDING,
    *(f"{number:04}" for number in range(2009, 2015)),
    LOST_ENDING,
    *(f"{number:04}" for number in range(2015, 2019)),
)


def sample_ids(series: int) -> tuple[str, ...]:
    """Return 20 device ids, others for each `series` from 1 on: one is refused, another one's answer is lost once.

    `resources/sample/devices.csv` has the first series.
    """
    return tuple(f"SPK26{_BEFORE_SERIES + series:03X}F{ending}" for ending in _SAMPLE_ENDINGS)


def practice_profile(site: str) -> Profile:
    """Return the profile for a practice server that listens at `site`."""
    # The window's first paint needs the names, but no profile.
    from bindtool.core.profiles.profile import Profile

    return Profile(
        name=PROFILE_NAME,
        connector_id=CONNECTOR_ID,
        site=site,
        key=KEY,
        user_id=USER_ID,
        user_name=NICK_NAME,
        behaviour=Behaviour.ADDS,
    )
