"""Scanner devices: turns key bursts and serial data into scanned text."""
