"""What the tests of scanning share: somebody who hears the cues."""

from __future__ import annotations

import pytest

from tests.stories.listener import Listener


@pytest.fixture
def listener() -> Listener:
    """Give somebody who hears the cues."""
    return Listener()
