"""The two streams of a command."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TextIO

import pytest

from bindtool.cli.console import Console, has_no_reader
from bindtool.core.common.errors import BadInput, PasswordStoreUnusable
from bindtool.core.common.messages import Message
from bindtool.i18n.catalogue import Texts
from tests.cli.desk import HurriedClock, Terminal

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminals to open")


class Gone(io.StringIO):
    """A pipe whose reader has gone away."""

    def write(self, text: str) -> int:
        """Refuse."""
        raise BrokenPipeError


def console_of(out: io.StringIO, err: io.StringIO, clock: HurriedClock | None = None) -> Console:
    """Return a console in English."""
    return Console(Texts("en"), out, err, clock or HurriedClock())


def test_a_result_is_one_line() -> None:
    """A tab or a line break in a cell does not make a second cell or line; nothing steers the terminal."""
    out = io.StringIO()
    console_of(out, io.StringIO()).result("a\tb", "c\r\nd", "\x1b[2J", "\u2028")
    assert out.getvalue() == "a\\tb\tc\\r\\nd\t\\u001b[2J\t\\u2028\n"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (PasswordStoreUnusable("password_store.absent", backend="fail Keyring"), "password store (fail Keyring)."),
        (
            PasswordStoreUnusable("password_store.plain", backend="Plaintext"),
            "Plaintext keeps secrets as plain text",
        ),
        (PasswordStoreUnusable("password_store.failed", detail="RuntimeError"), "Try again; if it stays like this"),
        (PasswordStoreUnusable("password_store.forgetful"), "Try again; if it stays like this"),
    ],
)
def test_without_a_password_store_the_variables_are_named(error: PasswordStoreUnusable, says: str) -> None:
    """A command has no window in which a secret could be entered: it is handed over."""
    err = io.StringIO()
    console_of(io.StringIO(), err).error(error)
    _title, hint, variables = err.getvalue().splitlines()
    assert says in hint
    for variable in ("BINDTOOL_TOKEN", "BINDTOOL_LEDGER_PASSWORD", "HTTPS_PROXY"):
        assert variable in variables
    assert "window" not in err.getvalue()
    assert error.id not in err.getvalue()


TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("sign", TURNS)
def test_nothing_is_turned_around(sign: str) -> None:
    """A mark of direction in a server's words could make a refused device look like a bound one; it is seen."""
    out, err = io.StringIO(), io.StringIO()
    console = console_of(out, err)
    text = f"SPK1{sign}dnuob"
    console.result(text)
    console.print(f"one\n{text}")
    console.say(text)
    console.say_messages(Message.of("reason.repeat", row=text))
    console.error(BadInput("profile.broken_file", file=text, line=3))
    console.progress(1, 2, lambda: text)
    assert sign not in out.getvalue() + err.getvalue()
    shown = f"SPK1\\u{ord(sign):04x}dnuob"
    assert out.getvalue() == f"{shown}\none\n{shown}\n"
    assert err.getvalue().count(shown) == 4


def test_names_of_people_and_places_stay() -> None:
    """Joiners and letters of any script are no marks of direction."""
    out = io.StringIO()
    text = "工位 3 · \u0646\u0627\u0645\u200c\u0647\u0627 · 👩\u200d🔧"
    console_of(out, io.StringIO()).result(text)
    assert out.getvalue() == f"{text}\n"


