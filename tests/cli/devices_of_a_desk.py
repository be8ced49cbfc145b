"""The devices sent by the tests of `bindtool bind`."""

from __future__ import annotations

GOOD = [f"SPK{number:04}" for number in range(1, 10)]
REFUSED = "SPK0000"
LOST = "SPK9999"
