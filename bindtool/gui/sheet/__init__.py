"""The open sheet: document, model, table."""
