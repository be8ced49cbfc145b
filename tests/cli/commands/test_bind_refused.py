"""`bindtool bind`: what it does not begin with, and where its token comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import PasswordStoreLocked
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD, REFUSED
from tests.memory_store import MemoryStore
from tests.practice.faults import Slow

# ---------------------------------------------------------------- what can't be taken


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "not a list of devices"),
        (b"", "no device"),
        (b"\xff\xff\xff\x80\x80", ""),
        (b'device_id\n"A1', ""),
    ],
)
def test_files_that_cannot_be_taken(desk: Desk, server: PracticeServer, content: bytes, words: str) -> None:
    """Status 2, what is so and what to do, and nothing is sent."""
    path = desk.folder / "devices.csv"
    path.write_bytes(content)
    done = desk.bind(str(path))
    assert (done.status, done.out, server.requests) == (2, "", ())
    assert words in done.err.lower()
    assert len(done.err.splitlines()) == 2


@pytest.mark.parametrize("file", ["missing.csv", "", "with\0nul"])
def test_files_that_cannot_be_read(desk: Desk, file: str) -> None:
    """A file that is not there, a folder and an impossible name: status 2."""
    assert desk.bind(str(desk.folder / file)).status == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--profile", "other"),
        ("--batch-size", "0"),
        ("--concurrency", "65"),
        ("--rate", "-1"),
        ("--rate", "nan"),
        ("--timeout", "0"),
        ("--resend", "101"),
        ("--max-wait", "-1"),
        ("--max-wait", "nan"),
        ("--batch-size", "many"),
        ("--bat", "5"),
        ("--smoke",),
    ],
)
def test_options_that_cannot_be_taken(desk: Desk, server: PracticeServer, options: tuple[str, ...]) -> None:
    """Status 2, before anything is sent."""
    done = desk.run("bind", desk.file(*GOOD), *options)
    assert (done.status, done.out, server.requests) == (2, "", ())
    assert len(done.err.splitlines()) == 2


def test_which_profile(desk: Desk, server: PracticeServer) -> None:
    """With two profiles one has to be named."""
    desk.run("profile", "add", "other", "--connector-id", "1")
    assert desk.bind(desk.file(*GOOD)).status == 2
    assert desk.bind(desk.file(*GOOD), "--profile", "line").status == 0
    assert len(server.bound) == len(GOOD)


def test_a_report_that_has_no_place(desk: Desk, server: PracticeServer) -> None:
    """A folder that is not there is told before anything is sent."""
    done = desk.bind(desk.file(*GOOD), "--report", str(desk.folder / "missing" / "report.csv"))
    assert (done.status, server.requests) == (2, ())


def test_beside_another_bindtool(desk: Desk, server: PracticeServer) -> None:
    """One data folder has one writer: status 2, and nothing is sent."""
    with DataFolder(desk.folder / "data").writing():
        done = desk.bind(desk.file(*GOOD))
    assert (done.status, server.requests) == (2, ())
    assert "already open" in done.err


def test_a_disk_that_fails_in_the_middle(desk: Desk, server: PracticeServer) -> None:
    """A run that can't be written down any more stops with status 3; no traceback, and the report is written."""
    desk.bind(desk.file(GOOD[0]))
    database = desk.folder / "data" / "bindtool.db"

    class Breaks:
        """A fault that destroys the table of requests while a request is under way."""

        commit = True

        def deliver(self, reply: object) -> object:
            """Break it, then answer as ever."""
            import sqlite3

            with sqlite3.connect(database) as connection:
                connection.execute("DROP TABLE request_span")
            connection.close()
            return Slow(0).deliver(reply)  # type: ignore[arg-type]  # as the practice server has it

    server.script([Breaks()])  # type: ignore[list-item]  # as above
    done = desk.bind(desk.file(*GOOD[1:]), "--batch-size", "2", "--report", str(desk.folder / "report.csv"))
    assert done.status == 3
    assert done.states[GOOD[1]] == "bound"
    assert "ready" in set(done.states.values())
    assert "ready" in desk.report()


# ---------------------------------------------------------------- the token


def test_without_a_token(desk: Desk, server: PracticeServer) -> None:
    """The run can't start: status 3, with what to do; nothing is sent, and the list can go later."""
    desk.password_store.forget("line")
    done = desk.bind(desk.file(*GOOD))
    assert (done.status, done.out, server.requests) == (3, "", ())
    assert "No access token yet" in done.err
    assert "bindtool token set line" in done.err
    assert "keep scanning" not in done.err
    desk.password_store.store("line", AccessToken(channel.TOKEN), server.site)
    assert desk.bind(desk.file(*GOOD)).status == 0


def test_a_name_with_a_space(desk: Desk, server: PracticeServer) -> None:
    """The command that is named can be copied: `bindtool token set Line 2` was refused for its second word."""
    desk.run("profile", "add", "Line 2", "--connector-id", "123", "--base-url", server.site)
    done = desk.bind(desk.file(*GOOD), "--profile", "Line 2")
    assert (done.status, '`bindtool token set "Line 2"`' in done.err) == (3, True)


def test_a_locked_password_store(desk: Desk) -> None:
    """Status 3, and what the person is to do."""

    class Locked(MemoryStore):
        """A store whose prompt was closed."""

        def record(self, name: str, site: str) -> TokenRecord:
            """Refuse."""
            raise PasswordStoreLocked("password_store.locked")

    desk.password_store = Locked()
    done = desk.bind(desk.file(*GOOD))
    assert (done.status, done.out) == (3, "")
    assert "password store is locked" in done.err


def test_the_token_of_the_environment(desk: Desk, tmp_path: Path) -> None:
    """BINDTOOL_TOKEN goes before the password store, is taken out of the environment, and is written nowhere."""
    desk.password_store.forget("line")
    desk.environ["BINDTOOL_TOKEN"] = "Bearer pat_practice"
    done = desk.bind(desk.file(*GOOD, REFUSED), "--report", str(tmp_path / "report.csv"))
    assert done.status == 1
    assert "BINDTOOL_TOKEN" not in desk.environ
    assert "pat_practice" not in done.out + done.err
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 3
    assert not any(b"pat_practice" in path.read_bytes() for path in written)


def test_a_token_that_is_none(desk: Desk, server: PracticeServer) -> None:
    """What the environment holds and can't be a token is told without being shown: status 2."""
    desk.environ["BINDTOOL_TOKEN"] = "two words"
    done = desk.bind(desk.file(*GOOD))
    assert (done.status, server.requests) == (2, ())
    assert "two words" not in done.err
