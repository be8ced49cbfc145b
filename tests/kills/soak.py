"""Kills the program repeatedly, on several laptops side by side, and counts: `make soak`, fewer in a test.

With `--minutes` it works for so long against every fault and measures: `endurance`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bindtool.practice.server import PracticeServer
from tests.kills.endurance import Endurance
from tests.kills.faces import CommandLine, Window
from tests.kills.laptop import LATENCY, Face, Laptop, Phase
from tests.kills.shared_server import shared_server

FACES: Mapping[str, Face] = {"window": Window(), "bind": CommandLine()}
SIDE_BY_SIDE = 4
KILLS_A_JOB = 5


def kill(face: Face, kills: int, seed: str, folder: Path) -> Counter[Phase]:
    """Kill `face` so many times while it works; return the counts by phase.

    Raises:
        AssertionError: something was lost, or differs from the server.
    """
    share = [kills // SIDE_BY_SIDE + (at < kills % SIDE_BY_SIDE) for at in range(SIDE_BY_SIDE)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        desks = [threads.submit(_desk, face, n, f"{seed}-{at}", folder) for at, n in enumerate(share)]
    return sum((desk.result() for desk in desks), Counter())


def _desk(face: Face, kills: int, seed: str, folder: Path) -> Counter[Phase]:
    """Do one job after another on one desk until the program was killed often enough."""
    counted: Counter[Phase] = Counter()
    dice = random.Random(seed)  # noqa: S311 - no secret is drawn
    job = 0
    while counted.total() < kills:
        job += 1
        place = folder / f"{seed.rpartition('-')[2]}j{job}"
        place.mkdir()
        with PracticeServer(latency=LATENCY, rate=0) as server:
            laptop = Laptop(place, face, dice, server)
            laptop.work(min(KILLS_A_JOB, kills - counted.total()))
        counted.update(laptop.kills)
    return counted


def main() -> int:
    """Kill both faces, or work for so many minutes, and print the counts."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--kills", type=int, default=200, help="of each, window and command line")
    parser.add_argument("--minutes", type=float, help="work for so long instead, against every fault, and measure")
    parser.add_argument("--seed", default=time.strftime("%Y%m%d"), help="draws the moments and the faults")
    given = parser.parse_args()
    say(f"seed {given.seed}")
    return kill_both(given.kills, given.seed) if given.minutes is None else endure(given.minutes, given.seed)


def endure(minutes: float, seed: str) -> int:
    """Work for so many minutes and print the result; return 1 if a fault was found."""
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    with shared_server(seed) as server:
        soak = Endurance(folder, server, seed, say)
        soak.run(minutes * 60)
    say(soak.report())
    found = [*soak.wrong, *(f"more is held: {what}" for what in soak.grown())]
    if found:
        say("\n".join(["", "Found:", *found, f"The disks are in {folder}"]))
        return 1
    shutil.rmtree(folder)
    say("\nNothing was lost, nothing is said that is not so, and nothing more is held.")
    return 0


def kill_both(kills: int, seed: str) -> int:
    """Kill both faces so many times each; a failed assertion ends it."""
    for name, face in FACES.items():
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            counted = kill(face, kills, seed, Path(folder))
        phases = ", ".join(f"{counted[phase]} {phase}" for phase in Phase)
        say(f"{name}: {counted.total()} kills ({phases}) in {time.monotonic() - began:.0f} s, nothing lost")
    return 0


def say(line: str) -> None:
    """Print a line, flushed."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
