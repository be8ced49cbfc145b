"""What is done about a damaged database: it is checked, its ledger copied, what can be read moved to a new one."""
