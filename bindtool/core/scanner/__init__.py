"""Scanners: their key bursts and serial lines, what goes wrong with them, and their self-test."""
