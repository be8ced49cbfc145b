"""The computer is kept awake as long as a run is on, by Windows' own call."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Says what the log says, and ends without having let go.
PROGRAM = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
from bindtool.core.jobs.keep_awake import kept_awake
held = kept_awake(0)
held.__enter__()
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "win32", reason="Windows' call is Windows'")
def test_the_system_is_asked_and_the_process_ends() -> None:
    """Windows is asked, and a program that ends in the middle of a run is not kept by it."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        assert program.stdin is not None
        program.stdin.close()
        assert program.wait(60) == 0
    assert line.strip() == "the computer is kept awake"
