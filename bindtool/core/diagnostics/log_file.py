"""The program's log: a file for each process in a folder of the data folder, without a token.

`fault_hooks` logs uncaught exceptions. Lines record the program's actions (starts, runs, requests) and unexpected
events; messages for the user are displayed instead. A line is formatted and cleaned by the logging thread; a thread
of its own writes it, so that no caller waits for a slow disk.

No two processes write to one file, so none has to wait for another.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections import deque
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import KnownFile
from bindtool.core.common.safe_text import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

    from bindtool.core.credentials.redaction import KnownSecrets

_LARGEST = 1_000_000
"""Bytes of a file, after which the process begins another."""

_LARGEST_TOGETHER = 10_000_000
"""Bytes of all files; the least recently written files are deleted first."""

_SMALLEST = 4096
"""Bytes that a file occupies on disk, however short: thousands of commands leave thousands of files."""

_KEPT = 30 * 24 * 3600.0
"""Seconds since the last line of a file after which it is deleted."""

_MOST_WAITING = 1000
"""Lines kept in memory if they can't be written."""

_MOMENT = 0.2
"""Seconds to collect lines before writing them."""

_LONGEST_FLUSH = 3.0
"""Seconds to wait for the disk when flushing the log."""


@contextmanager
def logging_to(folder: Path, secrets: KnownSecrets) -> Iterator[None]:
    """Write the program's log to files in `folder` until the context ends; its parent exists, or will.

    Redacts the `secrets` known at the time of logging.

    Other libraries are logged from warnings upwards: lower levels of httpx's engine contain headers.
    """
    root, ours = logging.getLogger(), logging.getLogger("bindtool")
    levels = root.level, ours.level
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.INFO)
    log = _Log(folder, secrets)
    root.addHandler(log)
    try:
        yield
    finally:
        root.removeHandler(log)
        log.close()
        root.setLevel(levels[0])
        ours.setLevel(levels[1])


def flush_log() -> None:
    """Return once all lines so far are on disk, or the disk has taken too long."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Log):
            handler.flush()


def log_files(folder: Path) -> dict[str, bytes]:
    """Return the contents of the log files in `folder`, by name, oldest first; skips unreadable files."""
    flush_log()
    found = {}
    for _, path, _ in _files(folder):
        with suppress(OSError):
            found[path.name] = path.read_bytes()
    return found


def cleaned(text: str, secrets: KnownSecrets) -> str:
    """Return lines without `secrets` or anything like a token, with control characters escaped."""
    return secrets.clean(escaped(text, keep="\n"))


class _Log(logging.Handler):
    """Formats each line at once, since its arguments may change, and queues it for a writer thread.

    The thread writes the lines of a moment together: waking it costs more than a line does. logging's own
    QueueHandler and QueueListener wake it for each, copy each record, and load pickle and sockets in a command.
    """

    def __init__(self, folder: Path, secrets: KnownSecrets) -> None:
        super().__init__()
        self.setFormatter(_Lines(secrets))
        self._files = _OwnFiles(folder)
        self._left: SimpleQueue[tuple[float, str] | threading.Event] = SimpleQueue()
        self._hurry, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="bindtool-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a line; a warning or worse is written at once. Drops a line that can't be formatted."""
        with suppress(Exception):
            self._left.put((record.created, self.format(record)))
        if record.levelno >= logging.WARNING:
            self._hurry.set()

    def flush(self) -> None:
        """Wait until all queued lines are written, a few seconds at most."""
        written = threading.Event()
        self._leave(written)
        written.wait(_LONGEST_FLUSH)

    def close(self) -> None:
        """Write all queued lines, and stop the thread."""
        self._leave(self._ended)
        self._thread.join(_LONGEST_FLUSH)
        super().close()

    def _leave(self, reached: threading.Event) -> None:
        """Queue an event, which the thread sets after writing all lines before it, and wake the thread."""
        self._left.put(reached)
        self._hurry.set()

    def _work(self) -> None:
        while not self._ended.is_set():
            next_one = self._left.get()
            self._hurry.wait(_MOMENT)
            self._hurry.clear()
            self._take(next_one)
            with suppress(Empty):
                while True:
                    self._take(self._left.get_nowait())
        self._files.close()

    def _take(self, next_one: tuple[float, str] | threading.Event) -> None:
        if isinstance(next_one, threading.Event):
            next_one.set()
        else:
            self._files.write(*next_one)


class _Lines(logging.Formatter):
    """Formats each record as a single line, even with text from a server or a file, without anything like a token.

    The message of an unforeseen fault may contain a token.
    """

    def __init__(self, secrets: KnownSecrets) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        return escaped(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, followed by the lines of its traceback, if any."""
        return cleaned(super().format(record), self._secrets)


class _OwnFiles:
    """Writes formatted lines to a file of this process, named by the time of its first line, and deletes old files.

    Continues in a new file if its own was deleted or moved. Lines that can't be written are kept for the next
    attempt: there may be no data folder yet, and the log alone is no reason to create it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[bytes] = deque(maxlen=_MOST_WAITING)
        self._file: FileIO | None = None
        self._known: KnownFile | None = None

    def write(self, moment: float, line: str) -> None:
        """Write a line of that time (Unix seconds), after any lines that could not be written before."""
        self._waiting.append(f"{line}\n".encode(errors="backslashreplace"))
        with suppress(OSError):
            file = self._open(moment)
            while self._waiting:
                file.write(self._waiting[0])
                self._waiting.popleft()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        self._file = self._known = None

    def _open(self, moment: float) -> FileIO:
        if self._file is None or self._known is None or not self._known.is_there or self._file.tell() >= _LARGEST:
            self.close()
            # Any account that may write in the data folder may write here.
            self._folder.mkdir(mode=stat.S_IMODE(self._folder.parent.stat().st_mode), exist_ok=True)
            time = datetime.fromtimestamp(moment, UTC).astimezone()
            path = self._folder / f"bindtool-{time:%Y-%m-%d-%H%M%S}-{os.getpid()}.log"
            self._file = path.open("ab", buffering=0)
            self._known = KnownFile.at(path)
            self._make_room(path, moment)
        return self._file

    def _make_room(self, own: Path, now: float) -> None:
        """Delete files that are too old or too many; files open in another process on Windows stay until later."""
        together = 0
        for written, path, size in reversed(_files(self._folder)):
            together += max(size, _SMALLEST)
            if path != own and (together > _LARGEST_TOGETHER or written < now - _KEPT):
                with suppress(OSError):
                    path.unlink()


def _files(folder: Path) -> list[tuple[float, Path, int]]:
    """Return the log's files, oldest first, each with its last write (Unix seconds) and its size in bytes."""
    found = []
    with suppress(OSError):
        for path in folder.glob("bindtool-*.log"):
            with suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, path, status.st_size))
    return sorted(found)
