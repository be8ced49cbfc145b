"""Futures that another thread brings to their end, waited for in a loop."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

import pytest

from bindtool.core.common.concurrency import ThreadResults


class Wakings(asyncio.SelectorEventLoop):
    """A loop that counts how often another thread has woken it."""

    wakings = 0

    def call_soon_threadsafe(self, *args: object, **more: object) -> asyncio.Handle:
        """Count."""
        self.wakings += 1
        return super().call_soon_threadsafe(*args, **more)  # type: ignore[arg-type]


def in_thread(*ends: object) -> None:
    """Call what is given in a thread, to its end."""
    thread = threading.Thread(target=lambda: [end() for end in ends if callable(end)])
    thread.start()
    thread.join()


def test_all_that_is_done_together_wakes_the_loop_once() -> None:
    """Each gets its own: a result, or what went wrong; the loop is woken again for what comes later."""
    futures: list[Future[int]] = [Future() for _ in range(4)]
    loop = Wakings()

    async def wait() -> list[int | BaseException]:
        hearing = ThreadResults()
        waiting = [asyncio.ensure_future(hearing.result(future)) for future in futures]
        await asyncio.sleep(0)
        in_thread(
            lambda: futures[0].set_result(1),
            lambda: futures[1].set_exception(KeyError("two")),
            lambda: futures[2].set_result(3),
        )
        await asyncio.wait(waiting[:3])
        assert loop.wakings == 1
        in_thread(lambda: futures[3].set_result(4))
        return await asyncio.gather(*waiting, return_exceptions=True)

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        one, two, *others = runner.run(wait())

    assert (one, repr(two), others) == (1, "KeyError('two')", [3, 4])
    assert loop.wakings == 2


def test_a_future_that_is_done_already() -> None:
    """It is not waited for in vain."""
    future: Future[str] = Future()
    future.set_result("there")

    assert asyncio.run(ThreadResults().result(future)) == "there"


def test_whoever_stops_waiting_harms_nobody() -> None:
    """The future goes on without them, and the others that wait get theirs."""
    left: Future[int] = Future()
    kept: Future[int] = Future()

    async def stop_waiting() -> int:
        hearing = ThreadResults()
        first = asyncio.ensure_future(hearing.result(left))
        second = asyncio.ensure_future(hearing.result(kept))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        in_thread(lambda: left.set_result(1), lambda: kept.set_result(2))
        return await second

    assert asyncio.run(stop_waiting()) == 2
    assert left.result() == 1


def test_a_loop_that_is_over_is_left_alone() -> None:
    """The thread may end its work after everybody has gone."""
    future: Future[int] = Future()

    async def wait_in_vain() -> None:
        waiting = asyncio.ensure_future(ThreadResults().result(future))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(wait_in_vain())
    in_thread(lambda: future.set_result(1))

    assert future.result() == 1
