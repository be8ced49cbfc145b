"""What every feature of the window is made with: the frame, widgets, theme, sounds, helpers."""
