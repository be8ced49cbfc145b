"""asyncio on Qt's loop: turns are short, in order, and garbage is looked for on the window's thread."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bindtool.app.qt_asyncio_loop import LONGEST_ITERATION, QtAsyncioLoop


class Hand:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0


@pytest.fixture
def hand() -> Hand:
    """Give the clock of the loop."""
    return Hand()


@pytest.fixture
def loop(qapp: QApplication, hand: Hand) -> Iterator[QtAsyncioLoop]:
    """Give a loop that runs with `run_until_complete`, as in the program."""
    qapp.setQuitOnLastWindowClosed(False)
    loop = QtAsyncioLoop(qapp, seconds=lambda: hand.seconds)
    yield loop
    loop.close()
    asyncio.set_event_loop(None)


def run(loop: QtAsyncioLoop, work: Coroutine[object, object, object]) -> object:
    """Run a coroutine to its end."""
    result: object = loop.run_until_complete(work)
    return result


def test_callbacks_have_their_turns_in_order(loop: QtAsyncioLoop) -> None:
    """First come, first served, with the context of whoever asked; one that was cancelled has none."""
    seen: list[str] = []
    name = contextvars.ContextVar("name", default="nobody")

    async def work() -> None:
        name.set("somebody")
        loop.call_soon(lambda: seen.append(f"first, {name.get()}"))
        loop.call_soon(lambda: seen.append(f"second, {name.get()}"), context=contextvars.Context())
        loop.call_soon(seen.append, "never").cancel()
        loop.call_soon(seen.append, "third")
        await asyncio.sleep(0)

    run(loop, work())

    assert seen == ["first, somebody", "second, nobody", "third"]


def test_a_turn_that_fails_is_followed_by_another(qtbot: QtBot, qapp: QApplication) -> None:
    """What Qt for Python has kept of another slot's exception may come up in a turn, and holds up nobody."""
    failures = iter([ValueError("of another slot")])

    def seconds() -> float:
        for failure in failures:
            raise failure
        return 0.0

    async def work() -> str:
        await asyncio.sleep(0)
        return "done"

    loop = QtAsyncioLoop(qapp, seconds=seconds)
    with qtbot.capture_exceptions() as caught:
        assert run(loop, work()) == "done"
    loop.close()
    asyncio.set_event_loop(None)
    assert [str(error) for _, error, _ in caught] == ["of another slot"]


def test_qt_has_its_turn_in_between(loop: QtAsyncioLoop, hand: Hand) -> None:
    """Callbacks that take half a turn each have Qt's events go between each two of them."""
    order: list[str] = []

    def busy() -> None:
        hand.seconds += LONGEST_ITERATION / 2
        order.append("callback")

    async def work() -> None:
        timer = QTimer(interval=0)
        timer.timeout.connect(lambda: order.append("Qt"))
        timer.start()
        for _ in range(100):
            loop.call_soon(busy)
        await asyncio.sleep(0)
        timer.stop()

    run(loop, work())

    turns = [len(list(those)) for what, those in groupby(order) if what == "callback"]
    assert sum(turns) == 100
    assert max(turns) <= 2


def test_other_threads_are_served(loop: QtAsyncioLoop) -> None:
    """What a thread asks for happens on the loop's."""

    async def work() -> bool:
        came = asyncio.Event()
        where: list[threading.Thread] = []

        def here() -> None:
            where.append(threading.current_thread())
            came.set()

        threading.Thread(target=lambda: loop.call_soon_threadsafe(here)).start()
        await came.wait()
        return where == [threading.main_thread()]

    assert run(loop, work()) is True


def test_a_loop_inside_a_callback_goes_on(loop: QtAsyncioLoop, qapp: QApplication) -> None:
    """A native dialog runs Qt's loop inside of a callback; coroutines have their turns meanwhile."""
    seen: list[str] = []

    def dialog() -> None:
        loop.call_soon(seen.append, "inside")
        qapp.processEvents()
        seen.append("after")

    async def work() -> None:
        loop.call_soon(dialog)
        await asyncio.sleep(0)

    run(loop, work())

    assert seen == ["inside", "after"]


