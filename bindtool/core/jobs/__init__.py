"""The one entry to a run, for the window, the command line and the check of a channel."""
