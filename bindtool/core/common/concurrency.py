"""A blocking call beside the event loop, on a thread that may be left behind.

Owns the thread and the way back. The password store is asked like this: its system prompt can block without limit,
and neither the loop nor the end of the program waits for it (`asyncio.to_thread` makes both wait at the end).
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def aside(call: Callable[[], T], *, name: str) -> T:
    """Return what `call` returns or raise what it raises, from a daemon thread of its own.

    Cancelled, the wait ends at once; the call goes on by itself, and whatever it gives is dropped.

    Args:
        call: may block for as long as it likes.
        name: the thread's, for whoever looks at a stack dump.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    # Not asyncio's Future, which complains about an exception that nobody fetched.
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - the waiting side raises it, whatever it is
            answer.set_exception(error)
        with suppress(RuntimeError):  # the loop was closed meanwhile, so nobody waits
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=run, name=name, daemon=True).start()
    await ended.wait()
    return answer.result()