def test_many_results_are_one_write() -> None:
    """A batch of fifty costs one write; no results cost none."""

    class Counting(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            return super().write(text)

    out = Counting()
    console = console_of(out, io.StringIO())
    console.results([("bound", "A1"), ("bound", "A2")])
    console.results([])
    assert out.getvalue() == "bound\tA1\nbound\tA2\n"
    assert out.writes == 1


def test_a_reader_that_has_gone_away() -> None:
    """Nothing fails, and the other stream goes on."""
    err = io.StringIO()
    console = console_of(Gone(), err)
    console.result("a")
    console.result("b")
    console.say("c")
    assert err.getvalue() == "c\n"
    console_of(io.StringIO(), Gone()).say("d")


def test_plain_progress_now_and_then() -> None:
    """Without a terminal there is a line a second at most, and one at the end."""
    clock = HurriedClock()
    err = io.StringIO()
    console = console_of(io.StringIO(), err, clock)
    for done in (1, 2, 3):
        console.progress(done, 3, partial("{} of 3".format, done))
    console.end_progress()
    assert err.getvalue() == "1 of 3\n3 of 3\n"


def test_a_bar_makes_way() -> None:
    """On a terminal a result and a line stand above the bar; at the end it is gone."""
    both = Terminal()
    console = console_of(both, both)
    console.progress(1, 2, lambda: "half")
    console.result("bound")
    console.say("a line")
    console.end_progress()
    console.say("the end")
    bar = "[##########..........] half"
    erase = "\r\x1b[K"
    assert both.getvalue() == f"{bar}{erase}bound\n{bar}{erase}a line\n{bar}{erase}the end\n"


def test_a_bar_leaves_a_file_alone() -> None:
    """Results that go to a file do not disturb the bar on the terminal."""
    out, err = io.StringIO(), Terminal()
    console = console_of(out, err)
    console.progress(1, 2, lambda: "half")
    console.result("bound")
    assert (out.getvalue(), err.getvalue()) == ("bound\n", "[##########..........] half")


def test_an_error_in_a_file() -> None:
    """What is wrong in a profile's file is told with its place."""
    err = io.StringIO()
    console_of(io.StringIO(), err).error(BadInput("profile.broken_file", file="x.toml", line=3))
    first, hint = err.getvalue().splitlines()
    assert first.startswith("x.toml, line 3: ")
    assert hint


class Closed(io.StringIO):
    """A terminal that has been closed."""

    def __init__(self, why: int) -> None:
        super().__init__()
        self._why = why

    def write(self, text: str) -> int:
        """Refuse."""
        raise OSError(self._why, os.strerror(self._why))


def test_a_terminal_that_has_gone_away() -> None:
    """The other stream goes on: a run that still waits for an answer has a report to write."""
    err = io.StringIO()
    console = console_of(Closed(errno.EIO), err)
    console.result("a")
    console.say("b")
    assert err.getvalue() == "b\n"


@pytest.mark.parametrize(
    ("number", "platform", "gone"),
    [
        (errno.EPIPE, "linux", True),
        (errno.EPIPE, "win32", True),
        (errno.EINVAL, "win32", True),
        (errno.EINVAL, "linux", False),
        (errno.ENOSPC, "win32", False),
    ],
)
def test_a_reader_that_has_gone_away_on_windows(number: int, platform: str, *, gone: bool) -> None:
    """Windows takes a pipe that was closed for an invalid argument: that stopped the run in the middle."""
    assert has_no_reader(OSError(number, ""), platform) is gone


def test_a_disk_that_is_full() -> None:
    """Results that a file has no room for are not lost without a word, and the command goes on."""
    err = io.StringIO()
    console = console_of(Closed(errno.ENOSPC), err)
    console.result("a")
    console.result("b")
    assert console.output_failed
    assert err.getvalue().count("Standard output can't be written: No space left on device") == 1


# ---------------------------------------------------------------- a real terminal


class Screen:
    """What is seen on a terminal that wraps. `last`: what stood in the last line each time that it was erased."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.lines = [""]
        self.last: list[str] = []
        self._at = 0

    def show(self, text: str) -> None:
        """Show what a program writes."""
        for piece in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|.|\n", text, re.DOTALL):
            if piece == "\x1b[K":
                assert self._at == 0
                self.last.append(self.lines[-1])
                self.lines[-1] = ""
            elif piece == "\r":
                self._at = 0
            elif piece == "\n":
                self.lines.append("")
            else:
                assert not piece.startswith("\x1b")
                self._put(piece)

    def _put(self, sign: str) -> None:
        wide = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if self._at + wide > self.columns:
            self.lines.append("")
            self._at = 0
        self.lines[-1] += sign
        self._at += wide


@contextmanager
def terminal(columns: int) -> Iterator[tuple[TextIO, Callable[[int], None], Callable[[], str]]]:
    """Open a terminal: its stream, what makes it so many columns wide, and what returns all that was written."""
    import termios

    master, slave = os.openpty()

    def resize(to: int) -> None:
        termios.tcsetwinsize(master, (24, to))

    def written() -> str:
        text = b""
        while not text.endswith(b"\a"):
            text += os.read(master, 4096)
        return text[:-1].decode()

    resize(columns)
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        try:
            yield stream, resize, written
        finally:
            os.close(master)


def bar(console: Console, done: int) -> None:
    """Show how far a run is."""
    words = partial(console.texts, "cli.progress", done=done, total=60, refused=3, unknown=1)
    console.progress(done, 60, words)


@posix
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("columns", [200, 80, 40, 20, 8])
def test_a_bar_is_one_line_on_a_terminal(columns: int, language: str) -> None:
    """On a narrow terminal the bar went on in a second line, and of each one a line of rubbish stayed."""
    screen = Screen(columns)
    with terminal(columns) as (stream, _, written):
        console = Console(Texts(language), stream, stream, HurriedClock())
        for done in (3, 30, 60):
            bar(console, done)
            console.result(f"A{done}")
        console.end_progress()
        stream.write("\a")
        stream.flush()
        screen.show(written())
    assert screen.lines == ["A3", "A30", "A60", ""]
    assert all(screen.last)
    if columns >= 80:
        assert screen.last[0].startswith("[#...................] ")


@posix
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_terminal_that_becomes_narrow(language: str) -> None:
    """The next bar has the room that there is now."""
    screen = Screen(20)
    with terminal(200) as (stream, resize, written):
        console = Console(Texts(language), stream, stream, HurriedClock())
        resize(20)
        bar(console, 3)
        console.end_progress()
        stream.write("\a")
        stream.flush()
        screen.show(written())
    assert screen.lines == [""]
