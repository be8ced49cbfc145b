"""The log-in that a proxy asks for."""
