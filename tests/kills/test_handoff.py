"""kill -9 at random moments of `bindtool bind`: every run that sent something is handed over, whole."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.profiles.profile import HandoffRules, Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.seeds import seed_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")

KILLS = int(os.environ.get("HANDOFF_KILLS", "8"))
DEVICES = 12
REQUESTS = 7
"""Of a command, the one ahead of a search among them; it is killed after so many of them as are drawn."""
AT_ONCE = 0.3
"""Seconds, at most, between the last of these and the kill; a run ends and is handed over within them."""


_TICK = 0.01


def test_every_run_is_handed_over(tmp_path: Path) -> None:
    """GIVEN kills at random moments WHEN the next command ends THEN there is a file for each run that sent."""
    share = tmp_path / "share"
    share.mkdir()
    draw = Random(seed_of("handoff"))  # noqa: S311 - moments
    with PracticeServer(latency=0.01, rate=0) as server:
        profile = Profile("line", channel.CONNECTOR_ID, server.site, proven=True, handoff=HandoffRules(str(share)))
        (tmp_path / "profiles").mkdir()
        (tmp_path / "profiles" / "line.toml").write_text(to_toml(profile), encoding="utf-8")
        for number in range(KILLS):
            begin(tmp_path, f"K{number}", server, draw.randint(0, REQUESTS), draw.uniform(0, AT_ONCE))
        assert begin(tmp_path, "LAST") == 0
    with Store(tmp_path / "data" / "bindtool.db", SystemClock()) as store:
        assert (store.handoffs.due(), store.handoffs.waiting()) == ((), ())
        runs = {
            number: [sent.device_id for sent in store.runs.devices(number)]
            for number in range(1, KILLS + 2)
            if store.runs.requests(number)
        }
    handed = {int(file.stem.rpartition("run")[2]): ids_in(file) for file in share.glob("bindtool_*")}
    assert handed == runs
    assert len(runs) > KILLS // 4


def ids_in(file: Path) -> list[str]:
    """Return the device ids of a file, whose every row is whole."""
    with file.open(encoding="utf-8-sig", newline="") as table:
        return [row["device_id"] for row in csv.DictReader(table, strict=True)]


def begin(
    folder: Path, name: str, server: PracticeServer | None = None, requests: int = 0, seconds: float = 0
) -> int | None:
    """Bind a list of its own; return the exit status, None where it was killed: after so many requests."""
    file = folder / f"{name}.txt"
    file.write_text("".join(f"{name}X{number:04}\n" for number in range(1, DEVICES + 1)), encoding="utf-8")
    environ = {
        **os.environ,
        "BINDTOOL_DATA_DIR": str(folder / "data"),
        "BINDTOOL_PROFILE_DIR": str(folder / "profiles"),
        "BINDTOOL_TOKEN": channel.TOKEN,
    }
    command = [sys.executable, "-m", "bindtool", "bind", str(file), "--batch-size", "2", "--rate", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        until = 0 if server is None else len(server.requests) + requests
        while server is None or len(server.requests) < until:
            with suppress(subprocess.TimeoutExpired):
                return running.wait(None if server is None else _TICK)
        try:
            return running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            return None
