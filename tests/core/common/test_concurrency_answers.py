"""What another thread answers reaches those who wait, and wakes the loop once for all that is there."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

import pytest

from bindtool.core.common.concurrency import Answers


def in_a_thread(*futures: Future[int]) -> None:
    """Settle futures in another thread, all before the loop has its turn: with 1, 2 and so on."""

    def settle() -> None:
        for number, future in enumerate(futures, 1):
            future.set_result(number)

    thread = threading.Thread(target=settle)
    thread.start()
    thread.join()


def test_everybody_has_the_answer_of_the_own_future() -> None:
    """Whether it was there before somebody asked, came while they waited, or is a failure."""

    async def story() -> list[int | BaseException]:
        answers, late, failed, done = Answers(), Future[int](), Future[int](), Future[int]()
        done.set_result(7)
        waiting = asyncio.gather(*map(answers.result_of, (late, done, failed)), return_exceptions=True)
        await asyncio.sleep(0)
        in_a_thread(late)
        failed.set_exception(error)
        return await waiting

    error = ValueError("no")
    assert asyncio.run(story()) == [1, 7, error]


def test_all_that_are_there_together_come_in_one_turn() -> None:
    """And those that come later in another one."""

    async def story() -> list[int]:
        answers, futures = Answers(), [Future[int]() for _ in range(4)]
        waiting = [asyncio.ensure_future(answers.result_of(future)) for future in futures]
        await asyncio.sleep(0)
        woken = []
        for some in (futures[:3], futures[3:]):
            in_a_thread(*some)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            woken.append(sum(each.done() for each in waiting))
        return woken

    assert asyncio.run(story()) == [3, 4]


def test_who_waits_no_more_is_passed_over() -> None:
    """One that was cancelled meanwhile keeps no other from its answer."""

    async def story() -> int:
        answers, futures = Answers(), (Future[int](), Future[int]())
        waiting = [asyncio.ensure_future(answers.result_of(future)) for future in futures]
        await asyncio.sleep(0)
        in_a_thread(*futures)
        waiting[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting[0]
        return await waiting[1]

    assert asyncio.run(story()) == 2


def test_a_loop_that_is_closed_meanwhile() -> None:
    """The thread goes on: nobody waits."""

    async def story() -> None:
        task = asyncio.ensure_future(Answers().result_of(future))
        await asyncio.sleep(0)
        task.cancel()

    future = Future[int]()
    asyncio.run(story())
    in_a_thread(future)
    assert future.result() == 1
