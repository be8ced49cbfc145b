"""What the command line writes: results to standard output, everything else to standard error.

Owns the two streams: the bar that a result must not run into, characters that a terminal would obey, and a reader
that has gone away.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bindtool.core.clock import Clock
    from bindtool.core.errors import BindtoolError
    from bindtool.core.message import Message
    from bindtool.texts import Texts

_BAR = 20
"""Characters."""

_BETWEEN_LINES = 1.0
"""Seconds between two plain lines of progress, so that a log file stays readable."""


class Console:
    """Both streams of one command, and its language."""

    def __init__(self, texts: Texts, stdout: TextIO, stderr: TextIO, clock: Clock) -> None:
        self.texts = texts
        self._stdout: TextIO | None = stdout
        self._stderr: TextIO | None = stderr
        self._clock = clock
        self._bar_on = stderr.isatty()
        self._shared = self._bar_on and stdout.isatty()
        self._bar = ""
        self._next_line = 0.0

    def result(self, *cells: object) -> None:
        """Write a line of results, its cells between tabs."""
        self.results([cells])

    def results(self, lines: Iterable[Sequence[object]]) -> None:
        """Write lines of results at once: a large batch must not cost a system call a device."""
        text = "\n".join(map(_result, lines))
        if text:
            self.print(text)

    def print(self, text: str) -> None:
        """Write text to standard output. Where nobody reads it any more, the command goes on in silence."""
        if self._shared:
            self._erase()
        self._stdout = _written(self._stdout, f"{text}\n")
        if self._shared:
            self._draw()

    def say(self, text: str) -> None:
        """Write a line to standard error."""
        self._erase()
        self._stderr = _written(self._stderr, f"{one_line(text)}\n")
        self._draw()

    def tell(self, *messages: Message) -> None:
        """Write messages to standard error, a line each."""
        for message in messages:
            self.say(self.texts.say(message))

    def error(self, error: BindtoolError) -> None:
        """Write what is so, in which line of which file if it is in one, and what to do about it."""
        place = error.title.values
        problem = self.texts.say(error.title)
        if "file" in place and "line" in place:
            problem = self.texts("profile.in_file", file=place["file"], line=place["line"], problem=problem)
        self.say(problem)
        self.tell(error.hint)

    def progress(self, done: int, total: int, words: Callable[[], str]) -> None:
        """Show how far it is: a bar on a terminal, elsewhere a line now and then. `words`: asked when shown."""
        if self._bar_on:
            filled = _BAR * done // total
            self._erase()
            self._bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] {words()}"
            self._draw()
        elif self._clock.monotonic() >= self._next_line or done == total:
            self._next_line = self._clock.monotonic() + _BETWEEN_LINES
            self.say(words())

    def end_progress(self) -> None:
        """Take the bar away."""
        self._erase()
        self._bar = ""

    def _erase(self) -> None:
        if self._bar:
            self._stderr = _written(self._stderr, "\r\x1b[K")

    def _draw(self) -> None:
        if self._bar:
            self._stderr = _written(self._stderr, self._bar)


def one_line(text: str) -> str:
    """Return `text` without what would break a line or steer a terminal."""
    return text if text.isprintable() else "".join(_seen(character) for character in text)


def _result(cells: Sequence[object]) -> str:
    words = [str(cell) for cell in cells]
    return "\t".join(words if "".join(words).isprintable() else map(one_line, words))


def _seen(character: str) -> str:
    return "\ufffd" if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character


def _written(stream: TextIO | None, text: str) -> TextIO | None:
    """Write and return the stream; None from the moment that its reader has gone away."""
    if stream is None:
        return None
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        return None
    return stream
