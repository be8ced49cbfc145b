"""The parts of the window that ask, sum up and offer the next step."""
