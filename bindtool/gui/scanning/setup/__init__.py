"""Scanner set-up: rules, faults, questions, and the test page."""
