"""Long lists, read beside the window: how far it is stands under the strip, with a button that stops it.

Owns the way there and back. Who closes the window stops the reading too. What is read is the caller's.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.progress import ReadingStopped, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.gui.common.widgets.prompt_bar import OfferBar
    from bindtool.texts import Texts

T = TypeVar("T")

_WORTH_SHOWING = 0.01


def _to_nobody(_words: str) -> None:
    pass


async def read_beside(
    read: Callable[[Watch], T],
    file: str,
    offer: OfferBar,
    texts: Texts,
    name: str,
    say: Callable[[str], None] = _to_nobody,
) -> T | None:
    """Return what `read` returns; None where that was stopped.

    Args:
        read: called in a thread; asks its watch again and again.
        file: what a person calls the list.
        offer: has the button.
        texts: the words.
        name: of the offer; two readings at once have two.
        say: hears in words how far it is.

    Raises:
        BindtoolError: whatever `read` raises.
    """
    loop = asyncio.get_running_loop()
    stopped: list[bool] = []
    shown = 0.0

    def show(done: float) -> None:
        nonlocal shown
        if done - shown >= _WORTH_SHOWING and not stopped:
            shown = done
            words = texts("import.reading", file=file, percent=int(done * 100))
            say(words)
            offer.offer(name, words, [texts("import.stop")], lambda _: stopped.append(True))

    def progress(done: float) -> None:
        loop.call_soon_threadsafe(lambda: show(done))

    try:
        return await asyncio.to_thread(read, Watch(progress, lambda: bool(stopped)))
    except ReadingStopped:
        return None
    finally:
        # The thread reads on by itself, unless it is told.
        stopped.append(True)
        offer.withdraw(name)
