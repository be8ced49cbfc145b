"""Scanners as devices: key bursts and serial ports become texts."""
