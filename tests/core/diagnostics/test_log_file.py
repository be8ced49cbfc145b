"""The program's log."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Secret
from bindtool.core.diagnostics.log_file import log_files, logging_to
from tests.core.store.unprivileged import as_nobody, open_folder, posix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS = logging.getLogger("bindtool.core.somewhere")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Log to a folder."""
    folder = tmp_path / "logs"
    with logging_to(folder, KnownSecrets()):
        yield folder


def lines(folder: Path) -> list[str]:
    """Return what was logged so far."""
    return b"".join(log_files(folder).values()).decode().splitlines()


def log_on(day: str, words: str) -> None:
    """Log as on another day."""
    record = OURS.makeRecord(OURS.name, logging.INFO, __file__, 1, words, (), None)
    record.created = datetime.fromisoformat(f"{day}T12:00").astimezone().timestamp()
    OURS.handle(record)


def test_a_line_says_when_which_process_how_grave_who_and_what(log: Path) -> None:
    """The file has the day's name, is UTF-8 and is there once there is something to say."""
    assert not log.exists()
    OURS.info("配置 %s opened", "A12")

    (line,) = lines(log)
    day, time, *rest = line.split(" ", 5)
    assert list(log_files(log)) == [f"bindtool-{day}.log"]
    assert len(time) == 12
    assert rest == [str(os.getpid()), "INFO", "bindtool.core.somewhere:", "配置 A12 opened"]


def test_logging_is_left_as_it_was(tmp_path: Path) -> None:
    """Once the log is closed nothing is written to it, and what is logged below a warning goes nowhere."""
    root = logging.getLogger()
    before = root.level, root.handlers[:], logging.getLogger("bindtool").level
    with logging_to(tmp_path, KnownSecrets()):
        OURS.info("one")
    assert (root.level, root.handlers, logging.getLogger("bindtool").level) == before
    OURS.info("two")
    assert [line.split()[-1] for line in lines(tmp_path)] == ["one"]


@pytest.mark.expects_log("WARNING httpx: odd")
def test_others_are_heard_from_their_warnings_upwards(log: Path) -> None:
    """What a library for HTTP says below that has the token's header in it."""
    logging.getLogger("httpcore.http11").debug("send_request_headers Authorization: Bearer pat_secret")
    logging.getLogger("httpx").info("HTTP Request: POST")
    OURS.debug("a detail")
    logging.getLogger("httpx").warning("odd")

    (line,) = lines(log)
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

    text = "\n".join(lines(log))
    assert "0123456789abcdef" not in text
    assert "it failed with ***" in text
    assert "RuntimeError: illegal header value b'Bearer ***'" in text


@pytest.mark.expects_log("it failed with k")
def test_a_known_secret_is_not_logged(tmp_path: Path) -> None:
    """Whatever its form, from the moment that it is known; its line and the traceback have stars."""
    secrets = KnownSecrets()
    with logging_to(tmp_path, secrets):
        OURS.info("%s", "k" * 30)
        secrets.note(Secret("k" * 30))
        try:
            raise ValueError(f"illegal header value {b'k' * 30!r}")
        except ValueError:
            OURS.exception("it failed with %s", "k" * 30)
    first, *later = lines(tmp_path)
    assert first.endswith("k" * 30)
    assert later[0].endswith(" it failed with ***")
    assert later[-1] == "ValueError: illegal header value b'***'"
    assert "k" * 12 not in "".join(later)


