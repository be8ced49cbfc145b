"""The frame of the window, shared by all features."""
