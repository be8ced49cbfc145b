"""A disk of its own, small enough to fill: like a laptop's disk after a year of log files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_small_disk = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux can put a small disk into place"
)


class SmallDisk:
    """A file system of `size` kibibytes at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self, leave: int = 0) -> None:
        """Take up all of it except `leave` bytes."""
        with self._filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 1024)
            except OSError:
                file.truncate(file.tell() - leave)

    def make_room(self) -> None:
        """Free the space taken by `fill`."""
        self._filler.unlink()


@contextmanager
def small_disk(path: Path, size: int) -> Iterator[SmallDisk]:
    """Mount a disk of `size` kibibytes at `path` until the context ends."""
    path.mkdir()
    options = f"size={size}k,mode=0700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)], check=False)
    if mounted.returncode:
        pytest.skip("this root may not mount anything, as in some containers")
    try:
        yield SmallDisk(path)
    finally:
        # Lazily: a failed test may have left a log file open.
        subprocess.run(["umount", "--lazy", str(path)], check=True)
