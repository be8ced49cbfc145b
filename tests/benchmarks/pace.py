"""Effect of a law of pace in scenes of virtual time: whole runs, beside other laws, each with several seeds.

`--real` plays the scene of 300 devices over loopback as well, with real HTTP, a database and real time. Figures are
smallest/median/largest over the seeds: seconds until the last device has its answer, the share of requests refused
over the limit, and the share of the limit used until nine tenths of the requests were accepted. "!" marks a median
beyond the aim.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import median

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Callable, Iterator, Mapping, Sequence

from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.common.clock import SystemClock
from bindtool.core.profiles.profile import RequestSettings
from bindtool.practice.rules import Bucket
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Fault
from tests.benchmarks.parts.pace_laws import Cubic, Former, LastGoodRate, LearnedBucket, RetryAfterOnly
from tests.core.binding.crowd import Crowd, Stray
from tests.core.binding.fleet import bind_all
from tests.practice.faults import Reset, ScriptedAnswer
from tests.practice.throttle import SlidingWindow

LAWS: Mapping[str, Callable[[float, Callable[[], float]], RateLimiter]] = {
    "bindtool": RateLimiter,
    "before": Former,
    "last good rate": LastGoodRate,
    "CUBIC": Cubic,
    "learned bucket": LearnedBucket,
    "Retry-After only": RetryAfterOnly,
}

EACH = 0.03
"""The share of the requests that meets each of three kinds of trouble."""


@dataclass(frozen=True)
class Scene:
    """A scene, with its number of seeds and its aims.

    `limit`: the server's requests per second; 0 for none. `seconds` and the share `refused` are maximums for the
    median, the share `used` is a minimum.
    """

    crowd: Crowd
    seeds: int
    limit: int = 0
    seconds: float | None = None
    refused: float | None = None
    used: float | None = None


def no_limit() -> SlidingWindow:
    """Return a limit that never refuses."""
    return SlidingWindow(0)


def trouble(random: Random) -> Iterator[Stray | None]:
    """Give 3 % each of 503, 429 with Retry-After, and resets."""
    kinds = (Stray.TROUBLE, Stray.WAIT, Stray.RESET)
    while True:
        place = int(random.random() / EACH)
        yield kinds[place] if place < len(kinds) else None


def two(stray: Stray) -> Callable[[Random], Iterator[Stray | None]]:
    """Return a function that yields two such strays among 21 requests."""

    def strays(random: Random) -> Iterator[Stray | None]:
        places = random.sample(range(21), 2)
        return (stray if place in places else None for place in range(21))

    return strays


SINGLY = Crowd(1, 300, Policy(batch_size=1, rate=0), no_limit, latency=0.05, strays=trouble)
EIGHT = replace(SINGLY, policy=replace(SINGLY.policy, concurrency=8))
ALONE = Crowd(1, 1000, Policy(), no_limit)
THIRTY = Crowd(30, 400, Policy(), lambda: Bucket(5, 5))
AT_A_LIMIT = Crowd(1, 3000, Policy(batch_size=1, rate=0, concurrency=8), lambda: Bucket(5, 5))

SCENES: Mapping[str, Scene] = {
    "300 devices in trouble, 8 at a time": Scene(EIGHT, 20, seconds=15),
    "the same, one at a time": Scene(SINGLY, 20, seconds=60),
    "1,000 at the defaults, undisturbed": Scene(ALONE, 1, seconds=10.2),
    "two stray 429 among them, no Retry-After": Scene(replace(ALONE, strays=two(Stray.VAGUE_WAIT)), 20, seconds=15),
    "two stray 429 among them, Retry-After 1 s": Scene(replace(ALONE, strays=two(Stray.WAIT)), 20, seconds=15),
    "30 laptops, 9 requests each, at once": Scene(THIRTY, 8, 5, 142, 0.10),
    "the same within 8 s": Scene(replace(THIRTY, apart=8.0), 8, 5, 150, 0.10),
    "the same at once, no Retry-After": Scene(replace(THIRTY, says_when=False), 4, 5, None, 0.10),
    "the same within 8 s, no Retry-After": Scene(replace(THIRTY, says_when=False, apart=8.0), 4, 5),
    "30 laptops, 201 requests each": Scene(replace(THIRTY, devices=10_000), 2, 5, None, 0.05, 0.90),
    "one alone at 5 a second": Scene(AT_A_LIMIT, 3, 5, None, 0.05, 0.90),
    "one alone at 100 a second, bursts of 20": Scene(
        replace(AT_A_LIMIT, devices=10_000, throttle=lambda: Bucket(100, 20), latency=0.05),
        1, 100, None, 0.05, 0.90,
    ),
    "300 at 100 a second, 64 at a time": Scene(
        Crowd(1, 300, Policy(batch_size=1, rate=0, concurrency=64), lambda: Bucket(100, 20), latency=0.05),
        4, 100, 8, 0.10,
    ),
}  # fmt: skip


def three(figures: Sequence[float], form: str, *, beyond: bool) -> str:
    """Return the smallest, the median and the largest as a column."""
    return "/".join(format(value, form) for value in (min(figures), median(figures), max(figures))) + " !"[beyond]


def line(scene: Scene, law: Callable[[float, Callable[[], float]], RateLimiter]) -> str:
    """Play a scene with a law and return its figures."""
    tallies = [replace(scene.crowd, law=law).run(seed) for seed in range(scene.seeds)]
    seconds = [tally.seconds for tally in tallies]
    late = scene.seconds is not None and median(seconds) > scene.seconds
    columns = f"{three(seconds, '.1f', beyond=late):>24}"
    if scene.limit:
        refused = [tally.refused_part for tally in tallies]
        used = [0.9 * tally.taken / tally.most_of_it / scene.limit for tally in tallies]
        many = scene.refused is not None and median(refused) > scene.refused
        little = scene.used is not None and median(used) < scene.used
        columns += f"{three(refused, '.1%', beyond=many):>22} {three(used, '.0%', beyond=little):>17}"
    return columns


def compare(laws: Sequence[str]) -> None:
    """Print the table."""
    for name, scene in SCENES.items():
        aims = [
            "" if scene.seconds is None else f"{scene.seconds:g} s at most",
            "" if scene.refused is None else f"{scene.refused:.0%} refused at most",
            "" if scene.used is None else f"{scene.used:.0%} used at least",
        ]
        print(f"\n{name} ({', '.join(filter(None, [*aims, f'{scene.seeds} seeds']))})")
        for law in laws:
            print(f"  {law:17}{line(scene, LAWS[law])}", flush=True)


def faults(seed: int) -> Iterator[Fault | None]:
    """Give the practice server the trouble of the first two scenes."""
    busy = ScriptedAnswer(5000, 503)
    wait = ScriptedAnswer(4013, 429, headers={"Retry-After": "1"})
    kinds: Mapping[Stray, Fault] = {Stray.TROUBLE: busy, Stray.WAIT: wait, Stray.RESET: Reset(commit=True)}
    for stray in trouble(Random(seed)):  # noqa: S311 - the same each time
        yield None if stray is None else kinds[stray]


def real(seeds: int) -> None:
    """Print the 300 devices in trouble over loopback, in real time."""
    print("\n300 devices in trouble over loopback, in real time")
    for concurrency in (8, 1):
        pace = RequestSettings(batch_size=1, concurrency=concurrency, rate=0.0)
        figures = []
        for seed in range(seeds):
            with (
                PracticeServer(latency=0.05, rate=0, faults=faults(seed)) as server,
                tempfile.TemporaryDirectory() as folder,
            ):
                (laptop,) = asyncio.run(bind_all(server, Path(folder), 1, 300, SystemClock(), pace))
            figures.append(laptop.seconds)
            print(
                f"  {concurrency} at a time: {laptop.bound} bound in {laptop.seconds:.1f} s, "
                f"{laptop.refused} told to wait",
                flush=True,
            )
        print(f"  {concurrency} at a time: {three(figures, '.1f', beyond=False)} s", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Laws of pace in scenes of virtual time.")
    parser.add_argument("--own", action="store_true", help="bindtool's law alone: half a minute in place of some")
    parser.add_argument("--real", type=int, default=0, metavar="SEEDS", help="300 devices over loopback as well")
    given = parser.parse_args()
    compare(["bindtool"] if given.own else list(LAWS))
    if given.real:
        real(given.real)


if __name__ == "__main__":
    main()
