"""The virtual environment of `make`: kept while it works, made anew when it can't, and nobody else's is touched."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "packaging" / "environment.py"


def see_to(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the script as make does, in the folder above."""
    command = [sys.executable, str(SCRIPT), folder.name, *options]
    return subprocess.run(command, cwd=folder.parent, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Give an environment that the script has made."""
    folder = tmp_path / ".venv"
    done = see_to(folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_what_works_is_kept(made: Path) -> None:
    """A second call changes nothing, with a Python named and without."""
    (made / "installed").touch()

    for options in ((), ("--keep",)):
        done = see_to(made, *options)
        assert (done.returncode, done.stdout) == (0, "")
    assert (made / "installed").exists()


def test_what_has_moved_is_made_anew(made: Path, tmp_path: Path) -> None:
    """Its programs name the folder they were installed in, so a moved environment can't be used."""
    (made / "installed").touch()
    elsewhere = tmp_path / "elsewhere" / ".venv"
    shutil.move(made, elsewhere)

    done = see_to(elsewhere, "--keep")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Making .venv with ")
    assert not (elsewhere / "installed").exists()


def test_another_python_is_made_anew_where_one_was_named(made: Path) -> None:
    """An environment of another Python stays with --keep and goes without it."""
    programs = made / ("Scripts" if sys.platform == "win32" else "bin")
    python = programs / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho /elsewhere 3 12 0\n", encoding="utf-8")
    python.chmod(0o755)

    kept, changed = see_to(made, "--keep"), see_to(made)

    assert (kept.returncode, kept.stdout) == (0, "")
    assert changed.stdout.startswith("Making .venv with ")
    assert subprocess.run([python, "-c", ""], check=False).returncode == 0


@pytest.mark.parametrize("options", [(), ("--keep",)])
def test_somebody_elses_is_left_alone(tmp_path: Path, options: tuple[str, ...]) -> None:
    """A folder of that name that make did not make is not wiped: it says what to do instead."""
    folder = tmp_path / ".venv"
    folder.mkdir()
    (folder / "mine").touch()

    done = see_to(folder, *options)

    assert done.returncode == 1
    assert "was not made by make" in done.stderr
    assert "make VENV=" in done.stderr
    assert (folder / "mine").exists()
