"""What bindtool knows without a window: devices, rows, requests, answers and where they are written down.

Nothing below this package imports Qt or turns a message id into words.
"""
