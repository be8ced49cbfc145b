"""Fixtures of the scanning tests: a recorder of cues."""

from __future__ import annotations

import pytest

from tests.stories.listener import Listener


@pytest.fixture
def listener() -> Listener:
    """Return a recorder of cues."""
    return Listener()
