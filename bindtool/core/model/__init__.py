"""The values that packages share: device, row, outcome, job, channel. No input or output."""
