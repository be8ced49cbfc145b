"""The program as a process: `python -m bindtool …`, started, interrupted, killed and gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.patience import until
from tests.practice.client import announced, lists_sent
from tests.practice.faults import Slow

DEVICES = [f"SPK{number:04}" for number in range(1, 10)]
SECRET = channel.TOKEN

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")


@dataclass(frozen=True)
class Program:
    """bindtool in a folder of its own, without a display."""

    folder: Path

    def start(
        self, *arguments: str, terminal: int | None = None, stdin: int = subprocess.DEVNULL, **environ: str
    ) -> subprocess.Popen[str]:
        """Start it; `terminal`: as the leader of a session that has this one."""
        kept = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
        kept.pop("QT_QPA_PLATFORM", None)
        leading = () if terminal is None else ("setsid", "--ctty")
        own = {"BINDTOOL_DATA_DIR": str(self.folder / "data"), "BINDTOOL_PROFILE_DIR": str(self.folder / "machine")}
        return subprocess.Popen(
            [*leading, sys.executable, "-m", "bindtool", *arguments],
            env={**kept, **own, "LANGUAGE": "en", "PYTHONUTF8": "1", **environ},
            stdin=stdin if terminal is None else terminal,
            stdout=subprocess.PIPE if terminal is None else terminal,
            stderr=subprocess.PIPE if terminal is None else terminal,
            encoding="utf-8",
        )

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        process = self.start(*arguments, terminal=None, stdin=subprocess.DEVNULL, **environ)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def bind(self, site: str, *options: str, terminal: int | None = None) -> subprocess.Popen[str]:
        """Start to bind all devices, two a request, with a profile that is made if it is missing."""
        if not (self.folder / "data" / "profiles").exists():
            add = ("profile", "add", "line", "--connector-id", channel.CONNECTOR_ID, "--base-url", site)
            assert self.run(*add).returncode == 0
        file = self.folder / "devices.txt"
        file.write_text("\n".join(DEVICES), encoding="utf-8")
        pace = ("--rate", "0", "--batch-size", "2")
        return self.start("bind", str(file), *pace, *options, terminal=terminal, BINDTOOL_TOKEN=SECRET)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return the program in an empty folder."""
    return Program(tmp_path)


def states(out: str) -> list[str]:
    """Return the state of each device, in the order of the devices."""
    found = {cells[1]: cells[0] for cells in (line.split("\t") for line in out.splitlines())}
    return [found[device_id] for device_id in DEVICES]


def sent(server: PracticeServer) -> list[str]:
    """Return every device that was sent, in order."""
    return [device_id for request in lists_sent(server) for device_id in request]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a display")
def test_practice_without_a_display(program: Program) -> None:
    """`bindtool --practice` says that there is no display and does the same job on the sample sheet."""
    done = program.run("--practice")
    assert done.returncode == 0, done.stderr
    assert "There is no display" in done.stderr
    assert [line.split("\t")[0] for line in done.stdout.splitlines()].count("bound") == 19


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a display")
def test_the_window_without_a_display(program: Program) -> None:
    """`bindtool` alone can do nothing there: status 2, what to do, and no traceback."""
    done = program.run(LANGUAGE="zh_CN")
    assert (done.returncode, done.stdout) == (2, "")
    assert "没有可以打开窗口的显示器" in done.stderr


def test_version(program: Program) -> None:
    """`--version` loads no Qt and tells its version all the same."""
    done = program.run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nQt 6." in done.stdout


