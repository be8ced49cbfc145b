"""Setting a scanner up: rules, faults, questions, and the page that tests one."""
