"""Tests the Windows packages in dist/windows under Wine: installs, checks, upgrades with a filled sheet, removes.

    packaging/test-session.sh .venv/bin/python -m tests.windows.check [--previous SETUP] [--pictures FOLDER]

Without the setup of an earlier version it makes one of the same files that says it is 0.0.1.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bindtool.practice.server import PracticeServer
from tests.windows.trial import ROOT, Trial
from tests.windows.wine import new_windows


def earlier_setup(folder: Path) -> Path:
    """Build a setup of the same files with the version 0.0.1; loosely compressed, since that is quick."""
    setup = folder / "bindtool-0.0.1-setup.exe"
    about = {
        "VERSION": "0.0.1",
        "SOURCE": ROOT / "build" / "windows" / "bindtool",
        "ICONS": ROOT / "build" / "icons",
        "OUT": setup,
        "SIGN": "true",
    }
    defined = [f"-D{name}={value}" for name, value in about.items()]
    script = ROOT / "packaging" / "windows" / "bindtool.nsi"
    command = ["makensis", "-V1", "-XSetCompressor /FINAL zlib", "-INPUTCHARSET", "UTF8", *defined, str(script)]
    subprocess.run(command, check=True, timeout=300)
    return setup


def main() -> int:
    """Take the steps in order and stop at the first failure."""
    parser = argparse.ArgumentParser(description="Try Windows' packages under Wine.")
    parser.add_argument("--previous", type=Path, help="the setup of an earlier version")
    parser.add_argument(
        "--pictures", type=Path, default=ROOT / "build" / "pictures", help="where to put screenshots"
    )
    given = parser.parse_args()
    given.pictures.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="bindtool-windows-"))
    try:
        with new_windows(work) as windows, PracticeServer(latency=0, rate=0) as server:
            trial = Trial(windows, server, given.previous or earlier_setup(work), given.pictures, work)
            steps: list[Callable[[], None]] = [
                trial.install_for_one_user,
                trial.fill_a_sheet,
                trial.upgrade_in_place,
                trial.upgrade_in_a_run,
                trial.upgrade_by_hand,
                trial.uninstall,
                trial.uninstall_and_forget,
                trial.install_per_machine,
                trial.bind_in_a_company,
                trial.be_refused_in_a_company,
            ]
            for step in steps:
                name = step.__name__.replace("_", " ")
                try:
                    step()
                except Exception:
                    windows.photograph(given.pictures / "windows-failed.png")
                    print(f"failed: {name}", flush=True)
                    raise
                print(f"ok  {name}", flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{len(steps)} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