def test_a_full_file_is_followed_by_the_next_of_its_day(log: Path) -> None:
    """Each has a megabyte and the line that filled it."""
    for _ in range(5):
        log_on("2026-11-28", "x" * 500_000)
    assert [(name, len(data) // 500_000) for name, data in log_files(log).items()] == [
        ("bindtool-2026-11-28.log", 2),
        ("bindtool-2026-11-28-2.log", 2),
        ("bindtool-2026-11-28-3.log", 1),
    ]


def test_the_log_has_an_end(log: Path) -> None:
    """Fifteen megabytes leave the newest ten, whatever their numbers, and the next day goes on there."""
    for number in range(15):
        log_on("2026-11-28", f"{number:06d} {'x' * 1_000_000}")
    log_on("2026-11-29", "the next day")
    names = [f"bindtool-2026-11-28-{number}.log" for number in range(7, 16)]
    assert list(log_files(log)) == [*names, "bindtool-2026-11-29.log"]
    assert lines(log)[-1].endswith("the next day")


def test_what_is_older_than_thirty_days_goes(log: Path) -> None:
    """With the first line of a day; what is none of the log's files stays."""
    for day in ("2026-10-28", "2026-10-29", "2026-10-30"):
        log_on(day, "then")
    log_files(log)
    (log / "bindtool-2026-10-28.txt").touch()
    (log / "bindtool-2026-13-28.log").touch()
    log_on("2026-11-28", "now")
    log_files(log)
    assert sorted(path.name for path in log.iterdir()) == [
        *(
            "bindtool-2026-10-28.txt",
            "bindtool-2026-10-29.log",
            "bindtool-2026-10-30.log",
            "bindtool-2026-11-28.log",
        ),
        "bindtool-2026-13-28.log",
    ]


def test_what_can_not_be_read_is_left_out(log: Path) -> None:
    """And where there is no folder yet, nothing was logged."""
    assert log_files(log) == {}
    log.mkdir()
    (log / "bindtool-2026-11-27.log").write_bytes(b"older")
    (log / "bindtool-2026-11-28.log").mkdir()
    log_on("2026-11-28", "one")
    found = log_files(log)
    assert list(found) == ["bindtool-2026-11-27.log", "bindtool-2026-11-28-2.log"]
    assert found["bindtool-2026-11-27.log"] == b"older"


LINES, WRITERS = 400, 3
WRITER = f"""
import logging, sys
from pathlib import Path
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.diagnostics.log_file import logging_to
with logging_to(Path(sys.argv[1]), KnownSecrets()):
    for number in range({LINES}):
        logging.getLogger("bindtool").info("%s %d %s", sys.argv[2], number, sys.argv[2] * 4000)
"""


def test_several_processes_at_once(tmp_path: Path) -> None:
    """No line is lost or cut, through four changes of file; the lines of each stand in their order."""
    programs = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "abc"[:WRITERS]]
    assert [program.wait() for program in programs] == [0] * WRITERS
    assert len(log_files(tmp_path)) > 4
    words = [line.split()[-3:] for line in lines(tmp_path)]
    for name in "abc"[:WRITERS]:
        of_one = [(number, text) for writer, number, text in words if writer == name]
        assert of_one == [(str(number), name * 4000) for number in range(LINES)]


@posix
def test_a_file_that_is_deleted_meanwhile(log: Path) -> None:
    """The next line is in a new file of its name, and not in one that nobody finds."""
    OURS.info("before")
    (name,) = log_files(log)
    (log / name).unlink()
    OURS.info("after")
    assert [line.split()[-1] for line in lines(log)] == ["after"]


@posix
def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """It does not come up again for the log; once it is back, the log has all its lines."""
    data = DataFolder(tmp_path / "data")
    data.create()
    with logging_to(data.logs, KnownSecrets()):
        OURS.info("before")
        log_files(data.logs)
        data.path.rename(tmp_path / "away")
        OURS.info("between")
        assert log_files(data.logs) == {}
        assert not data.path.exists()
        (tmp_path / "away").rename(data.path)
        OURS.info("after")
    assert [line.split()[-1] for line in lines(data.logs)] == ["before", "between", "after"]


def test_a_folder_that_is_made_later(tmp_path: Path) -> None:
    """The log makes none, and has what was said before; a thousand lines of that at most."""
    data = DataFolder(tmp_path / "data")
    with logging_to(data.logs, KnownSecrets()):
        for number in range(1005):
            OURS.info("%d", number)
        assert log_files(data.logs) == {}
        data.create()
        OURS.info("made")
    assert [line.split()[-1] for line in lines(data.logs)] == [*map(str, range(6, 1005)), "made"]


@posix
def test_a_file_of_another_account() -> None:
    """Whoever can't write to the file of the day begins the next one."""
    with open_folder() as path:
        path.chmod(0o777)
        data = DataFolder(path)
        with logging_to(data.logs, KnownSecrets()):
            OURS.info("mine")
        (name,) = log_files(data.logs)
        (data.logs / name).chmod(0o444)
        # The umask of whoever runs the tests takes it from others.
        data.logs.chmod(0o777)
        with as_nobody(), logging_to(data.logs, KnownSecrets()):
            OURS.info("theirs")
        assert [line.split()[-1] for line in lines(data.logs)] == ["mine", "theirs"]
        assert list(log_files(data.logs)) == [name, f"{name.removesuffix('.log')}-2.log"]


@pytest.mark.expects_log("odd")
def test_words_from_outside_make_no_line_of_their_own(log: Path) -> None:
    """A line break, a mark of direction or a terminal's command in them is seen as its code."""
    OURS.info("said: %s", "x\n2026-11-25 INFO bindtool: all well \u202e \x1b[2J")
    try:
        raise ValueError("\u202edd\x1bo")
    except ValueError:
        OURS.exception("odd")
    told, odd, *traceback = lines(log)
    assert told.endswith("said: x\\n2026-11-25 INFO bindtool: all well \\u202e \\u001b[2J")
    assert odd.endswith("odd")
    assert (traceback[0], traceback[-1]) == ("Traceback (most recent call last):", "ValueError: \\u202edd\\u001bo")