def test_nothing_has_a_turn_after_the_end(qapp: QApplication) -> None:
    """A closed loop forgets what was still to be done."""
    qapp.setQuitOnLastWindowClosed(False)
    seen: list[str] = []
    loop = QtAsyncioLoop(qapp)
    loop.call_soon(seen.append, "too late")

    loop.close()
    qapp.processEvents()

    assert seen == []


class _Knot:
    """Garbage that only the collector can find; says on which thread it was found."""

    def __init__(self, found: Callable[[threading.Thread], None]) -> None:
        self.me = self
        weakref.finalize(self, lambda: found(threading.current_thread()))


def test_garbage_is_looked_for_on_the_windows_thread(loop: QtAsyncioLoop) -> None:
    """Never in the middle of something, never on another thread; Python does it by itself again afterwards."""

    async def work() -> tuple[bool, threading.Thread]:
        found = loop.create_future()
        _Knot(found.set_result)
        return gc.isenabled(), await found

    assert run(loop, work()) == (False, threading.main_thread())
    assert gc.isenabled()


def test_what_a_thread_makes_is_looked_at_while_no_coroutine_has_a_turn(loop: QtAsyncioLoop) -> None:
    """A long list that is read is looked at in parts all the while; a busy thread is to make way soon."""
    looks: list[threading.Thread] = []

    def read() -> float:
        kept: list[list[int]] = []
        while len(looks) < 3:
            kept.append([len(kept)])
        return sys.getswitchinterval()

    async def work() -> float:
        gc.callbacks.append(lambda phase, _: looks.append(threading.current_thread()) if phase == "start" else None)
        return await asyncio.to_thread(read)

    before = sys.getswitchinterval()
    try:
        assert cast("float", run(loop, work())) < before
    finally:
        gc.callbacks.pop()

    assert set(looks) == {threading.main_thread()}
    assert sys.getswitchinterval() == before


def test_a_call_that_hangs_does_not_keep_the_end(loop: QtAsyncioLoop) -> None:
    """GIVEN a thread that reads from a share that hangs THEN the loop closes, and Python does not wait for it."""
    answers, threads = threading.Event(), []

    async def work() -> None:
        began = asyncio.Event()

        def read() -> None:
            threads.append(threading.current_thread())
            loop.call_soon_threadsafe(began.set)
            answers.wait(30)

        reading = asyncio.ensure_future(asyncio.to_thread(read))
        await began.wait()
        reading.cancel()
        await asyncio.wait((reading,))

    run(loop, work())
    loop.close()
    assert threads[0].is_alive()
    assert threads[0].daemon
    answers.set()


def test_a_named_executor_is_taken(loop: QtAsyncioLoop) -> None:
    """Whoever brings threads of its own has its calls made there."""
    with ThreadPoolExecutor(1, thread_name_prefix="own") as executor:

        async def work() -> threading.Thread:
            return await loop.run_in_executor(executor, threading.current_thread)

        assert cast("threading.Thread", run(loop, work())).name.startswith("own")


def test_much_that_comes_up_at_once_is_looked_at_in_small_parts(loop: QtAsyncioLoop, hand: Hand) -> None:
    """A long list makes hundreds of thousands of values within a second: one look at all of them would be felt."""
    seen: list[int] = []
    gc.callbacks.append(lambda phase, _: seen.append(gc.get_count()[0]) if phase == "start" else None)

    async def work() -> None:
        kept = [[number] for number in range(10_000)]
        # The next turn looks, and those after it have nothing to look for.
        for _ in range(10):
            hand.seconds += LONGEST_ITERATION
            await asyncio.sleep(0)
        assert len(kept) == 10_000

    try:
        gc.collect()
        seen.clear()
        run(loop, work())
    finally:
        gc.callbacks.pop()

    assert len(seen) == 1
