"""The program's log: one file of limited size in the data folder, without a token.

Log lines say what the program did and what surprised it; what a person has to know is shown.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import KnownFile
from bindtool.core.common.safe_text import escaped
from bindtool.core.credentials.redaction import Redaction

if TYPE_CHECKING:
    from io import TextIOWrapper

_LARGEST = 1_000_000
_OLDER_FILES = 3
_REDACTION = Redaction(())


class _LogFile(RotatingFileHandler):
    """Goes on in a file of the same name where its own was deleted or moved; without a folder it says nothing."""

    _known: KnownFile

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        if self.stream is not None and not self._known.is_there:
            self.stream.close()
            self.stream = None
        super().emit(record)

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        self._known = KnownFile.at(Path(self.baseFilename))
        return stream

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Leave the line out: nobody reads a log that can't be written."""


def log_to(path: Path) -> logging.Handler:
    """Write what the program logs to `path`, at most four files of a megabyte; return the handler.

    Other libraries are logged from their warnings upwards: what httpx's engine says below that has headers in it.
    """
    handler = _LogFile(path, maxBytes=_LARGEST, backupCount=_OLDER_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("bindtool").setLevel(logging.INFO)
    return handler


class _Lines(logging.Formatter):
    """A line for each record, whatever a server or a file has put into its words, and nothing like a token in it.

    A fault that nobody has foreseen may have one in its words.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        return escaped(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the traceback that goes along, which has lines of its own."""
        return _REDACTION.clean(escaped(super().format(record), keep="\n"))


def log_files(path: Path) -> dict[str, bytes]:
    """Return what was logged to `path` so far, older files too, by their names; what can't be read is left out."""
    found = {}
    for file in (path, *(path.with_name(f"{path.name}.{number}") for number in range(1, _OLDER_FILES + 1))):
        with suppress(OSError):
            found[file.name] = file.read_bytes()
    return found
