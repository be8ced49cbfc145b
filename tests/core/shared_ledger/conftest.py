"""Fixtures of the shared ledger's tests: benches on a server and at a folder, and wake-up sockets."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.postgres.sync import ServerSync
from tests.core.shared_ledger.bench import Bench
from tests.core.shared_ledger.folder_desk import Bench as FolderBench
from tests.postgres import Database

Ends = tuple[socket.socket, socket.socket]
New = Callable[[str], Bench]
Of = Callable[[Bench], ServerSync]


@pytest.fixture
def anyio_backend() -> str:
    """Return the loop that tests marked with anyio run on."""
    return "asyncio"


@pytest.fixture
def one(ledger: Database) -> Iterator[PostgresServer]:
    """Return a bench's connection."""
    with closing(ledger.connect()) as server:
        yield server


@pytest.fixture
def two(ledger: Database) -> Iterator[PostgresServer]:
    """Return another bench's connection."""
    with closing(ledger.connect()) as server:
        yield server


@pytest.fixture
def new(tmp_path: Path) -> Iterator[New]:
    """Return a function that opens a bench's data folder, by its name."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(Bench(tmp_path / name, name))


@pytest.fixture
def a(new: New) -> Bench:
    """Return a bench."""
    return new("line-1")


@pytest.fixture
def b(new: New) -> Bench:
    """Return another one."""
    return new("line-2")


@pytest.fixture
def of(ledger: Database) -> Iterator[Of]:
    """Return a function that creates a bench's ledger."""
    with ExitStack() as stack:

        def put_together(bench: Bench) -> ServerSync:
            sync = bench.sync(ledger.connect)
            stack.callback(sync.close)
            return sync

        yield put_together


@pytest.fixture
def wake() -> Iterator[Ends]:
    """Return both ends of a bench's wake-up socket."""
    ends = socket.socketpair()
    yield ends
    for end in ends:
        end.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shared folder."""
    path = tmp_path / "共享 share"
    path.mkdir()
    return path


@pytest.fixture
def make(tmp_path: Path, folder: Path) -> Iterator[Callable[..., FolderBench]]:
    """Return a function that creates benches by computer name; all are closed at the end."""
    made: list[FolderBench] = []

    def make(machine: str, **options: object) -> FolderBench:
        made.append(FolderBench(tmp_path / f"{machine}.db", folder, machine, **options))  # type: ignore[arg-type]  # passed on
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def pair(make: Callable[..., FolderBench]) -> tuple[FolderBench, FolderBench]:
    """Two benches."""
    return make("line-1"), make("line-2")
