"""Faults that nobody has caught: real ones, where Python tells of them."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Secret
from bindtool.core.diagnostics.fault_hooks import Faults, log_last
from bindtool.core.diagnostics.log_file import log_files, logging_to

TOKEN = "k" * 30
"""It has no form by which anybody could know it."""
TRACEBACK = "Traceback (most recent call last):"


class Told(list[str]):
    """The threads on which somebody was told."""

    def __call__(self) -> None:
        """Note one more."""
        self.append(threading.current_thread().name)


@pytest.fixture
def told() -> Told:
    """Return who is told."""
    return Told()


@pytest.fixture
def secrets() -> KnownSecrets:
    """Return what knows the token."""
    known = KnownSecrets()
    known.note(Secret(TOKEN))
    return known


@pytest.fixture
def faults(told: Told, secrets: KnownSecrets) -> Faults:
    """Return what takes faults."""
    return Faults(secrets, told)


@pytest.fixture
def log(tmp_path: Path, faults: Faults, secrets: KnownSecrets) -> Iterator[Callable[[], list[str]]]:
    """Log faults of this process; return what gives the lines so far, without what stands before the words."""
    with logging_to(tmp_path / "logs", secrets), faults.hooked():
        yield lambda: [
            line.rpartition("bindtool.core.diagnostics.fault_hooks: ")[2]
            for line in b"".join(log_files(tmp_path / "logs").values()).decode().splitlines()
        ]


def fail() -> None:
    """Fail, with a token in the words."""
    raise ValueError(f"the token is {TOKEN}")


def is_a_traceback(lines: list[str]) -> bool:
    """Tell whether these are the lines that follow a fault of `fail`, with stars in place of the token."""
    return (lines[0], lines[-1]) == (TRACEBACK, "ValueError: the token is ***") and TOKEN not in "".join(lines)


def first_words(log: Callable[[], list[str]], told: Told) -> str:
    """Return what the log has before the traceback of the one fault, of which somebody was told."""
    words, *traceback = log()
    assert is_a_traceback(traceback)
    assert len(told) == 1
    return words


@pytest.mark.expects_log("thread of-a-test has failed")
def test_a_thread(log: Callable[[], list[str]], told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    """Its name and the traceback are in the log, and on standard error; somebody is told."""
    thread = threading.Thread(target=fail, name="of-a-test")
    thread.start()
    thread.join()
    assert first_words(log, told) == "thread of-a-test has failed"
    assert told == ["of-a-test"]
    assert is_a_traceback(capsys.readouterr().err.splitlines())


def test_a_thread_that_leaves(log: Callable[[], list[str]], told: Told) -> None:
    """What ends a thread on purpose is no fault."""
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert (log(), told) == ([], [])


class Undead:
    """Fails when it is deleted."""

    def __del__(self) -> None:
        fail()


@pytest.mark.expects_log("exception ignored in: Undead.__del__")
def test_what_can_not_be_raised(log: Callable[[], list[str]], told: Told) -> None:
    """Where it came up and the traceback are in the log; somebody is told."""
    Undead()
    gc.collect()
    assert first_words(log, told) == "exception ignored in: Undead.__del__"


def test_what_has_no_exception(log: Callable[[], list[str]], told: Told) -> None:
    """Python may tell of one that is gone already."""
    sys.unraisablehook(SimpleNamespace(exc_value=None))
    assert (log(), told) == ([], [])


@pytest.mark.expects_log("Task exception was never retrieved")
def test_a_task_that_nobody_waits_for(log: Callable[[], list[str]], told: Told, faults: Faults) -> None:
    """Python tells of it when the task is deleted."""

    async def failing() -> None:
        fail()

    async def work() -> None:
        asyncio.get_running_loop().set_exception_handler(faults.on_loop)
        task = asyncio.ensure_future(failing())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(work())
    assert first_words(log, told) == "Task exception was never retrieved"


@pytest.mark.expects_log("Exception in callback fail")
def test_a_callback_of_the_loop(log: Callable[[], list[str]], told: Told, faults: Faults) -> None:
    """What the loop itself has called."""

    async def work() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(faults.on_loop)
        loop.call_soon(fail)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(work())
    assert first_words(log, told).startswith("Exception in callback fail")


@pytest.mark.expects_log("odd")
def test_what_a_loop_says_without_an_exception(log: Callable[[], list[str]], told: Told, faults: Faults) -> None:
    """It is in the log, and nobody is told: nothing that was asked for has failed."""
    loop = asyncio.new_event_loop()
    faults.on_loop(loop, {"message": "odd"})
    loop.close()
    assert (log(), told, faults.happened) == (["odd"], [], False)


MAIN = """
import sys
from pathlib import Path
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Secret
from bindtool.core.diagnostics.fault_hooks import Faults
from bindtool.core.diagnostics.log_file import logging_to
secrets = KnownSecrets()
secrets.note(Secret(sys.argv[2]))
log = logging_to(Path(sys.argv[1]), secrets)
log.__enter__()
hooked = Faults(secrets, lambda: print("told", flush=True)).hooked()
hooked.__enter__()
raise {error}
"""


def run(folder: Path, error: str) -> subprocess.CompletedProcess[str]:
    """Run a program whose main thread ends with an error."""
    command = [sys.executable, "-c", MAIN.format(error=error), str(folder), TOKEN]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_main_thread(tmp_path: Path) -> None:
    """As that of a thread, and the program ends with Python's status."""
    done = run(tmp_path, f"ValueError('the token is {TOKEN}')")
    assert (done.returncode, done.stdout) == (1, "told\n")
    assert is_a_traceback(done.stderr.splitlines())
    words, *traceback = b"".join(log_files(tmp_path).values()).decode().splitlines()
    assert words.endswith("ERROR bindtool.core.diagnostics.fault_hooks: nobody has caught")
    assert is_a_traceback(traceback)


def test_an_interrupted_program(tmp_path: Path) -> None:
    """Ctrl+C is no fault: Python says what it says of it."""
    done = run(tmp_path, "KeyboardInterrupt")
    assert done.stdout == ""
    assert done.stderr.endswith("KeyboardInterrupt\n")
    assert log_files(tmp_path) == {}


@pytest.mark.expects_log("again")
def test_what_fails_over_and_over(log: Callable[[], list[str]], told: Told, faults: Faults) -> None:
    """Somebody is told once, and ten tracebacks are in the log; another fault is told too."""
    for _ in range(15):
        with pytest.raises(ValueError, match="the token") as caught:
            fail()
        faults.note("again", caught.value)
    assert len(told) == 1
    assert log().count(TRACEBACK) == 10
    faults.note("again", RuntimeError("never raised"))
    assert len(told) == 2
    assert log()[-1] == "RuntimeError: never raised"


@pytest.mark.expects_log("the program ends")
def test_the_last_line(tmp_path: Path, secrets: KnownSecrets, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the log is not open it is opened for what the program ends of."""
    with pytest.raises(ValueError, match="the token") as caught:
        fail()
    log_last(tmp_path, secrets, caught.value)
    words, *traceback = b"".join(log_files(tmp_path).values()).decode().splitlines()
    assert words.endswith("the program ends")
    assert is_a_traceback(traceback)
    assert is_a_traceback(capsys.readouterr().err.splitlines())


def test_the_hooks_of_before_come_back(faults: Faults) -> None:
    """Once it is over others may listen."""
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    with faults.hooked():
        assert sys.excepthook != before[0]
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
