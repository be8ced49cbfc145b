"""kill -9 at random moments of scanning and binding: nothing is lost, and nothing is said that is not so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.kills.endurance import Endurance
from tests.kills.faces import CommandLine, Window
from tests.kills.laptop import Phase
from tests.kills.shared_server import shared_server
from tests.kills.soak import kill
from tests.seeds import seed_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")

KILLS = 20
SEED = str(seed_of("suite"))


def test_the_window(tmp_path: Path) -> None:
    """After each kill the next start has every scan, says what is known, goes on, and ends as the server has it."""
    kills = kill(Window(), KILLS, SEED, tmp_path)
    assert kills.total() == KILLS
    assert min(kills[Phase.SCANNING], kills[Phase.RUNNING]) >= 3


def test_the_command_line(tmp_path: Path) -> None:
    """After each kill `--resume` has every device of the file, sends no settled one again, and binds the rest."""
    kills = kill(CommandLine(), KILLS, SEED, tmp_path)
    assert kills.total() == KILLS
    assert kills[Phase.RUNNING] >= 10


def test_in_turns_against_every_fault(tmp_path: Path) -> None:
    """One turn of the long soak: nothing is lost or said that is not so, and its tables can be written."""
    with shared_server(SEED) as server:
        soak = Endurance(tmp_path, server, SEED, lambda _: None)
        soak.run(seconds=0)
    assert soak.wrong == []
    assert soak.grown() == []
    assert "the window that lives" in soak.report()
    assert soak.benches["window that lives"].heard
