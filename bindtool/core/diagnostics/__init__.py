"""Troubleshooting: checks of the laptop and the ledger, the log, a support bundle, versions."""
