"""A display with a window manager for programs started by a test: no window of the test itself is on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import until

needs_desktop = pytest.mark.skipif(
    any(shutil.which(program) is None for program in ("Xvfb", "openbox", "xdotool")),
    reason="Xvfb, openbox or xdotool is not installed",
)


@contextmanager
def desktop(size: str = "1366x768") -> Iterator[str]:
    """Yield the name of a display of this size; the window manager decides which window is in front."""
    reading, writing = os.pipe()
    screen = ("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset")
    with _running(*screen, pass_fds=(writing,)):
        os.close(writing)
        with os.fdopen(reading) as number:
            display = f":{number.readline().strip()}"
        with _running("openbox", "--sm-disable", display=display):
            _wait_for_windows_to_be_managed(display)
            yield display


def run_stories(name: str, **environ: str) -> None:
    """Run the stories in a file beside this one in a process of their own, in this environment besides."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(Path(__file__).with_name(name)), "-q", "-p", "no:cacheprovider"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def _wait_for_windows_to_be_managed(display: str) -> None:
    """Wait until the window manager works: before that its keys, such as Alt+F4, have no effect."""
    environ = {**os.environ, "DISPLAY": display}
    asking = ["xdotool", "get_num_desktops"]
    until(lambda: subprocess.run(asking, env=environ, capture_output=True, check=False).returncode == 0)


@contextmanager
def _running(*command: str, display: str = "", pass_fds: tuple[int, ...] = ()) -> Iterator[None]:
    """Let a program run for a while."""
    environ = {**os.environ, "DISPLAY": display}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environ, pass_fds=pass_fds, stdout=silent, stderr=silent)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
