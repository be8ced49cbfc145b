"""Ends a command on a signal: Ctrl+C, a termination request, a closed terminal or session.

It decides the effect of the first, the second and the third of these signals, and the exit status that reports
them. The list of signals is in `core.common.signals`, the effect of stopping on a run in `core.binding`.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.signals import ending_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from concurrent.futures import Executor
    from types import FrameType
    from typing import Any

    OnFault = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object]

T = TypeVar("T")

_AS_A_SHELL_HAS_IT = 128


class Interrupted(KeyboardInterrupt):
    """A signal ends the command; `status` is the exit status that identifies it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = status_of(number)


def status_of(number: int) -> int:
    """Return the exit status after the signal of that number: 130 for Ctrl+C, 143 for SIGTERM, 129 for SIGHUP."""
    return _AS_A_SHELL_HAS_IT + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Let each of the signals interrupt the context, as Ctrl+C does by default; for work without an event loop.

    Raises:
        Interrupted: a signal has come. Ctrl+C raises a plain KeyboardInterrupt.
    """
    before = {number: signal.signal(number, _raiser(number)) for number in ending_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(work: Coroutine[object, object, T], on_fault: OnFault | None = None) -> T:
    """Return the result of `work`, run in an event loop of its own; the first signal cancels it.

    `on_fault`: the loop's exception handler.

    Raises:
        Interrupted: it was cancelled, and has ended; or another signal came meanwhile.
    """
    with asyncio.Runner(loop_factory=_EventLoop) as runner:
        return runner.run(_until_signal(work, on_fault))


if sys.platform == "win32":
    _OfSystem = asyncio.ProactorEventLoop
else:
    _OfSystem = asyncio.SelectorEventLoop


class _EventLoop(_OfSystem):
    """The system's, without waiting for hanging calls at its end."""

    def run_in_executor(
        self, executor: Executor | None, callback: Callable[..., T], *args: object
    ) -> asyncio.Future[T]:
        """Run a call in a daemon thread of its own, if no executor is given.

        asyncio joins the threads of its executor: a name server that does not answer blocks one for 20 seconds.
        """
        if executor is not None:
            return super().run_in_executor(executor, callback, *args)
        work: asyncio.Task[T] = self.create_task(in_daemon_thread(partial(callback, *args), name="bindtool-work"))
        return work


async def _until_signal(work: Coroutine[object, object, T], on_fault: OnFault | None) -> T:
    asyncio.get_running_loop().set_exception_handler(on_fault)
    task = asyncio.current_task()
    came: list[int] = []

    def cancel(number: int) -> None:
        came.append(number)
        if task is not None:
            task.cancel()

    with first_signal(cancel):
        try:
            return await work
        except asyncio.CancelledError:
            if came:
                raise Interrupted(came[0]) from None
            raise


@contextmanager
def first_signal(call: Callable[[int], None]) -> Iterator[None]:
    """Call `call` with the number of the first signal; the second raises `Interrupted`. For a running event loop.

    The second one is raised between two steps of the loop. Raised at any other point, it can interrupt the loop
    while it holds a step; that step is lost, and its waiters wait for ever. A third one is raised at once: the loop
    may hang, or its shutdown may.
    """
    loop = asyncio.get_running_loop()
    came: list[int] = []
    pending: list[asyncio.Handle] = []

    def on_signal(number: int, _frame: object = None) -> None:
        came.append(number)
        match len(came):
            case 1:
                loop.call_soon_threadsafe(call, number)
            case 2:
                pending.append(loop.call_soon_threadsafe(_raise, number))
            case _:
                for handle in pending:
                    handle.cancel()
                _raise(number)

    before = {number: signal.signal(number, on_signal) for number in ending_signals()}
    try:
        with ExitStack() as stack:
            if sys.platform == "win32" and before:
                stack.enter_context(_closing_console(lambda: on_signal(signal.SIGBREAK)))
            yield
    finally:
        for number, handler in before.items():
            # The previous handler would take the next signal for the first.
            signal.signal(number, _raiser(number) if pending else handler)


def _raiser(number: int) -> Callable[[int, FrameType | None], object]:
    if number == signal.SIGINT:
        # asyncio checks for this very handler before it handles Ctrl+C itself.
        return signal.default_int_handler
    return _raise


def _raise(number: int, _frame: object = None) -> None:
    raise Interrupted(number)


if sys.platform == "win32":
    import ctypes
    from ctypes.wintypes import BOOL, DWORD

    _GOING = frozenset({2, 5, 6})
    """CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT and CTRL_SHUTDOWN_EVENT (Microsoft, "HandlerRoutine")."""

    _GRACE = 4.5
    """Seconds; Windows ends the process five seconds after the console was closed."""

    @contextmanager
    def _closing_console(on_signal: Callable[[], None]) -> Iterator[None]:
        """Call `on_signal` when the console or the session ends, and keep the process alive until the context ends.

        Python handles the event too, but returns at once, and then Windows ends the process.
        """
        left = threading.Event()

        @ctypes.WINFUNCTYPE(BOOL, DWORD)
        def handle(event: int) -> bool:
            if event not in _GOING:
                return False
            on_signal()
            left.wait(_GRACE)
            return True

        ctypes.windll.kernel32.SetConsoleCtrlHandler(handle, True)
        try:
            yield
        finally:
            left.set()
            ctypes.windll.kernel32.SetConsoleCtrlHandler(handle, False)
