"""The rows that a run has left to handle."""