def test_a_program_without_streams(tmp_path: Path) -> None:
    """Windows starts a windowed program with none; a command does its work there and ends with its status."""
    code = (
        "import sys; sys.stdin = sys.stdout = sys.stderr = None\n"
        "from bindtool.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    environ = {**os.environ, "BINDTOOL_DATA_DIR": str(tmp_path / "data")}
    for arguments, status in ((["--version"], 0), (["profile", "remove", "nobody"], 2)):
        done = subprocess.run([sys.executable, "-c", code, *arguments], env=environ, check=False, timeout=60)
        assert done.returncode == status


def test_the_token_is_written_nowhere(program: Program, server: PracticeServer) -> None:
    """BINDTOOL_TOKEN is in no file, in no output and in no argument."""
    process = program.bind(server.site, "--report", str(program.folder / "report.csv"))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    files = [path for path in program.folder.rglob("*") if path.is_file()]
    assert {"report.csv", "bindtool.db"} <= {path.name for path in files}
    assert [path.name for path in files if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in out + err
    assert SECRET not in " ".join(map(str, process.args if isinstance(process.args, list) else []))


def test_no_password_store(program: Program) -> None:
    """Where keyring can't be used, it says so, what IT can do, and which variables serve until then: status 3."""
    done = program.run("token", "forget", "line", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "seen"),
    [
        ([], "PySide6.QtWidgets"),
        (["--practice"], "PySide6.QtWidgets"),
        (["--version"], "bindtool.cli.command_line"),
        (["--ask-to-close"], "bindtool.app.single_instance"),
        (["--smoke", "--report", os.devnull], "bindtool.smoke"),
    ],
)
def test_no_child_can_inherit_the_token(tmp_path: Path, arguments: list[str], seen: str) -> None:
    """It leaves the environment, and a ledger's password too, before anything of window or command is loaded.

    The browser and the practice window are started with what is left there.
    """
    secrets = ("BINDTOOL_TOKEN", "BINDTOOL_LEDGER_PASSWORD")
    code = f"""if True:
        import os, sys
        from bindtool.__main__ import main

        class Looking:
            def find_spec(self, name, path=None, target=None):
                if name == {seen!r}:
                    print(*(name for name in os.environ if name in {secrets!r}), flush=True)
                    os._exit(0)

        sys.meta_path.insert(0, Looking())
        main(sys.argv[1:])
    """
    environ = {
        **os.environ,
        "BINDTOOL_DATA_DIR": str(tmp_path / "data"),
        **dict.fromkeys(secrets, SECRET),
        "DISPLAY": os.environ.get("DISPLAY", ":none"),
    }
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environ, check=False, timeout=60, capture_output=True, text=True)
    assert done.stdout == "\n", done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc")
def test_the_token_is_in_no_command_line(program: Program, server: PracticeServer) -> None:
    """While it runs, neither the process list nor a child of it shows the token."""
    arrived = threading.Event()
    server.script(announced(Slow(30), arrived))
    process = program.bind(server.site)
    assert arrived.wait(30)
    shown = Path("/proc", str(process.pid))
    assert SECRET.encode() not in (shown / "cmdline").read_bytes()
    assert (shown / "task" / str(process.pid) / "children").read_text(encoding="ascii") == ""
    process.kill()
    process.communicate(timeout=60)


SIGNALS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


@posix
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("name", SIGNALS)
def test_interrupted(program: Program, server: PracticeServer, name: str) -> None:
    """After Ctrl+C, and where the system or a closed terminal ends it, what is in flight gets its answer.

    Nothing new leaves, the report is written, and the status says which signal it was.
    """
    arrived = threading.Event()
    server.script([None, None])
    server.script(announced(Slow(0.3), arrived))
    report = program.folder / "report.csv"
    process = program.bind(server.site, "--report", str(report))
    assert arrived.wait(30)
    process.send_signal(getattr(signal, name))
    out, err = process.communicate(timeout=60)
    assert process.returncode == SIGNALS[name], err
    assert states(out) == ["bound"] * 5 + ["ready"] * 4
    assert "Traceback" not in err
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == states(out)
    again = program.bind(server.site, "--resume")
    out, err = again.communicate(timeout=60)
    assert (again.returncode, states(out)) == (0, ["bound"] * 9), err
    assert sent(server) == DEVICES


@posix
@pytest.mark.usefixtures("interruptible")
def test_interrupted_while_the_server_is_silent(program: Program, server: PracticeServer) -> None:
    """What has no answer within three seconds is unknown, in the report too; the rest has not left."""
    arrived = threading.Event()
    server.script([None, None])
    server.script(announced(Slow(30), arrived))
    report = program.folder / "report.csv"
    process = program.bind(server.site, "--report", str(report))
    assert arrived.wait(30)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == SIGNALS["SIGTERM"], err
    assert states(out) == ["bound"] * 3 + ["unknown"] * 2 + ["ready"] * 4
    assert report.read_text(encoding="utf-8-sig").count(",unknown,") == 2


