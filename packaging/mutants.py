"""Draws mutants of the modules that decide, runs the tests near each, and prints those that no test notices.

A mutant is one change of the code, such as `and` for `or`. mutmut's operators make them; its runner is not used: it
leaves out decorated functions, so every property, draws nothing, and forks a process that has loaded Qt.
Usage: packaging/mutants.py [N [SEED]]; PROCESSES: how many are tried at once. The same commit and SEED draw the
same mutants in the same order, so that a larger N goes on where a smaller one ended.
"""

from __future__ import annotations

import difflib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
DECIDING = {
    "core/api/verdict.py": (
        "tests/core/binding/test_runner.py",
        "tests/core/store/tables",
        "tests/test_advice_table.py",
    ),
    "core/binding/replace_mode.py": ("tests/core/jobs/test_run_of_a_whole_list.py",),
    "core/binding/request_cycle.py": (),
    "core/binding/run_record.py": ("tests/core/binding/test_request_cycle.py", "tests/core/binding/test_runner.py"),
    "core/credentials/redaction.py": ("tests/core/diagnostics/test_log_file.py",),
    "core/intake/*.py": (),
    "core/jobs/*.py": ("tests/core/shared_ledger/test_ledger_claims.py",),
    "core/model/outcome.py": ("tests/core/sheet", "tests/core/store/tables", "tests/core/binding/test_runner.py"),
    "core/scanner/burst_detector.py": ("tests/gui/scanners/test_input_method_bypass.py",),
    "gui/binding/run_starter.py": ("tests/gui/binding/test_what_may_be_sent.py",),
}
"""The modules, below bindtool, with tests to run besides those in the folder that mirrors theirs."""

