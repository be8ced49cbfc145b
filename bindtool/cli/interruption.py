"""What ends a command from outside: Ctrl+C, a request to end, a terminal or a session that goes away.

It decides what the first, the second and the third of these signals do, and which exit status reports them. Which
signals they are is in `core.common.signals`, what a run does when it is stopped in `core.binding`.
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
    """A signal ends the command; `status` is the exit status that says which one."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = status_of(number)


def status_of(number: int) -> int:
    """Return the exit status after the signal of that number: 130 for Ctrl+C, 143 for SIGTERM, 129 for SIGHUP."""
    return _AS_A_SHELL_HAS_IT + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Let each of the signals end what goes on, as Ctrl+C does by itself; for work without an event loop.

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
    """Return what `work` returns, from an event loop of its own; the first signal cancels it.

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
    """The system's, whose end waits for no call that hangs."""

    def run_in_executor(
        self, executor: Executor | None, callback: Callable[..., T], *args: object
    ) -> asyncio.Future[T]:
        """Have a call made in a daemon thread of its own, where no executor is named.

        The threads of asyncio's executor are waited for: a name server that is silent keeps one for 20 seconds.
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
    """Call `call` with the number of the first signal; the second is an `Interrupted`. For a running event loop.

    The second one comes between two steps of the loop. Raised wherever the signal finds the program, it can hit the
    loop with a step in its hands; that step is lost, and what waits for it waits for ever. A third one is raised
    at once: the loop may no longer turn, or what it does to end may not end.
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
            # What was there before would take the next one for the first.
            signal.signal(number, _raiser(number) if pending else handler)


def _raiser(number: int) -> Callable[[int, FrameType | None], object]:
    if number == signal.SIGINT:
        # asyncio looks for this very one before it hears Ctrl+C itself.
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
    """Seconds; five after the console was closed Windows ends the process."""

    @contextmanager
    def _closing_console(on_signal: Callable[[], None]) -> Iterator[None]:
        """Call `on_signal` when the console or the session ends, and keep the process until this context ends.

        Python hears of it too, but lets go at once, and then Windows ends the process.
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
