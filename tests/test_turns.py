"""What has to hold before a change lands is tried in turns: `.ci/run`, whose `make` is a stand-in here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it makes fresh Debian systems")


def steps(folder: Path, turn: str) -> list[str]:
    """Return what `make` is asked for in a turn."""
    make = folder / "make"
    make.write_text('#!/bin/sh\necho "make $*${SEED:+ with other examples}"\n', encoding="utf-8")
    make.chmod(0o755)
    environ = os.environ | {"TURN": turn, "SEED": "1", "PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run([ROOT / ".ci" / "run"], env=environ, capture_output=True, text=True, check=True)
    return [line.removeprefix("make ") for line in done.stdout.splitlines() if line.startswith("make ")]


def test_four_turns_try_each_debian_as_each_user(tmp_path: Path) -> None:
    """Both Debians as both users; all tests run last, for their closing line, on the same examples each time."""
    turns = [steps(tmp_path, str(turn)) for turn in range(4)]

    fresh = {step.split(" -- ")[0] for turn in turns for step in turn if step.startswith("fresh-check")}
    assert fresh == {
        f"fresh-check ARGS={suite} {user}" for suite in ("bookworm", "trixie") for user in ("newcomer", "root")
    }
    assert {turn[-1] for turn in turns} == {"test"}
    assert steps(tmp_path, "") in turns
