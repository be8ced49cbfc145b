"""The output of the command line: results to standard output; progress and everything else to standard error."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import unicodedata
from contextlib import suppress
from itertools import accumulate
from typing import TYPE_CHECKING, TextIO

from bindtool.core.common.errors import BindtoolError, PasswordStoreUnusable, TokenMissing
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bindtool.core.common.clock import Clock
    from bindtool.i18n.catalogue import Texts

_LONGEST, _SHORTEST = 20, 5
"""Characters between the brackets; a shorter bar shows nothing, and is replaced by the words."""

_HINTS = {
    "password_store.absent": "cli.no_store_absent",
    "password_store.plain": "cli.no_store_plain",
    "password_store.failed": "cli.no_store_failed",
    "password_store.forgetful": "cli.no_store_forgetful",
}
"""For a terminal, in place of hints that name the window."""

_USUAL = 80
"""Columns, if the terminal does not report its width."""

_MORE = "..."
_WIDE = frozenset("WFA")
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def width_of(terminal: TextIO) -> int:
    """Return the current number of columns of a terminal."""
    try:
        return os.get_terminal_size(terminal.fileno()).columns or _USUAL
    except (OSError, ValueError):  # it is no terminal, or has no descriptor
        return _USUAL


def fitted(done: int, total: int, words: str, columns: int) -> str:
    """Return a line that is never wrapped: words, preceded by a bar if there is room for both.

    The last column stays free: some terminals wrap when it is filled.
    """
    room = columns - 1
    length = min(_LONGEST, room - len("[] ") - _width(words))
    if length < _SHORTEST:
        return _cut(words, room)
    filled = length * done // total
    return f"[{'#' * filled}{'.' * (length - filled)}] {words}"


def _cut(words: str, room: int) -> str:
    if _width(words) <= room:
        return words
    room -= len(_MORE)
    ends = accumulate(map(_columns, words))
    kept = "".join(sign for sign, end in zip(words, ends, strict=True) if end <= room)
    return f"{kept}{_MORE}"[: max(0, room + len(_MORE))]


def _width(text: str) -> int:
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    """Return the maximum number of columns of a character: some are wide on Chinese terminals and nowhere else."""
    if unicodedata.category(sign) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in _WIDE else 1


def has_no_reader(error: OSError, platform: str = sys.platform) -> bool:
    """Return whether a write failed because the pipe's reader is gone, or the terminal was closed.

    Windows' C library has no error code for a broken pipe, and reports "invalid argument" (CPython, issue 79935).
    """
    gone = {errno.EPIPE, errno.EIO} | ({errno.EINVAL} if platform == "win32" else set())
    return isinstance(error, BrokenPipeError) or error.errno in gone


_BETWEEN_LINES = 1.0
"""Seconds between two plain lines of progress, so that a log file stays readable."""


def as_argument(name: str) -> str:
    """Return a name quoted for a shell command to copy: a space would split it in any shell."""
    return name if re.fullmatch(r"[\w.-]+", name) else f'"{name}"'


class Console:
    """Both streams of one command, and its language.

    `output_failed`: results could not be written, on a full disk for example; from then on none are. A closed
    reader is no failure.
    """

    def __init__(self, texts: Texts, stdout: TextIO, stderr: TextIO, clock: Clock) -> None:
        self.texts = texts
        self._stdout: TextIO | None = stdout
        self.output_failed = False
        self._stderr: TextIO | None = stderr
        self._clock = clock
        self.has_bar = stderr.isatty()
        self._shared = self.has_bar and stdout.isatty()
        self._bar: tuple[int, int, str] | None = None
        self._next_line = 0.0

    def result(self, *cells: object) -> None:
        """Write a line of results, its cells separated by tabs."""
        self.results([[str(cell) for cell in cells]])

    def results(self, lines: Sequence[Sequence[str]]) -> None:
        """Write lines of results at once: a large batch must not cost a system call per device."""
        text = "\n".join(map("\t".join, lines))
        # Checked as one: without tabs and line ends in cells, nearly all need no escaping.
        alone = text.count("\t") == sum(map(len, lines)) - len(lines) and text.count("\n") == len(lines) - 1
        if not (alone and text.replace("\t", "").replace("\n", "").isprintable()):
            text = "\n".join("\t".join(map(escaped, line)) for line in lines)
        if text:
            self._print(text)

    def json(self, value: Mapping[str, object]) -> None:
        """Write a JSON object as a line of results, in ASCII: a script may read it in any encoding."""
        self._print(json.dumps(value))

    def print(self, text: str) -> None:
        """Write text to standard output. Once its reader is gone, the command continues silently."""
        self._print(escaped(text, keep="\n\t"))

    def _print(self, text: str) -> None:
        if self._shared:
            self._erase()
        try:
            self._stdout = _written(self._stdout, f"{text}\n")
        except OSError as error:
            self._stdout, self.output_failed = None, True
            self.error(BindtoolError("cli.output_unwritable", why=error.strerror or str(error)))
        if self._shared:
            self._draw()

    def say(self, text: str) -> None:
        """Write a line to standard error."""
        self._erase()
        # If this fails too, the failure can't be reported.
        with suppress(OSError):
            self._stderr = _written(self._stderr, f"{escaped(text)}\n")
        self._draw()

    def say_messages(self, *messages: Message) -> None:
        """Write messages to standard error, a line each."""
        for message in messages:
            self.say(self.texts.say(message))

    def error(self, error: BindtoolError) -> None:
        """Write the title of an error, its file and line if it has them, and its hint."""
        place = error.title.values
        problem = self.texts.say(error.title)
        if "file" in place and "line" in place:
            problem = self.texts("profile.in_file", file=place["file"], line=place["line"], problem=problem)
        self.say(problem)
        self.hint(error)

    def hint(self, error: BindtoolError) -> None:
        """Write the hint of an error."""
        # The hints of these are the window's. For a missing token, the remedy is named with its command.
        if isinstance(error, PasswordStoreUnusable):
            hint = Message.of(_HINTS[error.id], **error.hint.values)
            self.say_messages(hint, Message.of("cli.secrets_in_variables"))
        elif not isinstance(error, TokenMissing):
            self.say_messages(error.hint)

    def progress(self, done: int, total: int, words: Callable[[], str]) -> None:
        """Show the progress: a bar on a terminal, elsewhere a line now and then. `words`: called when shown."""
        if self.has_bar:
            self._erase()
            self._bar = (done, total, escaped(words()))
            self._draw()
        elif self._clock.monotonic() >= self._next_line or done == total:
            self._next_line = self._clock.monotonic() + _BETWEEN_LINES
            self.say(words())

    def end_progress(self) -> None:
        """Remove the bar."""
        self._erase()
        self._bar = None

    def _erase(self) -> None:
        if self._bar:
            self._stderr = _written(self._stderr, "\r\x1b[K")

    def _draw(self) -> None:
        if self._bar and self._stderr is not None:
            # Queried each time: a terminal can be resized.
            self._stderr = _written(self._stderr, fitted(*self._bar, width_of(self._stderr)))


def _written(stream: TextIO | None, text: str) -> TextIO | None:
    """Write and return the stream; None once its reader is gone, or its terminal closed."""
    if stream is None:
        return None
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        if not has_no_reader(error):
            raise
        return None
    return stream
