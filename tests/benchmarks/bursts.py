"""Checks how reliably scanners and people are told apart, and the result of each code.

Types thousands of bursts into a real window: USB scanners (1 to 8 ms between two keys), Bluetooth ones (20 to 50)
and people (45 to 300), with every end, with Shift as a key of its own and without, with ids from 6 characters on,
with the cursor in the scan field and in a label, from a fresh sheet, with and without what was learnt before. Of
codes of 8 characters or more that come without a stall bindtool aims at no wrong row that is ready, none lost, no
label changed, no person taken for a scanner, and at most one in a thousand held; with a stall of up to 400 ms
within, codes are right or held. A code without an end stays in the scan field until the next one comes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from collections.abc import Iterable

from bindtool.app.composition import Supplies, build
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.theme import theme
from bindtool.i18n.catalogue import Texts
from tests.benchmarks.parts.key_bursts import BurstBench, Hand, Round, rounds, until
from tests.benchmarks.parts.measuring import table

COUNTED = ("right", "held", "in the field", "lost", "wrong", "labels", "typed", "taken")


async def measure(folder: Path, made: Iterable[Round]) -> dict[str, Counter[str]]:
    """Open a window and type everything into it; return the counts by hand, stall and place."""
    book = ProfileRepository(folder / "profiles", folder / "none")
    (folder / "profiles").mkdir()
    book.add(Profile("Line 2", "7412345678901234567"))
    supplies = Supplies(book, lambda: FixedStore(AccessToken("pat_benchmark"), "benchmark"), token_is_given=True)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    async with AsyncExitStack() as stack:
        place = build(Texts("en"), DataFolder(folder), supplies, stack)
        await place.controller.begin()
        place.window.show()
        place.window.activateWindow()
        await until(place.window.isActiveWindow)
        bench = BurstBench(place)
        for one in made:
            kinds = (one.shift, "Shift"), (one.short, "6 or 7"), (one.stalls, "a stall"), (True, one.place)
            name = ", ".join((one.hand.name.capitalize(), *(name for so, name in kinds if so)))
            counted = await bench.judge(one)
            found[name] += Counter(bursts=len(one.bursts)) + counted
            if any(counted[what] for what in ("wrong", "lost", "labels", "taken")):
                print(f"{name}, {one.end.name.lower()}, learnt {one.learn}: {dict(counted)}", flush=True)
        place.window.leave()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="rounds of each kind")
    parser.add_argument("--size", type=int, default=20, help="bursts in a round")
    parser.add_argument("--seed", type=int, default=16)
    given = parser.parse_args()
    os.environ.pop("BINDTOOL_TOKEN", None)
    app = theme.application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    loop = QtAsyncioLoop(app)
    with loop, tempfile.TemporaryDirectory() as folder:
        found = loop.run_until_complete(measure(Path(folder), rounds(given.seed, given.rounds, given.size)))
    people = Hand.PERSON.name.capitalize()
    total = sum(counts["bursts"] for name, counts in found.items() if not name.startswith(people))
    print(f"{total:,} scans and {sum(counts['bursts'] for counts in found.values()) - total:,} texts of people")
    lines = [
        [name, *(f"{counts[one]:,}" for one in ("bursts", *COUNTED))] for name, counts in sorted(found.items())
    ]
    print(table(("", "bursts", *COUNTED), lines), flush=True)


if __name__ == "__main__":
    main()
