"""Effect of the pace on laptops that share a limit: the share of refused requests, and the duration.

The first table is of laptops that begin within so many seconds, at a server that accepts a second's requests at
once (`reserve`) or never more than those within any second (`strict`); the second of one laptop with many workers.
Both are played in virtual time, as means over some seeds. `worst` is the highest share of refused requests, marked
if above one in ten; `90 %` the time until nine tenths of the requests were accepted, `all` until the last laptop
was done, `at best` the minimum for that. With `--real` thirty laptops follow over loopback, in real time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path
from statistics import mean

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Sequence

from bindtool.core.binding.protocols import Policy
from bindtool.core.common.clock import SystemClock
from bindtool.core.profiles.profile import RequestSettings
from bindtool.practice.rules import Bucket
from bindtool.practice.server import PracticeServer
from tests.core.binding.crowd import Crowd, Tally
from tests.core.binding.fleet import bind_all
from tests.practice.throttle import SlidingWindow

ALLOWED = 0.10
RATE = 5
RESERVE = Crowd(30, 400, Policy(), lambda: Bucket(RATE, RATE))
CROWDS = ((1, 400, 0.0), (1, 1000, 0.0), (2, 1000, 0.0), (30, 5000, 0.0))
STRICT = replace(RESERVE, throttle=lambda: SlidingWindow(RATE))
FAST = Crowd(1, 300, Policy(batch_size=1, rate=0), lambda: Bucket(100, 20), latency=0.05)


def laptops(seeds: int) -> None:
    """Print the results of 1 to 60 laptops."""
    print(f"Laptops at {RATE} requests a second, 50 devices a request, 2 requests a second wanted\n")
    print("limit    laptops  devices  begin    refused   worst      90 %      all    at best")
    for name, kind in (("reserve", RESERVE), ("strict", STRICT)):
        for count, devices, apart in (*CROWDS, *product((5, 10, 30, 60), (400, 1000), (0.0, 8.0))):
            line(name, replace(kind, laptops=count, devices=devices, apart=apart), seeds)


def line(name: str, crowd: Crowd, seeds: int) -> None:
    """Print a crowd's figures."""
    tallies = [crowd.run(seed) for seed in range(seeds)]
    most, seconds = (mean(times) for times in zip(*((t.most_of_it, t.seconds) for t in tallies), strict=True))
    each = tallies[0].taken // crowd.laptops
    best = max(tallies[0].taken / RATE, each / crowd.policy.rate)
    print(
        f"{name:8} {crowd.laptops:7} {crowd.devices:8} {crowd.apart:4.0f} s "
        f"{refused(tallies)} {most:6.0f} s {seconds:6.0f} s {best:8.0f} s",
        flush=True,
    )


def refused(tallies: Sequence[Tally]) -> str:
    """Return the columns of refused requests."""
    parts = [tally.refused_part for tally in tallies]
    return f"{mean(parts):9.1%} {max(parts):7.1%}{'!' if max(parts) > ALLOWED else ' '}"


def workers(seeds: int) -> None:
    """Print the results of one laptop with many workers."""
    print("\n300 devices, one a request, at 100 requests a second with a reserve of 20\n")
    print("wanted    workers  latency  refused   worst     all")
    for rate, concurrency, latency in product((0.0, 1000.0), (1, 4, 16, 64), (0.01, 0.05, 0.15)):
        policy = replace(FAST.policy, rate=rate, concurrency=concurrency)
        tallies = [replace(FAST, policy=policy, latency=latency).run(seed) for seed in range(seeds)]
        wanted = f"{rate:.0f}/s" if rate else "no limit"
        seconds = mean(tally.seconds for tally in tallies)
        print(f"{wanted:9} {concurrency:7} {latency * 1000:5.0f} ms{refused(tallies)} {seconds:5.1f} s", flush=True)


def real() -> None:
    """Print the same over loopback with real HTTP, databases and time."""
    print("\nOver loopback in real time\n")
    print("laptops  devices  requests  refused         all")
    with PracticeServer() as server:
        real_line(server, 30, 400, None)
    for concurrency in (16, 64):
        with PracticeServer(latency=0.05, rate=100, burst=20) as server:
            real_line(server, 1, 300, RequestSettings(batch_size=1, concurrency=concurrency, rate=0.0))


def real_line(server: PracticeServer, count: int, devices: int, pace: RequestSettings | None) -> None:
    """Bind, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        done = asyncio.run(bind_all(server, Path(folder), count, devices, SystemClock(), pace))
    requests, told = len(server.requests), sum(laptop.refused for laptop in done)
    seconds = max(laptop.seconds for laptop in done)
    print(f"{count:7} {devices:8} {requests:9} {told:4} ({told / requests:5.1%}) {seconds:7.1f} s", flush=True)
    if len(server.bound) != count * devices:
        sys.exit(f"{len(server.bound)} of {count * devices} devices are bound")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Laptops that share a limit: requests refused, and seconds.")
    parser.add_argument("--seeds", type=int, default=10, help="runs of each kind in virtual time (default: 10)")
    parser.add_argument("--real", action="store_true", help="thirty laptops in real time as well: some minutes")
    given = parser.parse_args()
    laptops(given.seeds)
    workers(given.seeds)
    if given.real:
        real()


if __name__ == "__main__":
    main()
