"""A file system that never responds, like a network share whose server or connection is gone."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FUSE = Path("/dev/fuse")
_MNT_DETACH = 2

needs_hung_share = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not _FUSE.exists(),
    reason="only root on Linux with FUSE can put a share into place that hangs",
)


@contextmanager
def hung_share(path: Path) -> Iterator[None]:
    """Mount it at `path`, over the content there, until the context ends; calls that still wait then get an error.

    It is a FUSE file system whose server never reads its requests.
    """
    path.mkdir(exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    server = os.open(_FUSE, os.O_RDWR)
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0,allow_other"
    try:
        if libc.mount(b"hung", os.fsencode(path), b"fuse", ctypes.c_ulong(0), options.encode()):
            pytest.skip("this root may not mount anything, as in some containers")
        try:
            yield
        finally:
            libc.umount2(os.fsencode(path), _MNT_DETACH)
    finally:
        os.close(server)
