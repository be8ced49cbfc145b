"""bindtool binds devices to a channel of an agent platform. This module owns the version, nothing else."""

__version__ = "0.1.0"
