"""The program's log: files of a day in a folder of the data folder, without a token.

Lines say what the program did (starts, runs, requests) and what surprised it; what a person has to know is shown. A
line is made, and cleaned, where it is logged; a thread of its own writes it, so that nobody waits for a slow disk.

Several processes write to one file: a line goes to its end in one piece, and no file is renamed, which Windows
refuses while another process has it open. Whoever finds the day's file full begins the next one of the day.
"""

from __future__ import annotations

import logging
import re
import stat
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import KnownFile
from bindtool.core.common.safe_text import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from bindtool.core.credentials.redaction import KnownSecrets

_LARGEST = 1_000_000
"""Bytes of a file, after which the next one of the day begins."""

_LARGEST_TOGETHER = 10_000_000
"""Bytes of all files; the oldest ones go first."""

_KEPT = timedelta(days=30)

_NAME = re.compile(r"bindtool-(\d{4}-\d\d-\d\d)(?:-(\d+))?\.log", re.ASCII)

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
    for _, _, path in _files(folder):
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
        self._files = _DayFiles(folder)
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


class _DayFiles:
    """Writes ready lines to the file of their day, and makes room for it.

    Goes on in a file of the same name where its own was deleted or moved. Lines that can't be written are kept for
    the next try: there may be no data folder yet, and the log alone is no reason to make one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[bytes] = deque(maxlen=_MOST_WAITING)
        self._day: date | None = None
        self._file: FileIO | None = None
        self._known: KnownFile | None = None

    def write(self, moment: float, line: str) -> None:
        """Write a line of that moment (seconds since 1970), and what could not be written before."""
        self._waiting.append(f"{line}\n".encode(errors="backslashreplace"))
        with suppress(OSError):
            file = self._file_of(datetime.fromtimestamp(moment, UTC).astimezone().date())
            while self._waiting:
                _append(file, self._waiting[0])
                self._waiting.popleft()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file = self._known = None

    def _file_of(self, day: date) -> FileIO:
        known = self._known if day == self._day else None
        if self._file is None or known is None or not known.is_there or not _has_room(known.path):
            self.close()
            # Whoever may write in the data folder may write here.
            self._folder.mkdir(mode=stat.S_IMODE(self._folder.parent.stat().st_mode), exist_ok=True)
            self._file, self._day = self._open(day), day
            self._known = KnownFile.at(Path(self._file.name))
            self._make_room(day)
        return self._file

    def _open(self, day: date) -> FileIO:
        """Open the newest file of the day, or the next one where that is full or another account's."""
        number = max((number for found, number, _ in _files(self._folder) if found == day), default=1)
        newest = self._folder / _name(day, number)
        with suppress(PermissionError):
            if not newest.exists() or _has_room(newest):
                return newest.open("ab", buffering=0)
        return (self._folder / _name(day, number + 1)).open("ab", buffering=0)

    def _make_room(self, today: date) -> None:
        """Delete what is old or too much; what another process has open on Windows goes the next time."""
        together = 0
        for day, _, path in reversed(_files(self._folder)):
            with suppress(OSError):
                together += path.stat().st_size
                if together > _LARGEST_TOGETHER or day < today - _KEPT:
                    path.unlink()


def _has_room(path: Path) -> bool:
    return path.is_file() and path.stat().st_size < _LARGEST


def _name(day: date, number: int) -> str:
    return f"bindtool-{day.isoformat()}{'' if number == 1 else f'-{number}'}.log"


def _files(folder: Path) -> list[tuple[date, int, Path]]:
    """Return the log's files with their days and numbers, oldest first."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            name = _NAME.fullmatch(path.name)
            # A name of somebody else's may have a day that no calendar has.
            with suppress(ValueError):
                if name is not None:
                    found.append((date.fromisoformat(name[1]), int(name[2] or 1), path))
    return sorted(found)


if sys.platform == "win32":
    import msvcrt

    _BEYOND = 2**31 - 2
    """A place behind every line: what is locked there keeps nobody from reading."""

    _TRIES, _BETWEEN = 500, 0.001
    """How often a lock is tried that another process has, and seconds; msvcrt itself waits for whole ones."""

    def _append(file: FileIO, line: bytes) -> None:
        """Write in one piece: Windows' C library seeks the end first, and another process may write in between."""
        for _ in range(_TRIES):
            try:
                _lock(file, msvcrt.LK_NBLCK)
                break
            except PermissionError:
                time.sleep(_BETWEEN)
        else:
            raise TimeoutError
        try:
            file.write(line)
        finally:
            _lock(file, msvcrt.LK_UNLCK)

    def _lock(file: FileIO, mode: int) -> None:
        file.seek(_BEYOND)
        msvcrt.locking(file.fileno(), mode, 1)

else:

    def _append(file: FileIO, line: bytes) -> None:
        """Write in one piece, which POSIX does with a file that is opened for appending."""
        file.write(line)
