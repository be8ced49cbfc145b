"""The program's log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from bindtool.core.diagnostics.log_file import log_files, log_to
from tests.core.store.unprivileged import posix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS = logging.getLogger("bindtool.core.somewhere")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Log to a file, and leave logging as it was."""
    root, ours = logging.getLogger(), logging.getLogger("bindtool")
    levels = root.level, ours.level
    path = tmp_path / "bindtool.log"
    handler = log_to(path)
    yield path
    root.removeHandler(handler)
    handler.close()
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def test_a_line_says_when_how_grave_who_and_what(log: Path) -> None:
    """The file is UTF-8 and is there once there is something to say."""
    assert not log.exists()
    OURS.info("配置 %s opened", "A12")

    (line,) = log.read_text(encoding="utf-8").splitlines()
    day, time, *rest = line.split(" ", 4)
    assert (len(day), len(time)) == (10, 12)
    assert rest == ["INFO", "bindtool.core.somewhere:", "配置 A12 opened"]


@pytest.mark.expects_log("WARNING httpx: odd")
def test_others_are_heard_from_their_warnings_upwards(log: Path) -> None:
    """What a library for HTTP says below that has the token's header in it."""
    logging.getLogger("httpcore.http11").debug("send_request_headers Authorization: Bearer pat_secret")
    logging.getLogger("httpx").info("HTTP Request: POST")
    OURS.debug("a detail")
    logging.getLogger("httpx").warning("odd")

    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.endswith(" WARNING httpx: odd")


@pytest.mark.expects_log("ERROR bindtool.core.somewhere: it failed")
def test_what_looks_like_a_token_is_not_logged(log: Path) -> None:
    """A fault that nobody has foreseen may have one in its words, or its cause may: the file has stars."""
    try:
        try:
            raise ValueError("Authorization: Bearer sk-0123456789abcdef")
        except ValueError as error:
            raise RuntimeError("illegal header value b'Bearer pat_0123456789abcdef'") from error
    except RuntimeError:
        OURS.exception("it failed with %s", "czu_0123456789abcdef")

    text = log.read_text(encoding="utf-8")
    assert "0123456789abcdef" not in text
    assert "it failed with ***" in text
    assert "RuntimeError: illegal header value b'Bearer ***'" in text


def test_the_log_has_an_end(log: Path) -> None:
    """Six megabytes leave the newest four files, each of a megabyte at most."""
    for number in range(12):
        OURS.info("%06d %s", number, "x" * 500_000)

    files = sorted(log.parent.iterdir())
    assert [file.name for file in files] == ["bindtool.log", "bindtool.log.1", "bindtool.log.2", "bindtool.log.3"]
    assert all(file.stat().st_size <= 1_000_000 for file in files)
    assert "000011 " in log.read_text(encoding="utf-8").splitlines()[-1]


def test_what_was_logged_so_far(log: Path) -> None:
    """The file and the older ones by their names, in order; what is not there or can't be read is left out."""
    assert log_files(log) == {}
    OURS.info("one")
    log.with_name("bindtool.log.1").write_bytes(b"older")
    log.with_name("bindtool.log.2").mkdir()
    log.with_name("bindtool.log.3").write_bytes(b"oldest")
    log.with_name("bindtool.log.4").write_bytes(b"none of ours")
    found = log_files(log)
    assert list(found) == ["bindtool.log", "bindtool.log.1", "bindtool.log.3"]
    assert found["bindtool.log"].endswith(b"INFO bindtool.core.somewhere: one\n")
    assert found["bindtool.log.1"] == b"older"


@posix
def test_a_log_that_is_deleted_meanwhile(log: Path) -> None:
    """The next line is in a new file of its name, and not in one that nobody finds."""
    OURS.info("before")
    log.unlink()
    OURS.info("after")
    assert log.read_text(encoding="utf-8").endswith("after\n")
    assert "before" not in log.read_text(encoding="utf-8")


@posix
def test_a_folder_that_is_gone(tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody hears of the log itself: what took the folder away is told elsewhere."""
    OURS.info("before")
    away = tmp_path.with_name("away")
    tmp_path.rename(away)
    OURS.info("between")
    away.rename(tmp_path)
    OURS.info("after")
    assert [line.split()[-1] for line in log.read_text(encoding="utf-8").splitlines()] == ["before", "after"]
    assert capsys.readouterr().err == ""


@pytest.mark.expects_log("odd")
def test_words_from_outside_make_no_line_of_their_own(log: Path) -> None:
    """A line break, a mark of direction or a terminal's command in them is seen as its code."""
    OURS.info("said: %s", "x\n2026-11-25 INFO bindtool: all well \u202e \x1b[2J")
    try:
        raise ValueError("\u202edd\x1bo")
    except ValueError:
        OURS.exception("odd")
    told, odd, *traceback = log.read_text(encoding="utf-8").splitlines()
    assert told.endswith("said: x\\n2026-11-25 INFO bindtool: all well \\u202e \\u001b[2J")
    assert odd.endswith("odd")
    assert (traceback[0], traceback[-1]) == ("Traceback (most recent call last):", "ValueError: \\u202edd\\u001bo")
