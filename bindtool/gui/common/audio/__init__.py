"""Sound cues and their player."""
