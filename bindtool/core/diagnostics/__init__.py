"""What is looked at when something is wrong: the laptop, the ledger, the log, versions, licences."""
