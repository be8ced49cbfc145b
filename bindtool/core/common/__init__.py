"""Shared by every other package: errors, messages, the clock, threads, files, the data folder."""
