"""Fixtures of the tests about other benches."""

from __future__ import annotations

import pytest

from tests.gui.sharing import ScriptedServer


@pytest.fixture
def server() -> ScriptedServer:
    """Return a reachable server without entries."""
    return ScriptedServer()
