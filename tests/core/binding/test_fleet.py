"""The rate over loopback, with real HTTP and a real database: thirty laptops at once, and one in a hurry."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bindtool.core.binding.events import Ending
from bindtool.core.common.clock import SystemClock
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.core.binding.fleet import bind_all

TIMES_AS_FAST = 20


class HurriedClock(SystemClock):
    """A clock whose seconds are short."""

    def monotonic(self) -> float:
        """Return seconds that only go forward."""
        return super().monotonic() * TIMES_AS_FAST

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` have passed; return whether it is set."""
        return await super().wait(event, seconds / TIMES_AS_FAST)


@pytest.mark.long
def test_thirty_laptops_at_once(tmp_path: Path) -> None:
    """200 devices each at the default rate against 5 requests a second: all bound, and whoever is refused waits.

    Time goes twenty times as fast, for laptops and server alike. How many are refused is judged in `test_crowd`,
    where time is virtual, and a figure of `benchmarks.fleet`.
    """
    clock = HurriedClock()
    latency = channel.LATENCY / TIMES_AS_FAST
    with PracticeServer(latency=latency, clock=clock.monotonic) as server:
        laptops = asyncio.run(bind_all(server, tmp_path, 30, 200, clock))

        assert len(server.bound) == 6_000
        requests = len(server.requests)
    assert {laptop.ending for laptop in laptops} == {Ending.FINISHED}
    assert {laptop.bound for laptop in laptops} == {200}
    refused = sum(laptop.refused for laptop in laptops)
    assert requests == 30 * 4 + refused
    assert all(laptop.waits for laptop in laptops if laptop.refused)
