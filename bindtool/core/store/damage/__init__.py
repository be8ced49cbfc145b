"""What is done about a damaged database: found, copied before, read past what can't be read, replaced."""
