"""The two streams of a command."""

from __future__ import annotations

import io
from functools import partial

from bindtool.cli.console import Console
from bindtool.core.errors import BadInput
from bindtool.texts import Texts
from tests.cli.desk import HurriedClock, Terminal


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
    assert out.getvalue() == "a\ufffdb\tc\ufffd\ufffdd\t\ufffd[2J\t\ufffd\n"


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