FIXED = ("tests", "packaging", "resources", "bindtool", "pyproject.toml")
STALLED = 180
"""Seconds without a test that ends after which a mutant hangs."""
PASSED, FAILED, INTERRUPTED, UNUSABLE = 0, 1, 2, 4
"""pytest's exit statuses; the last two where a module of tests, or a conftest, can't be imported."""
SAID = {
    PASSED: "SURVIVES",
    FAILED: "killed",
    INTERRUPTED: "killed at once",
    UNUSABLE: "killed at once",
    None: "killed, it hangs",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one module; `code` is the whole module with it."""

    path: PurePath
    line: int
    code: str

    def diff(self) -> str:
        """Return the changed lines, before and after."""
        before = (ROOT / self.path).read_text(encoding="utf-8").splitlines()
        changes = difflib.unified_diff(before, self.code.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in changes if not line.startswith(("---", "+++", "@@")))


def modules() -> list[PurePath]:
    """Return the modules to draw from, from the top of the checkout."""
    found = {path for pattern in DECIDING for path in (ROOT / "bindtool").glob(pattern)}
    return sorted(PurePath(path.relative_to(ROOT)) for path in found if path.name != "__init__.py")


def nearest(module: PurePath) -> list[list[str]]:
    """Return the tests of a module, as arguments of a run each: its own, the named, those of its package."""
    folder = PurePath("tests", *module.parts[1:-1])
    own = sorted(str(path.relative_to(ROOT)) for path in (ROOT / folder).glob(f"test_{module.stem}*.py"))
    named = [more for pattern, tests in DECIDING.items() if module.match(pattern) for more in tests]
    return [run for run in (own, named, [str(folder), *(f"--ignore={test}" for test in own)]) if run]


def changes(module: PurePath) -> list[Callable[[], Mutant]]:
    """Return what makes each mutant of a module, in the order of its lines.

    Making one takes a tenth of a second, and there are thousands.
    """
    import libcst as cst
    from libcst.metadata import MetadataWrapper, PositionProvider
    from mutmut.mutation.mutators import mutation_operators, operator_if_exp

    def drop(statement: Any) -> Iterator[Any]:
        if isinstance(statement.value, cst.Call | cst.Await):
            yield cst.Name("None")

    # A guard is also held to be always so and never so, and a call for its effect is left out.
    operators: list[tuple[Any, Any]] = [
        *mutation_operators,
        (cst.If, operator_if_exp),
        (cst.CompIf, operator_if_exp),
        (cst.Expr, drop),
    ]

    def idle(test: str) -> bool:
        """Return whether what depends on this is for types, or for another system than this one."""
        system = re.fullmatch(r'sys\.platform == "(\w+)"', test)
        return test == "TYPE_CHECKING" or (system is not None and system[1] != sys.platform)

    def walk(node: Any) -> Iterator[Any]:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.ImportFrom):
            return
        if isinstance(node, cst.If) and idle(tree.code_for_node(node.test)):
            yield from walk(node.orelse) if node.orelse is not None else ()
            return
        yield node
        for child in node.children:
            yield from walk(child)

    wrapper = MetadataWrapper(cst.parse_module((ROOT / module).read_text(encoding="utf-8")))
    tree, places = wrapper.module, wrapper.resolve(PositionProvider)

    def make(node: Any, changed: Any) -> Mutant:
        # Only an expression that is a statement becomes another kind of node.
        where = node.value if isinstance(node, cst.Expr) else node
        return Mutant(module, places[where].start.line, tree.deep_replace(where, changed).code)

    return [
        partial(make, node, changed)
        for node in walk(tree)
        for kind, operator in operators
        if isinstance(node, kind)
        for changed in operator(node)
    ]


def draw(n: int, seed: str) -> list[Mutant]:
    """Draw mutants that differ and that Python accepts; each of all modules' has the same chance."""
    every = [make for module in modules() for make in changes(module)]
    random.Random(seed).shuffle(every)  # noqa: S311 - nobody is to be kept from guessing
    drawn: dict[str, Mutant] = {}
    for make in every:
        mutant = make()
        if len(drawn) < n and mutant.diff() and compiles(mutant.code):
            drawn.setdefault(mutant.code, mutant)
        if len(drawn) == n:
            break
    return list(drawn.values())


def compiles(code: str) -> bool:
    """Return whether Python accepts a module."""
    with suppress(SyntaxError):
        compile(code, "mutant", "exec")
        return True
    return False


class Copies:
    """Copies of the checkout, one for each process, so that no mutant is ever in the checkout itself."""

    def __init__(self, folder: Path, n: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        for number in range(n):
            copy = folder / str(number)
            for name in FIXED:
                take = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
                copy.mkdir(exist_ok=True)
                take(ROOT / name, copy / name)
            self._free.put(copy)

    def run(self, runs: list[list[str]], mutant: Mutant | None) -> int | None:
        """Run tests with a mutant until one fails; return pytest's exit status, None if they hang."""
        copy = self._free.get()
        try:
            if mutant is not None:
                (copy / mutant.path).write_text(mutant.code, encoding="utf-8")
            ends = (status(copy, tests) for tests in runs)
            return next((end for end in ends if end != PASSED), PASSED)
        finally:
            if mutant is not None:
                shutil.copy2(ROOT / mutant.path, copy / mutant.path)
            self._free.put(copy)


def status(copy: Path, tests: list[str]) -> int | None:
    """Run tests in a copy of the checkout until one fails; return pytest's exit status, None if they hang."""
    pytest = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", *tests]
    command = [str(copy / "packaging" / "test-session.sh"), *pytest]
    # The copy comes before the checkout that is installed, also in programs that a test starts elsewhere.
    environ = {**os.environ, "PYTHONPATH": str(copy)}
    environ.pop("SEED", None)
    log = copy / "output.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=copy,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        return wait(process, log)
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)


def wait(process: subprocess.Popen[bytes], log: Path) -> int | None:
    """Wait while the log grows; return the exit status, None if it no longer does."""
    size = -1
    while size < (size := log.stat().st_size):
        with suppress(subprocess.TimeoutExpired):
            return process.wait(STALLED)
    return None


def main(n: int, seed: str) -> int:
    """Draw, try and print; return 1 if a mutant survives, else 0.

    Raises:
        SystemExit: a test fails without a mutant, so that it says nothing of one.
    """
    drawn, processes = draw(n, seed), int(os.environ.get("PROCESSES") or len(os.sched_getaffinity(0)))
    print(f"{len(drawn)} mutants, SEED={seed}", flush=True)
    survivors: list[Mutant] = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(processes) as pool:
        copies = Copies(Path(folder), processes)
        ends = pool.map(lambda mutant: copies.run(nearest(mutant.path), mutant), drawn)
        for number, (mutant, end) in enumerate(zip(drawn, ends, strict=True), start=1):
            print(f"{number:4} {mutant.path}:{mutant.line} {SAID[end]}", flush=True)
            if end == PASSED:
                survivors.append(mutant)
                print(mutant.diff(), flush=True)
        # All tests of a module that has a survivor have passed.
        rest = {mutant.path for mutant in drawn} - {mutant.path for mutant in survivors}
        every = {tuple(tests): None for module in sorted(rest) for tests in nearest(module)}
        for tests in every:
            if copies.run([list(tests)], None) != PASSED:
                raise SystemExit(f"a test fails without a mutant: {' '.join(tests)}")
    print(f"{len(survivors)} of {len(drawn)} mutants survive, SEED={seed}", flush=True)
    return 1 if survivors else 0


def head() -> str:
    """Return the first eight hex digits of the commit that is checked out."""
    command = ["git", "-c", "safe.directory=*", "rev-parse", "--short=8", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()[:8]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 40, sys.argv[2] if sys.argv[2:] else head()))
