"""Where the command line writes: never over what it reads, the ledger, or anything else of its own."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.cli import command_line
from bindtool.cli.process_environment import ProcessEnvironment
from bindtool.core.common.data_folder import DataFolder
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD

posix = pytest.mark.skipif(sys.platform == "win32", reason="making a link needs a right on Windows")


def same(path: Path) -> Path:
    """Name a file as it is called."""
    return path


def by_link(path: Path) -> Path:
    """Name it by a symbolic link."""
    link = path.parent.parent / f"link-{path.name}.csv"
    link.symlink_to(path)
    return link


def by_hard_link(path: Path) -> Path:
    """Name it by a second name of the same file."""
    link = path.parent.parent / f"hard-{path.name}.csv"
    link.hardlink_to(path)
    return link


def by_detour(path: Path) -> Path:
    """Name it by a way that goes up and down."""
    return path.parent / ".." / path.parent.name / path.name


WAYS = [same, *(pytest.param(way, marks=posix) for way in (by_link, by_hard_link)), by_detour]


@pytest.mark.parametrize("way", WAYS)
def test_a_report_over_the_list_loses_no_list(
    desk: Desk, server: PracticeServer, way: Callable[[Path], Path]
) -> None:
    """`bind d.csv --report d.csv`, whatever d.csv is called: status 2, nothing leaves, the list stays as it was."""
    (desk.folder / "lists").mkdir()
    file = desk.file(*GOOD, name="lists/d.csv")
    path = desk.folder / "lists" / "d.csv"
    before = path.read_bytes()
    done = desk.bind(file, "--report", str(way(path)))
    assert done.status == 2
    assert "is the list itself" in done.err
    assert (path.read_bytes(), len(server.bound)) == (before, 0)


def test_a_report_over_the_list_on_standard_input(desk: Desk, server: PracticeServer) -> None:
    """`bind - --report d.csv < d.csv`: it is the same file, and it stays."""
    path = desk.folder / "d.csv"
    desk.file(*GOOD, name="d.csv")
    with path.open("rb") as stdin:

        def call(process: ProcessEnvironment) -> int:
            words = ["bind", "-", "--report", str(path)]
            return command_line.main(words, replace(process, stdin=stdin))

        done = desk.apart(call)
    assert (done.status, len(server.bound)) == (2, 0)
    assert path.read_text(encoding="utf-8").split() == list(GOOD)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", ["report", "export", "profile"])
def test_the_ledger_is_never_written_over(
    desk: Desk, server: PracticeServer, command: str, way: Callable[[Path], Path]
) -> None:
    """`--report`, `history export` and `profile export` onto the database: status 2, and every device is in it."""
    desk.bind(desk.file("SPK1"))
    target = str(way(DataFolder.of(desk.environ).database))
    arguments = {
        "report": ("bind", desk.file(*GOOD), "--report", target),
        "export": ("history", "export", target),
        "profile": ("profile", "export", "line", target),
    }
    done = desk.run(*arguments[command])
    assert done.status == 2
    assert "is one of bindtool's own files" in done.err
    assert list(server.bound) == ["SPK1"]
    assert desk.run("history", "export", str(desk.folder / "all.csv")).status == 0
    assert "SPK1" in desk.report("all.csv")


@pytest.mark.parametrize(
    "name",
    ["bindtool.db", "bindtool.db-wal", "Bindtool.DB-shm", "lock", "tokens.toml", "window.ini", "profiles/x.toml"],
)
def test_a_file_that_is_not_there_yet_would_be_taken_for_the_programs(bare_desk: Desk, name: str) -> None:
    """A report under the name of a file that the program is about to make is refused, in both data folders."""
    for folder in DataFolder.of(bare_desk.environ).both:
        (folder.path / "profiles").mkdir(parents=True, exist_ok=True)
        done = bare_desk.run(
            "bind", bare_desk.file("SPK1"), "--practice", "--dry-run", "--report", str(folder.path / name)
        )
        assert done.status == 2
        assert "own files" in done.err
        assert not (folder.path / name).exists()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", ["report", "export"])
def test_a_read_only_profile_is_never_written_over(
    desk: Desk, server: PracticeServer, command: str, way: Callable[[Path], Path]
) -> None:
    """A report or an export took the place of a profile of the machine; the export of a profile may go there."""
    folder = desk.folder / "machine"
    folder.mkdir(exist_ok=True)
    path = folder / "line9.toml"
    assert desk.run("profile", "export", "line", str(path)).status == 0
    before = path.read_bytes()
    target = str(way(path))
    arguments = {
        "report": ("bind", desk.file(*GOOD), "--profile", "line", "--report", target),
        "export": ("history", "export", target),
    }
    done = desk.run(*arguments[command])
    assert (done.status, path.read_bytes(), len(server.bound)) == (2, before, 0)
    assert "is one of bindtool's own files" in done.err


@pytest.mark.parametrize("command", ["report", "export"])
def test_what_other_benches_told_is_never_written_over(
    desk: Desk, server: PracticeServer, command: str, tmp_path: Path
) -> None:
    """`--report` and `history export` onto a file of the shared folder: status 2, and what it told is there."""
    shared = tmp_path / "shared"
    shared.mkdir()
    told = shared / f"bindtool-{'a' * 32}-{'b' * 8}-0-{'c' * 32}.jsonl"
    told.write_bytes(b"what another bench has bound")
    arguments = {
        "report": ("bind", desk.file(*GOOD), "--report", str(told)),
        "export": ("history", "export", str(told)),
    }
    done = desk.run(*arguments[command])
    assert done.status == 2
    assert "is one of bindtool's own files" in done.err
    assert told.read_bytes() == b"what another bench has bound"
    assert list(server.bound) == []


def test_a_report_where_a_folder_is(desk: Desk, server: PracticeServer) -> None:
    """A report path that is a folder is noticed before anything leaves, not after all is bound."""
    (desk.folder / "reports").mkdir()
    done = desk.bind(desk.file(*GOOD), "--report", str(desk.folder / "reports"))
    assert (done.status, len(server.bound)) == (2, 0)
    assert "is a folder" in done.err


@posix
def test_a_report_that_cannot_be_written_is_noticed_before_anything_leaves(
    desk: Desk, server: PracticeServer
) -> None:
    """A link into a folder that is gone can't be written: status 2, and no device was sent."""
    link = desk.folder / "report.csv"
    link.symlink_to(desk.folder / "gone" / "report.csv")
    done = desk.bind(desk.file(*GOOD), "--report", str(link))
    assert (done.status, len(server.bound)) == (2, 0)


