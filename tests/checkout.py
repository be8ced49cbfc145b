"""The checkout that contains the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePath

ROOT = Path(__file__).resolve().parent.parent


def kept_files() -> tuple[PurePath, ...]:
    """Return the files that git tracks or would track, relative to the top of the checkout."""
    # The checkout may belong to another user than the one running the tests, which git refuses by default.
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(PurePath(name) for name in names if (ROOT / name).is_file())
