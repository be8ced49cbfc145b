"""What the tests of the practice server share: a server that neither waits nor limits, and a client of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.practice.client import Client, client_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.practice.server import PracticeServer


@pytest.fixture
def client(server: PracticeServer) -> Iterator[Client]:
    """A client of that server."""
    made = client_of(server)
    yield made
    made.connection.close()
