"""Windows in front of the main one; each is opened, never waited for in a loop of its own."""
