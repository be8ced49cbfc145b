"""The window's program: `root` builds every part and runs them, `window_loop` is the loop that they run on."""

from bindtool.app.root import Supplies, build, main

__all__ = ["Supplies", "build", "main"]
