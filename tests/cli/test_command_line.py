"""One call of the command line: which command it is, what it says of itself, and how it ends."""

from __future__ import annotations

import platform

import pytest

from bindtool import __version__
from tests.cli.desk import Desk
from tests.memory_store import MemoryStore


def test_version(bare_desk: Desk) -> None:
    """Version, commit, Qt and Python, a line each."""
    done = bare_desk.run("--version")
    assert done.status == 0
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["bindtool", "commit", "Qt", "Python"]
    assert lines[0].split()[1] == __version__
    assert lines[3].split()[1] == platform.python_version()


@pytest.mark.parametrize(
    "words",
    [
        ("profile",),
        ("token",),
        ("history", "import"),
        ("ledger",),
        ("--smoke",),
        ("--smoke", "--report"),
        ("--smoke", "bind", "x.csv"),
        ("--practice", "bind", "x.csv"),
        ("check", "surplus"),
        ("bind",),
    ],
)
def test_what_is_no_command(bare_desk: Desk, words: tuple[str, ...]) -> None:
    """Status 2, what is so and where help is; nothing on standard output."""
    done = bare_desk.run(*words)
    assert (done.status, done.out) == (2, "")
    assert "--help" in done.err


def test_interrupted_while_it_waits_for_a_password(bare_desk: Desk) -> None:
    """Ctrl+C ends a command at once: status 130, a word and no traceback."""

    class Interrupts(MemoryStore):
        """A store at whose prompt the person gives up."""

        def forget(self, name: str) -> bool:
            """Be interrupted."""
            raise KeyboardInterrupt

    bare_desk.password_store = Interrupts()
    done = bare_desk.run("token", "forget", "line")
    assert (done.status, done.err) == (130, "Interrupted.\n")
