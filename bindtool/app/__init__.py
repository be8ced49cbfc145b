"""The window's program: `start` shows it, `root` builds every part and runs them on the loop of `window_loop`."""
