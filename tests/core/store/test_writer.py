"""One thread writes: many at once, in order, and each caller hears of its own failure and of no other."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import KnownFile
from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.connection import files_of, open_for_writing
from bindtool.core.store.writer import Writer


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    """A writer with a table of names."""
    connection = open_for_writing(path)
    connection.execute("CREATE TABLE thing (name TEXT UNIQUE)")
    writer = Writer(connection, path)
    yield writer
    writer.close()


@contextmanager
def busy(writer: Writer) -> Iterator[None]:
    """Keep the thread in an operation, so that all that is submitted meanwhile waits together."""
    entered, leave = threading.Event(), threading.Event()

    def stay(_: sqlite3.Connection) -> None:
        entered.set()
        leave.wait(30)

    writer.submit(stay)
    assert entered.wait(30)
    try:
        yield
    finally:
        leave.set()


def adding(name: str) -> Callable[[sqlite3.Connection], str]:
    """Return what writes a name."""

    def add(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO thing VALUES (?)", (name,))
        return name

    return add


def names(connection: sqlite3.Connection) -> list[str]:
    """Read the names in the order in which they were written."""
    return [name for (name,) in connection.execute("SELECT name FROM thing ORDER BY rowid")]


def allow_one_page(connection: sqlite3.Connection) -> None:
    """Let the file grow by a page, then be full."""
    (used,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {used + 1}")


def test_a_result_comes_back(writer: Writer) -> None:
    """The future brings what the operation returned, once it is committed."""
    assert writer.submit(adding("one")).result(30) == "one"
    assert writer.commits == 1


def test_a_group_is_one_commit(writer: Writer) -> None:
    """A hundred that wait while the thread is busy are committed together, in their order."""
    with busy(writer):
        futures = [writer.submit(adding(str(number))) for number in range(100)]
    assert [future.result(30) for future in futures] == [str(number) for number in range(100)]
    assert writer.commits == 2
    assert writer.submit(names).result(30) == [str(number) for number in range(100)]


def test_what_goes_ahead(writer: Writer) -> None:
    """It is committed by itself, before what came earlier, and each kind keeps its order."""
    with busy(writer):
        futures = [writer.submit(adding(name), ahead=name.isupper()) for name in ("a", "B", "c", "D")]
    for future in futures:
        future.result(30)
    assert writer.submit(names).result(30) == ["B", "D", "a", "c"]


def test_nothing_waits_for_ever_behind_what_goes_ahead(writer: Writer) -> None:
    """What comes to go ahead while others went ahead waits, as everything does, for what is there by then."""

    def add_and_ask(connection: sqlite3.Connection) -> Future[str]:
        adding("A")(connection)
        return writer.submit(adding("B"), ahead=True)

    with busy(writer):
        late = writer.submit(add_and_ask, ahead=True)
        early = writer.submit(adding("c"))
    early.result(30)
    late.result(30).result(30)
    assert writer.submit(names).result(30) == ["A", "c", "B"]


def test_one_failure_is_nobody_elses(writer: Writer) -> None:
    """In a group the one that breaks a rule fails, and the others are written as if it had not been there."""
    with busy(writer):
        futures = [writer.submit(adding(name)) for name in ("a", "b", "a", "c")]
    assert [future.result(30) for index, future in enumerate(futures) if index != 2] == ["a", "b", "c"]
    with pytest.raises(StoreFailed, match=r"store\.failed"):
        futures[2].result(30)
    assert writer.submit(names).result(30) == ["a", "b", "c"]


def test_what_needs_the_lock_fails_alone(path: Path) -> None:
    """Without its file another may write here: what was not to be written then keeps nothing else from the disk."""
    lock = path.with_name("lock")
    lock.touch()
    connection = open_for_writing(path)
    connection.execute("CREATE TABLE thing (name TEXT UNIQUE)")
    with closing(Writer(connection, path, files_of(path), KnownFile.at(lock))) as writer:
        with busy(writer):
            futures = [writer.submit(adding(name), locked=name == "b") for name in ("a", "b", "c")]
            lock.rename(lock.with_name("away"))
        with pytest.raises(StoreFailed, match=r"folder\.lock_lost"):
            futures[1].result(30)
        assert [futures[0].result(30), futures[2].result(30)] == ["a", "c"]
        assert writer.submit(names).result(30) == ["a", "c"]


def test_a_faulty_operation_does_not_end_the_thread(writer: Writer) -> None:
    """Its own exception reaches its caller, its writes are undone, and the next one is served."""

    def fail(connection: sqlite3.Connection) -> None:
        adding("half")(connection)
        raise KeyError("a fault of ours")

    with pytest.raises(KeyError, match="a fault of ours"):
        writer.submit(fail).result(30)
    assert writer.submit(names).result(30) == []


def test_a_full_disk_is_said_and_loses_nothing(writer: Writer) -> None:
    """What fits is written, what doesn't is said to be not written, and what was there stays."""
    writer.submit(adding("1")).result(30)
    writer.submit(allow_one_page).result(30)
    with busy(writer):
        large = writer.submit(adding("x" * 200_000))
        small = writer.submit(adding("3"))
    with pytest.raises(StoreFailed, match=r"store\.disk_full"):
        large.result(30)
    small.result(30)
    assert writer.submit(names).result(30) == ["1", "3"]


def test_a_file_that_can_not_be_written_is_said(writer: Writer) -> None:
    """Writing into a read-only database fails as such."""
    writer.submit(lambda connection: connection.execute("PRAGMA query_only = ON")).result(30)
    with pytest.raises(StoreFailed, match=r"store\.unwritable"):
        writer.submit(adding("one")).result(30)


def test_a_wait_that_is_given_up_takes_nothing_back(writer: Writer) -> None:
    """A cancelled task ends its own wait; what it had asked for is written."""

    async def give_up() -> None:
        with busy(writer):
            waiting = asyncio.wrap_future(writer.submit(adding("kept")))
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    asyncio.run(give_up())
    assert writer.submit(names).result(30) == ["kept"]


def test_closing_writes_what_waits(writer: Writer, path: Path) -> None:
    """What was submitted before is on the disk afterwards; what comes later is refused, a second closing not."""
    with busy(writer):
        waiting = writer.submit(adding("last"))
        closing = threading.Thread(target=writer.close)
        closing.start()
    closing.join(30)
    assert waiting.result(30) == "last"
    late = writer.submit(adding("late")).exception(30)
    assert isinstance(late, StoreFailed)
    assert late.title.values == {"path": str(path), "detail": "closed"}
    writer.close()
