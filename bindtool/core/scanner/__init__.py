"""Scanners: their key bursts and serial lines, their faults, and their self-test."""
