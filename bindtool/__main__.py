"""Where bindtool starts: `python -m bindtool`, and the command `bindtool`.

Owns the choice between the window, the command line and the look at itself, and the end of the process. Qt is
loaded for the window only.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bindtool.cli import command_line
from bindtool.cli.surroundings import Surroundings
from bindtool.cli.windowless import has_display, without_window

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run bindtool and return its exit status. `arguments`: None takes those of the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:-1] == ["--smoke", "--report"]:
        from bindtool import smoke

        return smoke.main(given[-1])
    wants_window = given in ([], ["--practice"])
    if wants_window and has_display(os.environ, sys.platform):
        from bindtool.app import main as show_window

        return show_window(practice=bool(given))
    try:
        surroundings = Surroundings.of_this_process()
        if wants_window:
            return without_window(surroundings, practice=bool(given))
        return command_line.main(given, surroundings)
    finally:
        _let_go_of_output()


def _let_go_of_output() -> None:
    """Where nobody reads any more, keep Python from trying once more at its end, and from complaining then."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
