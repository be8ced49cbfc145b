"""What a real process provides; the rest of it is seen in `tests/test_main.py`, from outside."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import webbrowser
from pathlib import Path

import pytest

from bindtool.cli.interruption import Interrupted, first_signal, interruptible, run
from bindtool.cli.process_environment import open_page
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("interruptible")


async def interrupted() -> str:
    """Return what a Ctrl+C does in an event loop."""
    called = asyncio.Event()
    with first_signal(lambda _: called.set()):
        os.kill(os.getpid(), signal.SIGINT)
        await called.wait()
    return "called"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
def test_the_first_interrupt_calls() -> None:
    """It stops nothing by itself, and afterwards Ctrl+C does again what it did before."""
    before = signal.getsignal(signal.SIGINT)
    assert asyncio.run(interrupted()) == "called"
    assert signal.getsignal(signal.SIGINT) is before


async def interrupted_again(steps: list[str], times: int) -> None:
    """Be interrupted once, and then, in the middle of a step, `times` more; note the steps that are still made."""
    called = asyncio.Event()
    with first_signal(lambda _: called.set()):
        signal.raise_signal(signal.SIGINT)
        await called.wait()
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        steps.append("what was begun")
        await asyncio.sleep(0)
        steps.append("something new")


def test_the_second_interrupt_ends_it_between_two_steps() -> None:
    """What the loop has begun it ends: a KeyboardInterrupt in the midst of it can leave it waiting for ever."""
    before = signal.getsignal(signal.SIGINT)
    steps: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(interrupted_again(steps, 1))
    assert steps == ["what was begun"]
    assert signal.getsignal(signal.SIGINT) is before


def test_the_third_interrupt_ends_it_at_once() -> None:
    """A step that never ends has to be left too."""
    steps: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(interrupted_again(steps, 2))
    assert steps == []


def test_beside_the_main_thread() -> None:
    """Where no signal can arrive, nothing is changed and nothing fails."""
    before = signal.getsignal(signal.SIGINT)
    found: list[object] = []

    async def look() -> None:
        with first_signal(lambda _: None):
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=lambda: asyncio.run(look()))
    thread.start()
    thread.join()
    assert found == [before]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
def test_an_interrupt_that_is_ignored_stays_so() -> None:
    """Whoever has started the program with `nohup` or in the background has decided that."""
    called: list[str] = []

    async def work() -> None:
        with first_signal(lambda _: called.append("called")):
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(work())
    assert called == []
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.skipif(sys.platform != "linux", reason="the library path is Linux's")
@pytest.mark.parametrize(
    ("frozen", "before", "seen"), [(True, "/own", "/own"), (True, None, ""), (False, "/own", "/bundle")]
)
def test_a_browser_starts_with_its_own_libraries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, frozen: bool, before: str | None, seen: str
) -> None:
    """A frozen program has put its own in front for itself; it has them back afterwards."""
    browser, noted = tmp_path / "browser", tmp_path / "noted"
    browser.write_text('#!/bin/sh\nprintf %s "$LD_LIBRARY_PATH $1" > "${0%browser}noted"\n', encoding="utf-8")
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    if frozen:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    assert open_page("http://127.0.0.1/page")
    assert noted.read_text("utf-8") == f"{seen} http://127.0.0.1/page"
    assert os.environ["LD_LIBRARY_PATH"] == "/bundle"


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
STATUSES = dict(zip(NAMES, (130, 143, 129), strict=True))


@posix
@pytest.mark.parametrize("name", NAMES)
def test_each_signal_calls_with_its_number(name: str) -> None:
    """Whoever asks the program to end, it goes one way; afterwards the signal does what it did before."""
    number = getattr(signal, name)
    before = signal.getsignal(number)
    called: list[int] = []

    async def work() -> None:
        came: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        with first_signal(came.set_result):
            signal.raise_signal(number)
            called.append(await came)

    asyncio.run(work())
    assert called == [number]
    assert signal.getsignal(number) is before


@posix
@pytest.mark.parametrize("name", NAMES)
def test_a_signal_cancels_work_in_a_loop(name: str) -> None:
    """What waits for a password store is left in order, and the exit status tells which signal it was."""
    steps: list[str] = []

    async def work() -> int:
        try:
            signal.raise_signal(getattr(signal, name))
            await asyncio.Event().wait()
        finally:
            steps.append("put in order")
        return 0

    with pytest.raises(Interrupted) as caught, interruptible():
        run(work())
    assert (caught.value.status, steps) == (STATUSES[name], ["put in order"])


@posix
@pytest.mark.parametrize("name", NAMES[1:])
def test_a_signal_ends_work_without_a_loop(name: str) -> None:
    """Reading a history or writing a file ends like Ctrl+C, with the status of its own."""
    number = getattr(signal, name)
    before = signal.getsignal(number)
    with pytest.raises(Interrupted) as caught, interruptible():
        signal.raise_signal(number)
    assert caught.value.status == STATUSES[name]
    assert signal.getsignal(number) is before


@posix
def test_two_signals_of_two_kinds(caplog: pytest.LogCaptureFixture) -> None:
    """A second one is a second one, whatever it is called: what waits for the first one to be done ends."""

    async def work() -> int:
        with first_signal(lambda _: None):
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGHUP)
            await asyncio.Event().wait()
        return 0

    with pytest.raises(Interrupted) as caught, interruptible():
        run(work())
    assert caught.value.status == STATUSES["SIGHUP"]


def test_a_call_that_hangs_keeps_no_command() -> None:
    """A name server that is silent kept a command that was over, and had its report written, for 20 seconds."""
    hung, ended = threading.Event(), threading.Event()

    def ask() -> None:
        hung.wait(PATIENCE)
        ended.set()

    async def work() -> None:
        await asyncio.wait((asyncio.get_running_loop().run_in_executor(None, ask),), timeout=0)

    run(work())
    assert not ended.is_set()
    hung.set()
    assert ended.wait(PATIENCE)
