"""The program's log."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Secret
from bindtool.core.diagnostics.log_file import log_files, logging_to
from tests.core.store.unprivileged import as_nobody, open_folder, posix

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


NOON = datetime.fromisoformat("2026-11-28T12:00").astimezone().timestamp()


def log_at(moment: float, words: str) -> None:
    """Log as at another time, in seconds since 1970."""
    record = OURS.makeRecord(OURS.name, logging.INFO, __file__, 1, words, (), None)
    record.created = moment
    OURS.handle(record)


def name_at(time: str, process: int | None = None) -> str:
    """Return the name of a file that was begun on that noon."""
    return f"bindtool-2026-11-28-{time}-{process or os.getpid()}.log"


def older(folder: Path, name: str, seconds: float, size: int = 1) -> Path:
    """Leave a file of another process, to which nothing was written for so long."""
    path = folder / name
    path.write_bytes(b"x" * size)
    moment = time.time() - seconds
    os.utime(path, (moment, moment))
    return path


def test_a_line_says_when_which_process_how_grave_who_and_what(log: Path) -> None:
    """The file has the name of its process and moment, is UTF-8 and is there once there is something to say."""
    assert not log.exists()
    OURS.info("配置 %s opened", "A12")

    (line,) = lines(log)
    day, clock, *rest = line.split(" ", 5)
    begun = clock.partition(",")[0].replace(":", "")
    assert list(log_files(log)) == [f"bindtool-{day}-{begun}-{os.getpid()}.log"]
    assert len(clock) == 12
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


def test_a_full_file_is_followed_by_another(log: Path) -> None:
    """Each has a megabyte and the line that filled it."""
    for second in range(5):
        log_at(NOON + second, "x" * 500_000)
    assert [(name, len(data) // 500_000) for name, data in log_files(log).items()] == [
        (name_at("120000"), 2),
        (name_at("120002"), 2),
        (name_at("120004"), 1),
    ]


DAY = 24 * 3600


def test_the_log_has_an_end(log: Path) -> None:
    """Ten megabytes of the newest files stay, whichever process they are of, with the one that is begun."""
    log.mkdir()
    files = [older(log, name_at("120000", number), DAY - number, 1_000_000) for number in range(100, 115)]
    OURS.info("one")
    assert len(log_files(log)) == 10
    assert sorted(path for path in files if path.exists()) == files[6:]


def test_a_thousand_short_files_are_not_kept(log: Path) -> None:
    """On a disk each takes up some kilobytes, so that no more than 2,441 stay."""
    log.mkdir()
    for number in range(2450):
        older(log, name_at("120000", 10_000 + number), DAY)
    OURS.info("one")
    assert len(log_files(log)) == 10_000_000 // 4096


def test_what_is_older_than_thirty_days_goes(log: Path) -> None:
    """By its last line: a window may have begun its file long before. What is none of the log's files stays."""
    log.mkdir()
    for name, days in (
        ("bindtool-2026-01-01.log", 31),
        (name_at("120000", 1), 30.01),
        (name_at("120000", 2), 29.99),
    ):
        older(log, name, days * DAY)
    older(log, "bindtool-2026-01-01.txt", 31 * DAY)
    OURS.info("one")
    (mine,) = (name for name in log_files(log) if name.endswith(f"-{os.getpid()}.log"))
    assert {path.name for path in log.iterdir()} == {mine, name_at("120000", 2), "bindtool-2026-01-01.txt"}


def test_a_clock_that_was_set_back(log: Path) -> None:
    """However much is there from days that have not come yet, what is begun now stays."""
    log.mkdir()
    for number in range(1, 12):
        older(log, name_at("120000", number), -DAY, 1_000_000)
    OURS.info("one")
    assert any(name.endswith(f"-{os.getpid()}.log") for name in log_files(log))


def test_what_can_not_be_read_is_left_out(log: Path) -> None:
    """And where there is no folder yet, nothing was logged."""
    assert log_files(log) == {}
    log.mkdir()
    older(log, "bindtool-2026-11-27.log", DAY)
    (log / name_at("120000", 1)).mkdir()
    log_at(NOON, "one")
    assert list(log_files(log)) == ["bindtool-2026-11-27.log", name_at("120000")]


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
    """No line is lost or cut: each process has files of its own, with its lines in their order."""
    programs = {
        name: subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "abc"[:WRITERS]
    }
    assert [program.wait() for program in programs.values()] == [0] * WRITERS
    for name, program in programs.items():
        data = [text for file, text in log_files(tmp_path).items() if file.endswith(f"-{program.pid}.log")]
        words = [line.split()[-3:] for line in b"".join(data).decode().splitlines()]
        assert words == [[name, str(number), name * 4000] for number in range(LINES)]


@posix
def test_a_file_that_is_deleted_meanwhile(log: Path) -> None:
    """The next line is in a new file, and not in one that nobody finds."""
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
    """Both write: whoever may write in the data folder may write in that of the log."""
    with open_folder() as path:
        path.chmod(0o777)
        data = DataFolder(path)
        with logging_to(data.logs, KnownSecrets()):
            OURS.info("mine")
        (mine,) = data.logs.iterdir()
        mine.rename(data.logs / name_at("120000", 1))
        # The umask of whoever runs the tests takes it from others.
        data.logs.chmod(0o777)
        with as_nobody(), logging_to(data.logs, KnownSecrets()):
            OURS.info("theirs")
        assert [line.split()[-1] for line in lines(data.logs)] == ["mine", "theirs"]


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
