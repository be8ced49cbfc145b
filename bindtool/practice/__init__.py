"""The practice channel: the bind API on loopback, with its faults, for practice mode and for the tests."""