@posix
@pytest.mark.parametrize("name", ["{}.csv", "{}/report.csv"])
def test_a_report_where_the_system_says_nothing_of(desk: Desk, server: PracticeServer, name: str) -> None:
    """Such as a name that is too long, or a folder of others: it was taken for a fault of bindtool, status 1."""
    done = desk.bind(desk.file(*GOOD), "--report", str(desk.folder / name.format("x" * 300)))
    assert (done.status, len(server.bound)) == (2, 0)
    assert "can't be written" in done.err


@posix
def test_a_report_into_a_pipe_is_written(desk: Desk) -> None:
    """A device such as /dev/null is no file that could be lost."""
    assert desk.bind(desk.file("SPK1"), "--report", os.devnull).status == 0


@posix
def test_a_report_and_a_standard_input_that_lead_nowhere(desk: Desk) -> None:
    """As under cron: beside a file that is named, standard input is no list that could be lost."""
    with Path(os.devnull).open("rb") as nothing:

        def bind(process: ProcessEnvironment) -> int:
            given = ("bind", desk.file(*GOOD), "--rate", "0", "--report", os.devnull)
            return command_line.main(given, replace(process, stdin=nothing))

        assert desk.apart(bind).status == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize(("command", "status"), [(("profile", "list"), 1), (("bind", "--practice"), 5)])
def test_a_full_standard_output(bare_desk: Desk, command: tuple[str, ...], status: int) -> None:
    """The command says so and has its own status, not the 120 of a Python that could not flush."""
    words = [*command, bare_desk.file("A1")] if command[0] == "bind" else command
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bindtool", *words],
            env={**os.environ, **bare_desk.environ},
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == status, done.stderr
    assert "Standard output can't be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------- who may read the data folder


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """Make files as most systems have it: readable for everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


FOLDER = {".": 0o700}
LEDGER = FOLDER | {"bindtool.db": 0o600}
PRACTICE = FOLDER | {"practice": 0o700, "practice/bindtool.db": 0o600}
FIRST_COMMANDS = {
    "profile add": (("profile", "add", "line", "--connector-id", "1"), FOLDER),
    "profile import": (("profile", "import", "it.toml"), FOLDER),
    "token set": (("token", "set", "line", "--token-stdin"), FOLDER),
    "bind": (("bind", "devices.txt", "--practice"), PRACTICE),
    "dry run": (("bind", "devices.txt", "--practice", "--dry-run"), PRACTICE),
    "history import": (("history", "import", "others.jsonl"), LEDGER),
    "history export": (("history", "export", "all.csv"), {}),
    "profile list": (("profile", "list"), {}),
    "token forget": (("token", "forget", "--all"), FOLDER),
}
"""What may be the first command of all, and what it makes, with the modes of it."""


@posix
@pytest.mark.usefixtures("usual_umask")
@pytest.mark.parametrize(("command", "made"), FIRST_COMMANDS.values(), ids=FIRST_COMMANDS)
def test_the_first_command_makes_the_data_folder_for_its_owner_alone(
    bare_desk: Desk, command: tuple[str, ...], made: dict[str, int]
) -> None:
    """Whatever comes first, such as `profile import`: the folder has mode 0700, the database in it 0600."""
    folder = bare_desk.folder
    bare_desk.file("SPK1")
    (folder / "it.toml").write_text('name = "x"\nconnector_id = "1"\n', encoding="utf-8")
    (folder / "others.jsonl").touch()
    files = {path.name for path in folder.iterdir()} | {"all.csv"}
    words = [str(folder / word) if word in files else word for word in command]
    assert bare_desk.run(*words, stdin=b"pat_of_a_test_0123456789\n").status in (0, 1)
    data = DataFolder.of(bare_desk.environ).path
    names = (".", "bindtool.db", "practice", "practice/bindtool.db")
    modes = {name: stat.S_IMODE((data / name).stat().st_mode) for name in names if (data / name).exists()}
    assert modes == made
