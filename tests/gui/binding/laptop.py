"""Laptops at one site: each with the parts of a window that decide which rows are sent, without widgets.

The caller decides what happens next: the password store and the site answer when told to, and between two steps
everything is idle. Requests are recorded as they arrive over HTTP.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bindtool.core.common.errors import BindtoolError
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenMetadataFile, TokenPlace
from bindtool.core.jobs.interrupted_run import InterruptedRun, cut_off_runs, what_is_left
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.device import Device
from bindtool.core.model.ledger_entry import TakenDevice
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile
from bindtool.core.shared_ledger.ledger import Claimed, SharedLedger
from bindtool.core.store import Store
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.binding.run_starter import RunStarter
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.shared_ledger import LedgerRowSync
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.tools.list_imports import ListImports
from bindtool.gui.tokens.service import TokenService
from bindtool.i18n.catalogue import Texts
from tests.core.binding.playing import SkippingClock
from tests.gui.binding.desk import SlowDisk
from tests.gui.services import services_on
from tests.memory_store import MemoryStore
from tests.patience import PATIENCE

Claims = dict[tuple[Channel, str], str]
"""The computer that has claimed a device."""


class Turns(SkippingClock):
    """A clock whose waits take some iterations of the event loop, so that answers given meanwhile arrive."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for some iterations of the loop."""
        for _ in range(50):
            await asyncio.sleep(0)
        return await super().wait(event, seconds)


CLOCK = Turns()
DISTURBED = 0
"""In place of an HTTP status: the connection ends without an answer."""


@dataclass(frozen=True)
class Bound:
    """A bind request, as recorded by the site."""

    channel: Channel
    devices: tuple[Device, ...]


@dataclass
class Site:
    """A site on this computer. `requests`: all bind requests, by token; `waiting`: those not answered yet."""

    address: str = ""
    requests: dict[str, list[Bound]] = field(default_factory=dict)
    waiting: dict[str, asyncio.Future[tuple[int, int]]] = field(default_factory=dict)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen."""
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield

    def answer(self, token: str, status: int, code: int) -> None:
        """Answer the request sent with this token."""
        self.waiting.pop(token).set_result((status, code))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._exchange(reader, writer):
                pass
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take a request and answer it; return whether another may follow."""
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        path, token = first.split()[1], headers["authorization"].removeprefix("Bearer ")
        status, code = 200, 0
        if path.startswith("/v1/connectors/"):
            self._take_down(token, path, json.loads(body))
            answer = self.waiting[token] = asyncio.get_running_loop().create_future()
            gone = asyncio.ensure_future(reader.read(1))
            await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
            if not answer.done():
                del self.waiting[token]
                return False
            status, code = answer.result()
        if status == DISTURBED:
            return False
        said = json.dumps({"code": code, "msg": "", "detail": {"logid": "L"}}).encode()
        writer.write(b"HTTP/1.1 %d -\r\nContent-Length: %d\r\n\r\n%b" % (status, len(said), said))
        await writer.drain()
        return True

    def _take_down(self, token: str, path: str, body: Any) -> None:
        (config,) = body["configs"]
        channel = Channel(self.address, unquote(path.split("/")[3]), config["key"], body.get("user_id", ""))
        devices = tuple(Device(each["value"], each["label"]) for each in config["enums"])
        self.requests.setdefault(token, []).append(Bound(channel, devices))


class Prompt(TokenService):
    """A password store that prompts each time, and waits for the answer."""

    def __init__(self, token: str, metadata: Path) -> None:
        super().__init__(MemoryStore, TokenMetadataFile(metadata), CLOCK, Proxies.of_this_system())
        self._answer = FoundToken(AccessToken(token), TokenPlace("line"))
        self.shown: asyncio.Future[FoundToken] | None = None

    async def find(self, profile: Profile, tell: Callable[[BindtoolError], None] = lambda _: None) -> FoundToken:
        """Wait for the answer."""
        assert self.shown is None, "a run begins beside another one"
        self.shown = asyncio.get_running_loop().create_future()
        try:
            return await self.shown
        finally:
            self.shown = None

    def answer(self) -> None:
        """Answer the prompt."""
        assert self.shown is not None
        self.shown.set_result(self._answer)


