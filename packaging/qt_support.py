"""Extracts and compiles the Python sources that Qt for Python embeds in its library, and would compile at each
start.

Usage: `python packaging/qt_support.py`, in the environment with the library. Once extracted (Qt's SBK_EMBED), Qt
for Python loads the compiled files: 10 ms less. A module only needed for writing stubs is left empty: each start
loaded it, with two long patterns and argparse, in another 15 ms. `bindtool.spec` adds the extracted files to the
packages.
"""

from __future__ import annotations

import os
import subprocess
import sys
from compileall import compile_dir
from pathlib import Path

import shiboken6


def write_out() -> Path:
    """Extract them into the environment, replacing those of another version; return their folder."""
    asked = {**os.environ, "SBK_EMBED": "false"}
    subprocess.run([sys.executable, "-c", "import shiboken6.Shiboken"], env=asked, check=True)
    folder = Path(shiboken6.__path__[0], "files.dir")
    stubs = folder / "shibokensupport" / "signature" / "lib" / "pyi_generator.py"
    stubs.write_text("# Left empty by bindtool: Qt's own writes stubs for editors.\n", encoding="utf-8")
    return folder


if __name__ == "__main__":
    compile_dir(write_out(), quiet=1)
