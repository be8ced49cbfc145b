"""The program checks itself: is everything there that it needs on this computer, and does it work together?

`bindtool --smoke --report FILE` is what every package job runs, and what IT runs after a silent installation.
`check` runs the checks in order, `headless_checks` has those that need no display, `practice` binds devices,
`window` shows the window, `report` writes the file. Nothing of the person's is touched: data lies in a temporary
folder, the password store is only asked for its name, and no computer but this one is asked anything.
"""

from bindtool.smoke.check import main

__all__ = ["main"]
