"""What the command line needs from the process that it runs in, handed in so that a test can be one.

Owns the list of it and how a real process provides it.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self, TextIO

from bindtool.core.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from bindtool.core.access_token import EnvironmentToken
    from bindtool.core.clock import Clock
    from bindtool.core.vault import PasswordStore


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world of one command.

    Attributes:
        environ: the environment, without the token.
        given_token: that of the environment, for the profile of this command; None where there was none.
        stdin: bytes, since a file that is piped in may have any encoding.
        stdout: takes results.
        stderr: takes progress and everything that is said.
        clock: tells the time and waits.
        password_store: opens the system's password store, for tokens and for passwords.
        ask_secret: shows a prompt and returns what is typed unseen.
        interrupts: a context in which the first Ctrl+C calls what it is given.
    """

    environ: Mapping[str, str]
    given_token: EnvironmentToken | None
    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    clock: Clock
    password_store: Callable[[], PasswordStore]
    ask_secret: Callable[[str], str]
    interrupts: Callable[[Callable[[], None]], AbstractContextManager[None]]

    @classmethod
    def of_this_process(cls, given_token: EnvironmentToken | None) -> Self:
        """Return what this process has; the token was taken out of its environment."""
        for stream in (sys.stdout, sys.stderr):
            # A console of Windows, or a pipe, may lack the characters of an id or a label.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are text files here
        return cls(
            environ=os.environ,
            given_token=given_token,
            stdin=sys.stdin.buffer,
            stdout=sys.stdout,
            stderr=sys.stderr,
            clock=SystemClock(),
            password_store=_system_vault,
            ask_secret=getpass.getpass,
            interrupts=first_interrupt,
        )


def _system_vault() -> PasswordStore:
    # keyring takes 50 ms to load, and most commands need no token.
    from bindtool.core.vault import Vault

    return Vault()


@contextmanager
def first_interrupt(call: Callable[[], None]) -> Iterator[None]:
    """Call `call` at the first Ctrl+C; the second one is a KeyboardInterrupt as ever. For a running event loop.

    Where Ctrl+C was ignored when the process began, as `nohup` and a shell's `&` have it, it goes on being ignored.

    The second one comes between two steps of the loop. Raised wherever the signal finds the program, it can hit the
    loop with a step in its hands; that step is lost, and what waits for it waits for ever. A third one is raised
    at once: the loop may no longer turn, or what it does to end may not end.
    """
    # Signals reach the main thread only, and whoever has started this may want none.
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):
        yield
        return
    loop = asyncio.get_running_loop()
    pending: list[asyncio.Handle] = []

    def interrupted(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, interrupted_again)
        loop.call_soon_threadsafe(call)

    def interrupted_again(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, interrupted_at_last)
        pending.append(loop.call_soon_threadsafe(_interrupt))

    def interrupted_at_last(_signal: int, _frame: object) -> None:
        for handle in pending:
            handle.cancel()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        # What asyncio had set would take the next one for the first.
        signal.signal(signal.SIGINT, signal.default_int_handler if pending else before)


def _interrupt() -> None:
    raise KeyboardInterrupt
