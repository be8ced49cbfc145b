"""bindtool binds devices to a channel of an agent platform. Only the version is here."""

__version__ = "0.2.0"
