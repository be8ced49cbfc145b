"""A folder that is readable but not writable, even if the tests run as root."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534

posix = pytest.mark.skipif(sys.platform == "win32", reason="a mode keeps nobody out on Windows")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up root's rights temporarily, which override any mode; other users have none to give up."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Create a folder accessible to all users, unlike pytest's own; its mode lets the owner write at first."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)
