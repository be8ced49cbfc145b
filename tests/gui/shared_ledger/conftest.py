"""What the tests of other benches share."""

from __future__ import annotations

import pytest

from tests.gui.sharing import ScriptedServer


@pytest.fixture
def server() -> ScriptedServer:
    """Give a server that can be reached and has nothing."""
    return ScriptedServer()
