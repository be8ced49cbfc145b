"""A set of tasks: its owner hears of the first failure, and waits for all."""

from __future__ import annotations

import asyncio

import pytest

from bindtool.core.common.concurrency import TaskSet


def test_it_goes_on_by_itself_and_is_waited_for() -> None:
    """Nobody waits for it before the end."""
    told: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0)
        told.append("work")

    async def go() -> None:
        tasks = TaskSet(lambda: told.append("failed"))
        tasks.start(work())
        told.append("caller")
        await tasks.done()
        await tasks.close()

    asyncio.run(go())
    assert told == ["caller", "work"]


def test_a_failure_is_heard_of_at_once_and_raised_at_the_end() -> None:
    """However much later the end is."""
    told: list[str] = []

    async def fail() -> None:
        raise ValueError("no")

    async def go() -> None:
        tasks = TaskSet(lambda: told.append("failed"))
        tasks.start(fail())
        for _ in range(3):
            await asyncio.sleep(0)
        assert told == ["failed"]
        with pytest.raises(ValueError, match="no"):
            await tasks.done()

    asyncio.run(go())


def test_what_goes_on_is_broken_off() -> None:
    """After it, nothing of it is left, and that is no failure."""
    told: list[str] = []

    async def go() -> None:
        tasks = TaskSet(lambda: told.append("failed"))
        tasks.start(asyncio.sleep(3600))
        await asyncio.sleep(0)
        await tasks.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(go())
    assert told == []


def test_the_end_of_all_whatever_came_of_it() -> None:
    """One that fails does not keep the others from their end."""
    told: list[str] = []

    async def fail() -> None:
        raise ValueError("no")

    async def work() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        told.append("work")

    async def go() -> None:
        tasks = TaskSet(lambda: told.append("failed"))
        tasks.start(fail())
        tasks.start(work())
        await tasks.ended()

    asyncio.run(go())
    assert told == ["failed", "work"]
