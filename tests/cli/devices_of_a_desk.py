"""The devices that the tests of `bindtool bind` send, and how they are read back at the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bindtool.practice.rules import Call

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer

GOOD = [f"SPK{number:04}" for number in range(1, 10)]
REFUSED = "SPK0000"
LOST = "SPK9999"


def sent_ids(server: PracticeServer) -> list[list[str]]:
    """Return the devices of each request."""
    bodies = [json.loads(request.body) for request in server.requests if request.call is Call.BIND]
    return [[enum["value"] for enum in body["configs"][0]["enums"]] for body in bodies]
