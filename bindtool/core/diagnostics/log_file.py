"""The program's log: a file for each process in a folder of the data folder, without a token.

Lines say what the program did (starts, runs, requests) and what surprised it; what a person has to know is shown. A
line is made, and cleaned, where it is logged; a thread of its own writes it, so that nobody waits for a slow disk.

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
"""Bytes of all files; those that were written to longest ago go first."""

_SMALLEST = 4096
"""Bytes that a file takes up on a disk, however short it is: thousands of commands leave thousands of files."""

_KEPT = 30 * 24 * 3600.0
"""Seconds since the last line of a file."""

_MOST_WAITING = 1000
"""Lines that are kept where they can't be written."""

_MOMENT = 0.2
"""Seconds that a line may wait for others."""

_LONGEST_FLUSH = 3.0
"""Seconds that are waited for the disk where the log is wanted whole."""


@contextmanager
def logging_to(folder: Path, secrets: KnownSecrets) -> Iterator[None]:
    """Write what the program logs to files in `folder` until the context ends; its parent is there, or will be.

    What is known of `secrets` when something is logged is taken out of it.

    Other libraries are logged from their warnings upwards: what httpx's engine says below that has headers in it.
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
    """Return once the disk has what was logged so far, or has taken too long for it."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Log):
            handler.flush()


def log_files(folder: Path) -> dict[str, bytes]:
    """Return what was logged to `folder` so far, by name, oldest first; what can't be read is left out."""
    flush_log()
    found = {}
    for _, path, _ in _files(folder):
        with suppress(OSError):
            found[path.name] = path.read_bytes()
    return found


def cleaned(text: str, secrets: KnownSecrets) -> str:
    """Return lines without `secrets` or anything like a token, with the codes of characters that nobody sees."""
    return secrets.clean(escaped(text, keep="\n"))


class _Log(logging.Handler):
    """Makes each line at once, since what it is about may change, and leaves it to a thread to be written.

    The thread takes the lines of a moment together: to wake it costs more than a line does. logging's own
    QueueHandler and QueueListener wake it for each, copy each record, and load pickle and sockets with a command.
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
        """Leave a line; one that tells of trouble is written at once. One that can't be made is left out."""
        with suppress(Exception):
            self._left.put((record.created, self.format(record)))
        if record.levelno >= logging.WARNING:
            self._hurry.set()

    def flush(self) -> None:
        """Wait until what was left so far is written, a few seconds at most."""
        written = threading.Event()
        self._leave(written)
        written.wait(_LONGEST_FLUSH)

    def close(self) -> None:
        """Write what was left, and no more after that."""
        self._leave(self._ended)
        self._thread.join(_LONGEST_FLUSH)
        super().close()

    def _leave(self, reached: threading.Event) -> None:
        """Have it set once all that was left before is written, which is at once."""
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
    """A line for each record, whatever a server or a file has put into its words, and nothing like a token in it.

    A fault that nobody has foreseen may have one in its words.
    """

    def __init__(self, secrets: KnownSecrets) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        return escaped(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the traceback that goes along, which has lines of its own."""
        return cleaned(super().format(record), self._secrets)


class _OwnFiles:
    """Writes ready lines to a file of this process, named by its first line's time, and makes room for it.

    Goes on in another file where its own was deleted or moved. Lines that can't be written are kept for the next
    try: there may be no data folder yet, and the log alone is no reason to make one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[bytes] = deque(maxlen=_MOST_WAITING)
        self._file: FileIO | None = None
        self._known: KnownFile | None = None

    def write(self, moment: float, line: str) -> None:
        """Write a line of that moment (seconds since 1970), and what could not be written before."""
        self._waiting.append(f"{line}\n".encode(errors="backslashreplace"))
        with suppress(OSError):
            file = self._open(moment)
            while self._waiting:
                file.write(self._waiting[0])
                self._waiting.popleft()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file = self._known = None

    def _open(self, moment: float) -> FileIO:
        if self._file is None or self._known is None or not self._known.is_there or self._file.tell() >= _LARGEST:
            self.close()
            # Whoever may write in the data folder may write here.
            self._folder.mkdir(mode=stat.S_IMODE(self._folder.parent.stat().st_mode), exist_ok=True)
            time = datetime.fromtimestamp(moment, UTC).astimezone()
            path = self._folder / f"bindtool-{time:%Y-%m-%d-%H%M%S}-{os.getpid()}.log"
            self._file = path.open("ab", buffering=0)
            self._known = KnownFile.at(path)
            self._make_room(path, moment)
        return self._file

    def _make_room(self, own: Path, now: float) -> None:
        """Delete what is old or too much; what another process has open on Windows goes another time."""
        together = 0
        for written, path, size in reversed(_files(self._folder)):
            together += max(size, _SMALLEST)
            if path != own and (together > _LARGEST_TOGETHER or written < now - _KEPT):
                with suppress(OSError):
                    path.unlink()


def _files(folder: Path) -> list[tuple[float, Path, int]]:
    """Return the log's files, oldest first: when it was written to last (seconds since 1970), and its bytes."""
    found = []
    with suppress(OSError):
        for path in folder.glob("bindtool-*.log"):
            with suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, path, status.st_size))
    return sorted(found)
