"""`bindtool --smoke --report FILE` as a process, as package jobs and IT run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bindtool import __version__

CHECKS = [
    "version",
    "translations",
    "database",
    "encodings",
    "tls",
    "shared_ledger",
    "single_sign_on",
    "keyring",
    "sounds",
    "licences",
    "practice",
    "qt",
    "window",
    "printing",
    "end",
]
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def smoke(report: Path, home: Path, *, display: bool, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run it with a home of its own, with the display of the tests or without one."""
    kept = {name: value for name, value in os.environ.items() if display or "DISPLAY" not in name}
    if not display:
        kept.pop("QT_QPA_PLATFORM", None)
    home.mkdir(exist_ok=True)
    folders = {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    return subprocess.run(
        [sys.executable, "-m", "bindtool", "--smoke", "--report", str(report)],
        env={**kept, **folders, "PYTHONUTF8": "1", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def lines_of(report: Path) -> dict[str, tuple[str, str]]:
    """Return what the report says of each check: whether it passed, and what was seen."""
    cells = [line.split("\t") for line in report.read_text(encoding="utf-8").splitlines()]
    return {name: (verdict, seen) for verdict, name, seen in cells}


@pytest.mark.parametrize("display", [True, False])
def test_on_a_sound_computer(tmp_path: Path, *, display: bool) -> None:
    """With a display and without one: every check passes, in order, and nothing of the person's was touched."""
    report, home = tmp_path / "report.txt", tmp_path / "home"
    done = smoke(report, home, display=display, BINDTOOL_DATA_DIR=str(home / "data"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    lines = lines_of(report)
    assert list(lines) == CHECKS
    assert {verdict for verdict, _ in lines.values()} == {"ok"}
    assert lines["version"][1].startswith(f"bindtool {__version__}, commit ")
    assert lines["translations"][1] == "en, zh_CN"
    assert lines["practice"][1] == "20 bound"
    assert lines["qt"][1].split(",")[0] == ("offscreen" if not display or sys.platform != "linux" else "xcb")
    # Qt keeps a cache of fonts there; nothing of ours.
    assert [path for path in home.rglob("*") if "bindtool" in path.name] == []


def test_a_computer_without_a_password_store(tmp_path: Path) -> None:
    """It is said, and is no failure of the program."""
    report = tmp_path / "report.txt"
    done = smoke(report, tmp_path / "home", display=False, **NO_KEYRING)
    assert done.returncode == 0
    assert lines_of(report)["keyring"] == ("ok", "none that may be used here (password_store.absent: fail Keyring)")


def test_a_password_store_that_can_be_used(tmp_path: Path) -> None:
    """The one of the session is named."""
    report = tmp_path / "report.txt"
    assert smoke(report, tmp_path / "home", display=False).returncode == 0
    assert lines_of(report)["keyring"][0] == "ok"


def test_a_part_that_is_missing(tmp_path: Path) -> None:
    """Qt's platform can't start: the process dies on the spot, and the report lacks its last line."""
    report = tmp_path / "report.txt"
    done = smoke(report, tmp_path / "home", display=True, QT_QPA_PLATFORM="missing")
    assert done.returncode not in {0, 1, 2}
    assert list(lines_of(report)) == CHECKS[: CHECKS.index("qt")]


def test_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    """Status 2, and why."""
    done = smoke(tmp_path / "missing" / "report.txt", tmp_path / "home", display=False)
    assert done.returncode == 2
    assert done.stderr.endswith("No such file or directory\n")