@posix
@pytest.mark.usefixtures("interruptible")
def test_started_to_ignore_interrupts(program: Program, server: PracticeServer) -> None:
    """Begun with a signal ignored, as `nohup` does it, a run goes on through any number of them."""
    arrived = threading.Event()
    server.script([None, None])
    server.script(announced(Slow(0.3), arrived))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    process = program.bind(server.site)
    signal.signal(signal.SIGHUP, before)
    assert arrived.wait(30)
    for _ in range(3):
        process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, states(out)) == (0, ["bound"] * 9), err
    assert "Stopping" not in err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has setsid")
@pytest.mark.usefixtures("interruptible")
def test_a_terminal_that_is_closed(program: Program, server: PracticeServer) -> None:
    """What is printed into a terminal that is gone takes neither the answers nor the report along."""
    arrived = threading.Event()
    server.script([None, None])
    server.script(announced(Slow(0.3), arrived))
    master, slave = os.openpty()
    report = program.folder / "report.csv"
    process = program.bind(server.site, "--report", str(report), terminal=slave)
    os.close(slave)
    assert arrived.wait(30)
    # The system sends SIGHUP to the session that has lost its terminal.
    os.close(master)
    assert process.wait(60) == SIGNALS["SIGHUP"]
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == ["bound"] * 5 + ["ready"] * 4


WAITING = {
    "SIGINT": ("bind", "-", "--practice"),
    "SIGTERM": ("token", "set", "line", "--token-stdin"),
    "SIGHUP": ("ledger", "init", "postgresql://it@127.0.0.1:9/ledger"),
}


def reads(process: subprocess.Popen[str]) -> bool:
    """Tell whether it waits for something on standard input."""
    return Path("/proc", str(process.pid), "syscall").read_text(encoding="ascii").split()[1:2] == ["0x0"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc")
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("name", "command"), WAITING.items())
def test_interrupted_while_nothing_comes(program: Program, name: str, command: tuple[str, ...]) -> None:
    """Who waits for a list or a token on a pipe that stays silent ends at the first signal, not at the third."""
    readable, writable = os.pipe()
    try:
        process = program.start(*command, stdin=readable)
        until(lambda: reads(process))
        process.send_signal(getattr(signal, name))
        _, err = process.communicate(timeout=60)
    finally:
        os.close(readable)
        os.close(writable)
    assert (process.returncode, err) == (SIGNALS[name], "Interrupted.\n")


@posix
@pytest.mark.usefixtures("interruptible")
def test_interrupted_twice(program: Program, server: PracticeServer) -> None:
    """A second SIGINT ends it at once, with a word and no traceback."""
    arrived = threading.Event()
    server.script(announced(Slow(30), arrived))
    process = program.bind(server.site)
    assert arrived.wait(30)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopping" in first
    assert rest == "Interrupted.\n"


@posix
def test_killed_and_gone_on_with(program: Program, server: PracticeServer) -> None:
    """After kill -9 `--resume` sends no bound device again, and those in flight once more."""
    arrived = threading.Event()
    server.script([None, None])
    server.script(announced(Slow(30), arrived))
    killed = program.bind(server.site)
    assert arrived.wait(30)
    killed.kill()
    killed.communicate(timeout=60)
    before = len(sent(server))
    assert before == 5
    process = program.bind(server.site, "--resume")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert states(out) == ["bound"] * 9
    assert sent(server)[before:] == DEVICES[3:]
    assert list(server.bound) == DEVICES


@posix
def test_a_reader_that_goes_away(program: Program, server: PracticeServer) -> None:
    """With a closed pipe the run goes on to its end, in silence."""
    arrived = threading.Event()
    server.script(announced(Slow(0.2), arrived))
    process = program.bind(server.site)
    assert arrived.wait(30)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr is not None
    assert "roken pipe" not in process.stderr.read()
    process.stderr.close()
    assert list(server.bound) == DEVICES
