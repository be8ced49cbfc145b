"""Runs the tests in desktop sessions of their own and prints a last line: N passed, N failed.

Without arguments it runs the whole suite, lists the slowest tests and requires the coverage floors below; arguments
are passed to pytest, without a coverage check. The fixtures are in tests/conftest.py.

On Linux it uses two processes more than cores (pytest-xdist distributes the files), or PROCESSES. A single file, or
a run with --pdb or -s, uses one.

SEED=12345 draws other examples than usual, SEED=random those of any seed; the first and last lines name it.
"""

from __future__ import annotations

import os
import secrets
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SESSION = ROOT / "packaging" / "test-session.sh"
# Branch and line coverage together, in percent, of the whole suite.
FLOORS = {"bindtool/core/*": 100, "bindtool/gui/*": 90}


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments; return 0 if every test passed and the floors hold."""
    whole = not arguments
    drawn = choose_seed()
    if drawn is not None:
        print(f"Drawn with SEED={drawn}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.xml")
        options = [f"--junitxml={results}", *arguments]
        if drawn is not None:
            options.append(f"--hypothesis-seed={drawn}")
        if whole:
            options += ["--cov", "--cov-report=", "--durations=20"]
        status = run(pytest(options, processes(arguments)))
        passed, failed, skipped = count(results)
    if status and not failed:
        failed = 1  # pytest itself failed to finish
    if whole and sys.platform == "linux":  # on other systems the branches of each other system stay uncovered
        status = max([status, *(floor_status(files, floor) for files, floor in FLOORS.items())])
    if drawn is not None:
        print(f"\nDrawn with SEED={drawn}")
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return status


def choose_seed() -> int | None:
    """Read SEED, or draw one for "random", which the tests then find there; return None if there is none."""
    named = os.environ.pop("SEED", "")
    if not named:
        return None
    seed = secrets.randbelow(1 << 32) if named == "random" else int(named)
    os.environ["SEED"] = str(seed)
    return seed


def processes(arguments: list[str]) -> int:
    """Choose the number of processes for the tests."""
    if "PROCESSES" in os.environ:
        return int(os.environ["PROCESSES"])
    one_file = len([word for word in arguments if ".py" in word]) == 1
    if sys.platform != "linux" or one_file or {"--pdb", "-s"}.intersection(arguments):
        return 1
    return len(os.sched_getaffinity(0)) + 2  # a window test waits half of its time


def pytest(options: list[str], processes: int) -> list[str]:
    """Return the command that runs pytest with a session around each process, since a display has one focus."""
    command = [sys.executable, "-m", "pytest", *options]
    if sys.platform != "linux":
        return command
    if processes == 1:
        return [str(SESSION), *command]
    python = shlex.join([str(SESSION), sys.executable])
    # Files are run in the order of tests/conftest.py. A process that dies is not restarted: xdist 3.8 fails to
    # handle that, and loses the failures so far.
    order = ["--dist=loadfile", "--no-loadscope-reorder"]
    return [*command, *order, "--max-worker-restart=0", f"--tx={processes}*popen//python={python}"]


def run(command: list[str]) -> int:
    """Run a command at the top of the checkout; return its exit status, 1 if a signal ended it."""
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    return 1 if status < 0 else status


def count(results: Path) -> tuple[int, int, int]:
    """Read pytest's JUnit file: return the numbers of tests passed, failed (with fixture errors), skipped."""
    if not results.exists():
        return 0, 0, 0
    # A test whose clean-up fails too is listed twice.
    outcomes: dict[tuple[str | None, str | None], set[str]] = {}
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 - pytest has just written it
        test = case.get("classname"), case.get("name")
        outcomes.setdefault(test, set()).update(child.tag for child in case)
    failed = sum("failure" in tags or "error" in tags for tags in outcomes.values())
    skipped = sum(tags == {"skipped"} for tags in outcomes.values())
    return len(outcomes) - failed - skipped, failed, skipped


def floor_status(files: str, floor: int) -> int:
    """Report the coverage of some files; return 0 if it reaches the floor."""
    print(f"\nCoverage of {files}, which has to reach {floor} %:", flush=True)
    return run([sys.executable, "-m", "coverage", "report", f"--include={files}", f"--fail-under={floor}"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
