"""Fixtures of the practice server's tests: a server without delays and limits, and its client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bindtool.practice.server import PracticeServer
from tests.practice.client import Client, client_of


@pytest.fixture
def client(server: PracticeServer) -> Iterator[Client]:
    """Return a client of that server."""
    made = client_of(server)
    yield made
    made.connection.close()
