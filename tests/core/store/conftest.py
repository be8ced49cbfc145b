"""An open store in an empty folder, and a plain connection with its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bindtool.core.store import Store, schema
from bindtool.core.store.connection import open_for_writing
from tests.core.store.samples import Clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The database's future path; its name has characters that a URL must escape."""
    return tmp_path / "数据 100%?#.db"


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    """An open store, empty."""
    with Store(path, clock) as store:
        yield store


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for writing, with the current tables."""
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
        yield connection
