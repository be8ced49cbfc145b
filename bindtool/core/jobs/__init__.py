"""The single entry point of a run, for the window, the command line and the check of a channel."""
