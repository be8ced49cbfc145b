"""The words of the command line, and their help in both languages."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk

COMMANDS = [
    (),
    ("bind",),
    ("profile",),
    ("profile", "add"),
    ("profile", "list"),
    ("profile", "remove"),
    ("profile", "export"),
    ("profile", "import"),
    ("token",),
    ("token", "set"),
    ("token", "check"),
    ("token", "forget"),
    ("check",),
    ("history",),
    ("history", "export"),
    ("history", "import"),
    ("ledger",),
    ("ledger", "init"),
    ("ledger", "check"),
    ("ledger", "forget"),
    ("proxy",),
    ("proxy", "set"),
    ("proxy", "forget"),
]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help(bare_desk: Desk, command: tuple[str, ...], language: str) -> None:
    """Every command explains itself, and each word of the explanation is in the catalogue."""
    bare_desk.environ["LANGUAGE"] = language
    done = bare_desk.run(*command, "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(" ".join(["usage: bindtool" if language == "en" else "用法：bindtool", *command]))
    assert "cli." not in done.out


def test_help_of_bind_names_each_option(bare_desk: Desk) -> None:
    """The options that scripts rely on are all there."""
    shown = bare_desk.run("bind", "-h").out
    options = (
        "--profile --practice --report --dry-run --resume --batch-size --concurrency --rate --timeout --resend "
        "--max-wait --operator --encoding --sheet --id-column --label-column"
    )
    assert all(option in shown for option in options.split())
