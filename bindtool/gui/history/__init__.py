"""The history: earlier devices, sheets and requests."""
