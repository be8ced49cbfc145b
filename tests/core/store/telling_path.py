"""A path that reports its use: for events between one step and the next."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _nothing() -> None:
    pass


class TellingPath(type(Path())):  # type: ignore[misc]
    """`opened` is called before a database there is opened, `looked_at` before its file is queried."""

    opened: Callable[[], object] = staticmethod(_nothing)
    looked_at: Callable[[], object] = staticmethod(_nothing)

    def absolute(self) -> Path:
        """Return the absolute path, which is requested before a database is opened."""
        self.opened()
        return Path(self).absolute()

    def stat(self, **options: Any) -> os.stat_result:
        """Return the file's status."""
        self.looked_at()
        return Path(self).stat(**options)
