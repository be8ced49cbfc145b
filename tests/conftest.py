"""Fixtures and rules for all tests: no unexpected log line, and the same generated examples each time.

Also a server that stands in for Coze, a PostgreSQL and a serial line on request. Qt is not used here: the window's
fixtures are in tests/gui.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

from bindtool.core.common.signals import ENDING
from bindtool.practice.server import PracticeServer
from tests.gui.pseudo_terminal import SerialLine
from tests.postgres import Cluster, Database
from tests.practice.faults import Withheld
from tests.practice.sign_in import SignInServer
from tests.seeds import SEED

# A failure must be due to the change, not to chance; with SEED, examples are drawn anew from it alone.
settings.register_profile("same-each-time", derandomize=True, deadline=None)
settings.register_profile("seeded", derandomize=False, deadline=None, database=None)
settings.load_profile("seeded" if SEED else "same-each-time")

_SLOW = frozenset({"stories", "kills"})
"""Folders of tests that take seconds each."""

_MEASURED = frozenset({"core", "gui", "stories"})
"""Folders of tests whose coverage is measured: they reach the floors in packaging/run_tests.py."""


class _Collector(logging.Handler):
    """Collects logged warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Store a record as one line."""
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the slow tests first when processes share them: else one is busy at the end and the others wait."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not _SLOW.intersection(item.path.parts))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Name the seed with each failure."""
    report = yield
    if SEED and report.failed:
        report.sections.append(("Seed", f"drawn with SEED={SEED}"))
    return report


_paused: list[Coverage] = []
"""The paused coverage measurements of this process and its children; the outermost is last."""

_FOR_CHILDREN = "COVERAGE_PROCESS_CONFIG"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, bool, bool]:
    """Measure the coverage of the tests in `_MEASURED` that are not long: others take a half longer with it.

    The mark of pytest-cov covers neither fixtures nor child processes; and a worker process has a second
    measurement around pytest-cov's, as a child process of the run, which would go on.
    """
    if _MEASURED.isdisjoint(item.path.parts) or item.get_closest_marker("long") is not None:
        _pause()
    elif _paused:
        _go_on()
    return (yield)


def _pause() -> None:
    if _FOR_CHILDREN not in os.environ:
        return  # nothing is measured, or no longer
    from coverage import Coverage

    while (measuring := Coverage.current()) is not None:
        measuring.stop()
        _paused.append(measuring)
    del os.environ[_FOR_CHILDREN]


def _go_on() -> None:
    while _paused:
        _paused.pop().start()


@pytest.fixture(scope="module", autouse=True)
def garbage_of_others() -> None:
    """Exclude existing objects from garbage collections: the collected tests, and objects of Qt kept by earlier
    ones.

    Each window test ends with a collection, which took longer with each test the process had run.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or an error, except those in an `expects_log` mark, which are required."""
    patterns = [pattern for marker in request.node.iter_markers("expects_log") for pattern in marker.args]
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    unexpected = [line for line in collector.lines if not any(re.search(p, line) for p in patterns)]
    missing = [p for p in patterns if not any(re.search(p, line) for line in collector.lines)]
    if unexpected:
        pytest.fail("Unexpected in the log:\n" + "\n".join(unexpected), pytrace=False)
    if missing:
        pytest.fail("Expected in the log, but not there:\n" + "\n".join(missing), pytrace=False)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Enable Ctrl+C and other signals, in child processes too: the test runner may ignore them."""
    usual = dict.fromkeys(ENDING, signal.SIG_DFL) | {signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[SignInServer]:
    """Return a running practice server without delays and limits; it replaces its list in tests marked so."""
    replaces = request.node.get_closest_marker("replacing") is not None
    with SignInServer(latency=0, rate=0, replaces=replaces) as running:
        yield running


@pytest.fixture
def withheld(server: PracticeServer) -> Iterator[Withheld]:
    """Give an answer for the server's script that comes when the test lets it go, at the latest when it ends."""
    answer = Withheld()
    yield answer
    answer.let_go(len(server.requests))


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Create the tests' application as `theme.application` creates the program's."""
    return ["tests", "-style", "Fusion"]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL shared by all tests that don't stop it; it starts with the first of them."""
    # Imported here, since it loads the driver.
    from tests.postgres import Cluster

    with Cluster(durable=False) as running:
        yield running


@pytest.fixture
def ledger(cluster: Cluster) -> Iterator[Database]:
    """Return a new database with the tables of a shared ledger, ready for a bench's login."""
    database = cluster.ledger()
    yield database
    database.drop()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialLine]:
    """Return a plugged-in serial scanner."""
    # Windows has no pseudo-terminals, and no module for them.
    from tests.gui.pseudo_terminal import SerialLine

    made = SerialLine(tmp_path / "scanner")
    made.plug_in()
    yield made
    made.unplug()