class Table(SharedLedger):
    """A shared ledger that records the claims of each computer."""

    def __init__(self, machine: str, claims: Claims) -> None:
        self._machine = machine
        self._claims = claims

    async def claim(
        self, operator: str, channel: Channel, device_ids: Sequence[str], *, seen: bool = True
    ) -> Claimed:
        """Claim the devices that no other computer has claimed."""
        return self._claim(channel, device_ids)

    async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        """Claim the devices again."""
        return self._claim(channel, device_ids)

    async def release(self, channel: Channel, device_ids: Sequence[str]) -> None:
        """Release its own claims."""
        for device_id in device_ids:
            if self._claims.get((channel, device_id)) == self._machine:
                del self._claims[channel, device_id]

    def notify(self) -> None:
        """Do nothing: the caller notifies the others."""

    def _claim(self, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        owners = {each: self._claims.setdefault((channel, each), self._machine) for each in device_ids}
        return Claimed(
            tuple(
                TakenDevice(each, owner, "", CLOCK.now())
                for each, owner in owners.items()
                if owner != self._machine
            )
        )


class Laptop:
    """A data folder, a sheet, and the parts between Bind and the site.

    `opening`: another sheet is being opened, and waits for this to be set.
    """

    def __init__(self, folder: Path, site: Site, claims: Claims, texts: Texts, profile: Profile) -> None:
        self._folder = folder
        self._texts = texts
        self._starts = 0
        self._site = site
        self._claims = claims
        self.machine = folder.name
        self.token = f"pat_of_{self.machine}"
        self.profile = profile
        self.opening: asyncio.Event | None = None
        folder.mkdir()

    @property
    def sent(self) -> list[Bound]:
        """The requests sent from here to the site."""
        return self._site.requests.get(self.token, [])

    @property
    def waits_for_site(self) -> bool:
        """Whether a request of this laptop waits for its answer."""
        return self.token in self._site.waiting

    @property
    def at_rest(self) -> bool:
        """Whether the laptop is idle until the next act."""
        running = self.session.running
        waits = not self.session.stopping and (self.tokens.shown is not None or self.waits_for_site)
        asks = self.starter.asking and not self.disk.keeps_back
        return not self.document.saving and not asks and (not running or waits)

    async def start(self) -> None:
        """Open the window."""
        self.failures: list[Exception] = []
        self.store = Store(self._path, CLOCK)
        self.tasks = BackgroundTasks(self.failures.append)
        self.tokens = Prompt(self.token, self._folder / "tokens.toml")
        services = services_on(self.store, CLOCK, self.tasks, self._folder)
        services = replace(services, tokens=self.tokens)
        self.state, self.ledger = services.state, services.ledger
        self.ledger.ledger = Table(self.machine, self._claims)
        # References: Qt keeps none of them.
        self._model = SheetTableModel(self._texts)
        self.document = SheetDocument(self._model, self.store, CLOCK, self.tasks)
        self.edits = EditCommands(self.document)
        self.session = RunSession(
            self.document, self.edits, self.store, CLOCK, services.proxies, self.tasks, self.tokens, self.ledger
        )
        self.session.broken.connect(self.failures.append)
        self._lists = ListImports(Notices(), self.document)
        lines = CodeLines(self.document)
        self.disk = SlowDisk()
        self.starter = RunStarter(self.document, self.session, services, lines, self._lists, self.disk.read)
        self._row_sync = LedgerRowSync(self.document, self.ledger, self.tasks)
        await self.open(self.profile)

    async def open(self, profile: Profile) -> None:
        """Open a profile's sheet as it is now on disk; with `opening`, once that is set."""

        async def read() -> bool:
            if self.opening is not None:
                await self.opening.wait()
            return await self.document.open(profile)

        assert await self.session.replace_sheet(read)
        self.opening = None
        self.profile = profile
        self.state.open_profile(profile)

    def begin_to_open(self, profile: Profile) -> None:
        """Open a profile on a slow disk."""
        self.opening = asyncio.Event()
        self._opened = self.tasks.start(self.open(profile))

    async def is_opened(self) -> None:
        """Let the slow disk finish."""
        assert self.opening is not None
        self.opening.set()
        await self._opened

    def check(self, behaviour: Behaviour) -> None:
        """Find out whether the channel keeps its earlier devices; earlier questions are withdrawn."""
        self.profile = replace(self.profile, behaviour=behaviour)
        self.state.change_profile(self.profile)
        self.starter.cancel()

    def tell(self, other: Laptop) -> None:
        """Tell another laptop which devices were bound here."""
        news = self.store.benches.waiting([self.profile.channel], self.machine, 100)
        came = other.store.benches.take_in(news).result()
        self.store.benches.mark_shared(news).result()
        other.ledger.announced.emit(came)

    def interrupted(self) -> InterruptedRun | None:
        """Return the rest of an interrupted run."""
        assert self.document.head is not None
        return what_is_left(self.document.sheet, cut_off_runs(self.store, self.document.head.sheet_id))

    async def kill(self) -> None:
        """Abort everything, and start anew with the disk's current content."""
        before, left, tasks = self._path, self.store, self.tasks
        self.disk.let_go()
        self._starts += 1
        with closing(sqlite3.connect(before)) as database, closing(sqlite3.connect(self._path)) as image:
            image.execute("PRAGMA synchronous = OFF")
            database.backup(image)
        await tasks.close()
        left.close()
        self.opening = None
        await self.start()

    async def close(self) -> None:
        """Close everything."""
        self.disk.let_go()
        await self.tasks.close()
        self.store.close()

    @property
    def _path(self) -> Path:
        return self._folder / f"{self._starts}.db"


class Workshop:
    """The laptops, and their event loop."""

    def __init__(self, folder: Path, texts: Texts, profile: Profile) -> None:
        self._loop = asyncio.new_event_loop()
        self.site = Site()
        claims: Claims = {}
        self._listening = self.site.open()
        self._loop.run_until_complete(self._listening.__aenter__())
        profile = replace(profile, site=self.site.address)
        self.laptops = [Laptop(folder / f"bench-{n}", self.site, claims, texts, profile) for n in (1, 2)]
        self.wait_for(self._start())

    def do(self, act: Callable[[], object]) -> None:
        """Do something, and wait until all are idle."""

        async def acting() -> None:
            act()

        self.wait_for(acting())

    def wait_for(self, work: Coroutine[object, object, object]) -> None:
        """Run a coroutine to its end, and wait until all are idle."""
        self._loop.run_until_complete(self._to_rest(work))

    def close(self) -> None:
        """Close everything."""

        async def close() -> None:
            for laptop in self.laptops:
                await laptop.close()
            await self._listening.__aexit__(None, None, None)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._loop.run_until_complete(close())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _start(self) -> None:
        for laptop in self.laptops:
            await laptop.start()

    async def _to_rest(self, work: Coroutine[object, object, object]) -> None:
        async with asyncio.timeout(PATIENCE):
            await work
            # Requested work begins in the loop's next iteration.
            await asyncio.sleep(0)
            while not all(laptop.at_rest for laptop in self.laptops):  # noqa: ASYNC110 - disk and site give no signal
                await asyncio.sleep(0)
