"""Number of requests needed to find the refused devices: bindtool against its bound (bindtool/README.md), plain
bisection and one device a request, as means over the same sheets.

The first table plays the search alone, without a run around it. The second counts the requests of whole runs in
virtual time, the first device ahead, the probes and the second request of a refused batch included. `worst` is the
highest ratio of a run to its own bound, which may be at most 1.15.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Callable, Iterator

from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.runner import run_requests
from tests.core.api.fake_server import FakeJournal, FakeServer, jobs_for, named
from tests.core.binding import isolation
from tests.core.binding.virtual_time import FakeClock, play

COUNTS = (50, 200, 1_000, 10_000)
COUNTS_IN_RUNS = (50, 200, 1_000)
BATCH_SIZES = (20, 50)
MEAN_LIMIT, WORST_LIMIT = 1.0, 1.15


@dataclass(frozen=True)
class Case:
    """A kind of sheet, and the way to send it."""

    count: int
    batch_size: int
    bad: int
    clustered: bool

    def sheets(self, seeds: int) -> Iterator[set[int]]:
        """Yield the bad devices of each sheet."""
        for seed in range(seeds):
            yield isolation.bad_ones(self.count, self.bad, seed, clustered=self.clustered)


@dataclass(frozen=True)
class Line:
    """A case with its figures."""

    case: Case
    requests: float
    bound: float
    worst: float
    bisection: float

    @property
    def share(self) -> float:
        """The mean of the requests against the mean of the bound."""
        return self.requests / self.bound

    def __str__(self) -> str:
        case = self.case
        shape = "clustered" if case.clustered else "spread"
        return (
            f"{case.count:>7,} {case.batch_size:>6} {case.bad:>6,} {shape:<10} {self.requests:>9,.1f}"
            f" {self.bound:>9,.1f} {self.share:>6.2f} {self.worst:>6.2f} {self.bisection:>10,.1f} {case.count:>11,}"
        )


HEAD = (
    f"{'devices':>7} {'batch':>6} {'bad':>6} {'where':<10} {'requests':>9} {'bound':>9} {'mean':>6} {'worst':>6}"
    f" {'bisection':>10} {'one by one':>11}"
)


def cases(counts: tuple[int, ...]) -> Iterator[Case]:
    """Give every kind of sheet: 0, 1, 3, 1 % and 10 % bad ones, anywhere and side by side."""
    for count in counts:
        for batch_size in BATCH_SIZES:
            for bad in sorted({0, 1, 3, count // 100, count // 10}):
                for clustered in (False, True) if bad > 1 else (False,):
                    yield Case(count, batch_size, bad, clustered)


def requests_of_a_run(case: Case, bad: set[int]) -> int:
    """Return the number of requests of a whole run; it must bind every good device and refuse every bad one."""
    jobs = jobs_for(named(case.count))
    refused = dict.fromkeys((jobs[number].device.device_id for number in bad), 4000)
    clock = FakeClock()
    server = FakeServer(clock, FakeJournal(clock), refused)

    async def run() -> None:
        policy = Policy(batch_size=case.batch_size, rate=0)
        pace = RateLimiter(policy.rate, Random(0).random)  # noqa: S311 - jitter, the same each time
        async for _ in run_requests(jobs, server, server.journal, policy, asyncio.Event(), clock, pace):
            pass

    play(run())
    if len(server.bound) + len(refused) != case.count:
        raise AssertionError(case, server.bound)
    return len(server.calls)


def measure(case: Case, seeds: int, count: Callable[[Case, set[int]], int], first: int) -> Line:
    """Count the requests for each sheet of a case."""
    sheets = list(case.sheets(seeds))
    requests = [count(case, bad) for bad in sheets]
    bounds = [isolation.bound(case.count, case.batch_size, bad, first=first) for bad in sheets]
    bisection = mean(isolation.plain_bisection(case.count, case.batch_size, bad) for bad in sheets)
    worst = max(one / its for one, its in zip(requests, bounds, strict=True))
    return Line(case, mean(requests), mean(bounds), worst, bisection)


def table(title: str, lines: Iterator[Line]) -> bool:
    """Print the lines as they are computed, and the maximums; return whether these are within the limits."""
    print(f"{title}\n\n{HEAD}")
    done = []
    for line in lines:
        print(line, flush=True)
        done.append(line)
    highest, worst = max(line.share for line in done), max(line.worst for line in done)
    print(f"\nhighest mean {highest:.2f} of the bound ({MEAN_LIMIT} at most), ", end="")
    print(f"worst run {worst:.2f} ({WORST_LIMIT} at most)\n")
    return highest <= MEAN_LIMIT and worst <= WORST_LIMIT


def main() -> int:
    """Print both tables; return 0 if all figures are within the limits."""
    parser = argparse.ArgumentParser(description="Requests that it takes to find the refused devices.")
    parser.add_argument("--seeds", type=int, default=100, help="sheets of each kind (default: 100)")
    seeds = parser.parse_args().seeds
    alone = (
        measure(case, seeds, lambda case, bad: isolation.requests(case.count, case.batch_size, bad), first=0)
        for case in cases(COUNTS)
    )
    in_runs = (measure(case, seeds, requests_of_a_run, first=1) for case in cases(COUNTS_IN_RUNS))
    within = [table(f"The search alone, {seeds} sheets each", alone)]
    within.append(table(f"Whole runs, {seeds} sheets each", in_runs))
    return 0 if all(within) else 1


if __name__ == "__main__":
    sys.exit(main())
