"""The self-check: verifies that every part the program needs is on this computer, and works with the others.

`bindtool --smoke --report FILE` is run by every package job, and by IT after a silent installation. `check` runs
the checks in order, `headless_checks` has those that need no display, `practice` binds devices, `window` shows the
window, `report` writes the file. The person's data is not touched: files are in a temporary folder, the password
store is only asked for its name, and no other computer is contacted.
"""

from bindtool.smoke.check import main

__all__ = ["main"]
