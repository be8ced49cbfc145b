"""Writes out and compiles what Qt for Python brings as sources inside its library, and else compiles at each start.

Usage: `python packaging/qt_support.py`, in the environment with the library. Once it is written out (Qt's
SBK_EMBED), Qt for Python takes it from there: 10 ms less. A module that only whoever writes stubs asks for is left
empty: each start loaded it, with two long patterns and argparse, in another 15 ms. `bindtool.spec` puts what is
written out into the packages.
"""

from __future__ import annotations

import os
import subprocess
import sys
from compileall import compile_dir
from pathlib import Path

import shiboken6


def write_out() -> Path:
    """Write it into the environment, over what another version has left; return its folder."""
    asked = {**os.environ, "SBK_EMBED": "false"}
    subprocess.run([sys.executable, "-c", "import shiboken6.Shiboken"], env=asked, check=True)
    folder = Path(shiboken6.__path__[0], "files.dir")
    stubs = folder / "shibokensupport" / "signature" / "lib" / "pyi_generator.py"
    stubs.write_text("# Left empty by bindtool: Qt's own writes stubs for editors.\n", encoding="utf-8")
    return folder


if __name__ == "__main__":
    compile_dir(write_out(), quiet=1)
