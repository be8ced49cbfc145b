"""The window's process: `start` shows the window, `composition` builds what works in it and runs the loop."""
