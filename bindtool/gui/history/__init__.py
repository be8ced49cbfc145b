"""The history: past devices, sheets and requests."""
