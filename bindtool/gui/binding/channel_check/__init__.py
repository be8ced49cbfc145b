"""The check whether a channel adds or replaces."""
