"""The window's process: `start` shows the window, `composition` wires the program and runs the event loop."""
