"""The figures of the practice channel: what a practice profile is made from and what the rules hold to.

The values are made up; the site is not here, because its port is known only once the server listens.
"""

from __future__ import annotations

from typing import Final

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
