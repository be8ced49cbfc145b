"""Entry point of bindtool: `python -m bindtool`, and the command `bindtool`.

It chooses between the window, the command line, the self-check (`bindtool.smoke`) and an installer's question, and
ends the process. The command line loads no Qt.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.credentials.access_token import take_environment_token
from bindtool.core.credentials.secret import take_environment_password
from bindtool.display_check import has_display

if TYPE_CHECKING:
    from collections.abc import Sequence

_GARBAGE = 50_000
"""Allocations before Python's cycle collector runs: runs and lists allocate many values and hardly a cycle, and the
window freezes while the collector walks them."""

_GARBAGE_OF_A_COMMAND = 1_000_000
"""The same for the command line, which builds a long list of values that all stay and ends before there is much
garbage: with 10,000 requests it takes no more memory."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run bindtool and return its exit status. `arguments`: None takes those of the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # First of all: no child process inherits it.
    token, password = take_environment_token(os.environ), take_environment_password(os.environ)
    if given == ["--ask-to-close"]:
        from bindtool.app.single_instance import ask_to_close

        return ask_to_close(os.environ)
    if given[:-1] == ["--smoke", "--report"]:
        from bindtool import smoke

        return smoke.main(given[-1])
    gc.set_threshold(_GARBAGE)
    wants_window = given in ([], ["--practice"])
    if wants_window and has_display(os.environ, sys.platform):
        # Until the window's event loop takes over: loading modules creates hardly any garbage.
        gc.disable()
        _import_as_python_does()
        from bindtool.app.start import main as show_window

        return show_window(token, practice=bool(given))
    gc.set_threshold(_GARBAGE_OF_A_COMMAND)
    _open_missing_streams()
    # Not needed for the window's first paint.
    from bindtool.cli import command_line
    from bindtool.cli.command_line import without_window
    from bindtool.cli.process_environment import ProcessEnvironment

    try:
        process = ProcessEnvironment.of_this_process(token, password)
        if wants_window:
            return without_window(process, practice=bool(given))
        return command_line.main(given, process)
    finally:
        _let_go_of_output()
        # The process ends here: spare Python a last collection.
        gc.freeze()


def _import_as_python_does() -> None:
    """Restore Python's `__import__`: Qt for Python's looks for `from __feature__` (not used here).

    Qt's reads the source of each module for that and has `linecache` keep it.
    """
    importlib.import_module("PySide6.QtCore")
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _open_missing_streams() -> None:
    """Open the null device for missing streams: the windowed program of Windows has none, but runs commands."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the process ends


def _let_go_of_output() -> None:
    """Keep Python from flushing an unwritable output again at exit, which would end it with status 120.

    The command has reported it already and has its exit status.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
