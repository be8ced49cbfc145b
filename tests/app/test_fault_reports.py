"""What Qt says of itself, in the program's log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bindtool.core.diagnostics.log_file import log_files

PROGRAM = """
import sys
from functools import partial
from pathlib import Path
from PySide6.QtCore import QLoggingCategory, qDebug, qFatal, qWarning, qInstallMessageHandler
from bindtool.app.fault_reports import log_qt
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Secret
from bindtool.core.diagnostics.log_file import logging_to
secrets = KnownSecrets()
secrets.note(Secret("k" * 30))
with logging_to(Path(sys.argv[1]), secrets):
    qInstallMessageHandler(partial(log_qt, secrets))
    qDebug("a detail")
    qWarning("odd: Bearer pat_0123456789abcdefghij " + "k" * 30)
    if sys.argv[2] == "without":
        sys.stderr = None
        qWarning("nobody reads it")
    qFatal("the end")
"""


def run(folder: Path, streams: str) -> str:
    """Run a program that Qt complains about, and which it ends; return its standard error."""
    command = [sys.executable, "-c", PROGRAM, str(folder), streams]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_what_qt_says_is_logged(tmp_path: Path) -> None:
    """By its category and how grave it is, from warnings upwards; what Qt ends the process with is there."""
    run(tmp_path, "with")
    lines = b"".join(log_files(tmp_path).values()).decode().splitlines()
    assert [line.split(" ", 3)[3] for line in lines] == [
        "WARNING qt: default: odd: Bearer *** ***",
        "WARNING qt: default: the end",
        "CRITICAL qt: default: [A qFatal() call was made from Python code]",
    ]


def test_it_stands_on_standard_error_as_without_the_log(tmp_path: Path) -> None:
    """Whoever starts the program in a terminal reads it there; the windowed program of Windows has no stream."""
    assert run(tmp_path / "one", "with").splitlines()[:3] == ["a detail", "odd: Bearer *** ***", "the end"]
    assert run(tmp_path / "other", "without").splitlines()[:2] == ["a detail", "odd: Bearer *** ***"]
    lines = b"".join(log_files(tmp_path / "other").values()).decode().splitlines()
    assert [line.rpartition(": ")[2] for line in lines[:3]] == ["Bearer *** ***", "nobody reads it", "the end"]
