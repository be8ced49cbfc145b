"""What holds for every test: no log line that nobody expects, and the same generated examples each time.

Also a server that stands in for Coze, a PostgreSQL and a serial line for whoever asks for one. Qt has no place
here: what the tests of the window share is in tests/gui.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from bindtool.core.common.signals import ENDING
from tests.practice.sign_in import SignInServer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from coverage import Coverage

    from tests.gui.pseudo_terminal import SerialLine
    from tests.postgres import Cluster, Database

# A red run shall be about the change, not about luck; `--hypothesis-profile=default` looks for new examples.
settings.register_profile("same-each-time", derandomize=True, deadline=None)
settings.load_profile("same-each-time")

_SLOW = frozenset({"stories", "kills"})
"""Folders whose tests take seconds each."""


class _Collector(logging.Handler):
    """Keeps the warnings and errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as one line."""
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the slow ones where processes share the tests: else one is busy at the end and the others wait."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not _SLOW.intersection(item.path.parts))


_paused: list[Coverage] = []
"""What measures coverage in this process and its children, while it does not; the outermost comes last."""

_FOR_CHILDREN = "COVERAGE_PROCESS_CONFIG"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, bool, bool]:
    """Take no coverage of what is `unmeasured`.

    The mark of pytest-cov spares neither fixtures nor children; and in a process that shares the tests there is a
    measurement around that of pytest-cov, since it is somebody's child, which would go on.
    """
    if item.get_closest_marker("unmeasured") is not None:
        _pause()
    elif _paused:
        _go_on()
    return (yield)


def _pause() -> None:
    if _FOR_CHILDREN not in os.environ:
        return  # nothing is measured, or not any more
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
    """Spare each look for garbage what was left before: all tests that were collected, and what Qt keeps of others.

    Each test of the window ends with such a look, which took the longer the more tests its process had done.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or an error, but for what an `expects_log` says, which must come."""
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
    """Let Ctrl+C and the like arrive, also in programs that are started: whoever runs the tests may ignore them."""
    usual = dict.fromkeys(ENDING, signal.SIG_DFL) | {signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[SignInServer]:
    """Give a running practice server that neither waits nor limits; it replaces for tests that are marked so."""
    replaces = request.node.get_closest_marker("replacing") is not None
    with SignInServer(latency=0, rate=0, replaces=replaces) as running:
        yield running


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Have the tests' application made as `theme.application` makes the program's."""
    return ["tests", "-style", "Fusion"]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL for all tests that don't stop it; it starts with the first of them."""
    # Here, since it loads the driver.
    from tests.postgres import Cluster

    with Cluster(durable=False) as running:
        yield running


@pytest.fixture
def ledger(cluster: Cluster) -> Iterator[Database]:
    """Return a new database with the tables of a shared ledger, where a bench can log in."""
    database = cluster.ledger()
    yield database
    database.drop()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialLine]:
    """Give a serial scanner that is plugged in."""
    # Windows has none, and nothing to load for one.
    from tests.gui.pseudo_terminal import SerialLine

    made = SerialLine(tmp_path / "scanner")
    made.plug_in()
    yield made
    made.unplug()
