"""Handles a damaged database: checks it, copies its ledger, moves the readable data to a new one."""
