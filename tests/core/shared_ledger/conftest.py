"""What the tests of the shared ledger share: two benches that are logged in."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.shared_ledger.postgres import PostgresServer
    from tests.postgres import Database


@pytest.fixture
def one(ledger: Database) -> Iterator[PostgresServer]:
    """Return a bench's connection."""
    with closing(ledger.connect()) as server:
        yield server


@pytest.fixture
def two(ledger: Database) -> Iterator[PostgresServer]:
    """Return another bench's."""
    with closing(ledger.connect()) as server:
        yield server
