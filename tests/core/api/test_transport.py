"""asyncio's own connections beneath the HTTP library: when writing waits, what a hung-up one says, and TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpcore
import pytest

from bindtool.core.api.transport import Network
from bindtool.practice.wire import LINGER_ZERO
from tests.core.api.authority import Authority
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from httpcore import AsyncNetworkStream

    Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MUCH = b"x" * (8 << 20)
"""More than the system keeps for somebody who does not read."""

PIECE = 1 << 16


@asynccontextmanager
async def connected(peer: Peer) -> AsyncIterator[AsyncNetworkStream]:
    """Connect to somebody on this computer."""
    async with await asyncio.start_server(peer, "127.0.0.1", 0) as server:
        stream = await Network().connect_tcp("127.0.0.1", server.sockets[0].getsockname()[1])
        yield stream
        await stream.aclose()


def test_writing_waits_for_one_who_does_not_read() -> None:
    """A body that the other side is slow to take does not pile up here."""

    async def story() -> None:
        takes, heard = asyncio.Event(), asyncio.get_running_loop().create_future()

        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await takes.wait()
            heard.set_result(await reader.readexactly(len(MUCH)))
            writer.close()

        async with connected(slow) as stream:
            writing = asyncio.ensure_future(stream.write(MUCH))
            await asyncio.sleep(0)
            waited = not writing.done()
            takes.set()
            await writing

            assert await heard == MUCH
            assert waited

    asyncio.run(asyncio.wait_for(story(), PATIENCE))


def test_what_comes_and_is_not_read_does_not_pile_up() -> None:
    """Of an answer without an end no more is taken than is asked for, and what has come is read in its order."""
    told = [bytes([number]) * PIECE for number in range(len(MUCH) // PIECE)]
    sent: list[bytes] = []

    async def talkative(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIECE)
        writer.transport.set_write_buffer_limits(0)
        for piece in told:
            writer.write(piece)
            await writer.drain()
            sent.append(piece)
        writer.close()

    async def story() -> None:
        async with connected(talkative) as stream:
            stream.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
            await _rests(lambda: len(sent))
            unread = len(sent)
            pieces = []
            while piece := await stream.read(PIECE):
                pieces.append(piece)

            assert b"".join(pieces) == b"".join(told)
            assert max(map(len, pieces)) <= PIECE
            # What the system keeps, and what the stream does.
            assert unread <= len(told) // 4

    asyncio.run(asyncio.wait_for(story(), PATIENCE))


def test_a_write_ends_with_the_connection() -> None:
    """Whoever waits for the other side to take more hears that it is gone."""

    async def story() -> None:
        gone = asyncio.Event()

        async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await gone.wait()
            writer.transport.abort()

        async with connected(rude) as stream:
            writing = asyncio.ensure_future(stream.write(MUCH))
            await asyncio.sleep(0)
            gone.set()
            with pytest.raises(httpcore.WriteError):
                await writing

    asyncio.run(asyncio.wait_for(story(), PATIENCE))


def test_nothing_is_written_to_one_who_has_hung_up() -> None:
    """The engine hears of it, and asks for the answer that may have come before."""

    async def story() -> None:
        async with connected(_hang_up) as stream:
            ended = await stream.read(1)

            with pytest.raises(httpcore.WriteError):
                await stream.write(b"more")

            assert ended == b""
            assert stream.get_extra_info("is_readable")

    asyncio.run(story())


def test_what_comes_before_tls_is_not_taken_for_what_comes_within(tmp_path: Path) -> None:
    """Somebody on the way can write in the clear what looks like an answer, before the server has its say."""
    server, client = _contexts(tmp_path)

    async def story() -> None:
        refused = asyncio.get_running_loop().create_future()

        async def meddled(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                await writer.start_tls(server)
            except OSError as error:
                refused.set_result(error)
            writer.close()

        async with connected(meddled) as stream:
            await _has_heard(stream)

            with pytest.raises(httpcore.ConnectError):
                await stream.start_tls(client, "localhost")
            await stream.aclose()
            assert isinstance(await refused, ConnectionError)

    asyncio.run(story())


def test_tls_with_one_who_has_hung_up() -> None:
    """It is known at once, without waiting for the time to be over."""

    async def story() -> None:
        async with connected(_hang_up) as stream:
            await _has_heard(stream)

            with pytest.raises(httpcore.ConnectError):
                await asyncio.wait_for(stream.start_tls(ssl.create_default_context(), "localhost"), 10.0)

    asyncio.run(story())


def test_a_connection_with_tls_that_is_reset_is_never_taken_for_an_open_one(tmp_path: Path) -> None:
    """Not in the turns of the loop in which asyncio has closed its socket and not yet said so, either."""
    server, client = _contexts(tmp_path)

    async def story() -> None:
        resets = asyncio.Event()

        async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await writer.start_tls(server)
            writer.write(b"!")
            await resets.wait()
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
            writer.transport.abort()

        async with connected(rude) as stream:
            await stream.start_tls(client, "localhost")
            await stream.read(1)
            before = stream.get_extra_info("is_readable")
            resets.set()
            after = await _has_heard(stream)

            with pytest.raises(httpcore.ReadError):
                await stream.read(1)
            assert not before
            assert all(after)

    asyncio.run(story())


async def _rests(count: Callable[[], int]) -> None:
    """Wait until nothing has been counted for a hundred turns of the loop."""
    seen, turns = count(), 0
    while turns < 100:
        await asyncio.sleep(0)
        seen, turns = count(), 0 if count() != seen else turns + 1


async def _has_heard(stream: AsyncNetworkStream) -> list[object]:
    """Wait until something has come, and for some more turns of the loop; return what the stream says in each."""
    said: list[object] = []
    while said.count(True) < 8:
        said.append(stream.get_extra_info("is_readable"))
        await asyncio.sleep(0)
    return said[said.index(True) :]


def _contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server of the name localhost, and a client who trusts it, speak TLS with."""
    authority = Authority(folder)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(authority.issue("localhost"))
    return server, ssl.create_default_context(cafile=str(authority.file))


async def _hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()
