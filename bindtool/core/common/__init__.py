"""What every other package may use: errors, messages, the clock, threads, files, the data folder."""
