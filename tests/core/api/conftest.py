"""An authority for the certificates of servers on loopback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.core.api.authority import Authority


@pytest.fixture
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> Authority:
    """An authority that this computer does not trust yet; it is lax where a test says so."""
    return Authority(tmp_path, lax=getattr(request, "param", False))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that the system's store of certificates holds."""
    if sys.platform in {"win32", "darwin"}:
        pytest.skip("the store of this system can't be another one for a test")
    authority.trusted(monkeypatch)
    return authority
