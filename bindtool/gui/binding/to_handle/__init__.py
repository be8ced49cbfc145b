"""The rows that a run has left to be handled."""
