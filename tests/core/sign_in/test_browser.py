"""Signing in with a browser, over real HTTP on loopback: what it brings back counts once, and from nobody else."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from bindtool.core.api.client import CozeApi, SiteClient
from bindtool.core.api.identity import Identity, TokenCheck, read_identity
from bindtool.core.common.clock import Clock, SystemClock
from bindtool.core.common.errors import SignInFailed
from bindtool.core.credentials.secret import Secret
from bindtool.core.network.proxies import Proxies
from bindtool.core.sign_in.browser import (
    NothingYet,
    PageToOpen,
    Shown,
    StrangeAnswer,
    challenge_of,
    sign_in_with_browser,
)
from bindtool.core.sign_in.wire import Grant
from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close
from tests.core.sign_in.bench import TIMEOUTS, ShortWaits, aside, press, say, visit
from tests.patience import HOUR, PATIENCE
from tests.practice.faults import Slow
from tests.practice.sign_in import BROWSER_CLIENT, DEVICE_CLIENT

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

ANY_PORT = (0,)
CALLBACK = re.compile(r"http://127\.0\.0\.1:\d+/callback")


@dataclass
class Try:
    """A sign-in that waits for a browser."""

    signing_in: asyncio.Task[Grant]
    later: asyncio.Queue[Shown]
    page: Shown | None = None

    @property
    def address(self) -> str:
        """The page that is to be opened."""
        assert isinstance(self.page, PageToOpen)
        return self.page.address

    @property
    def asked(self) -> dict[str, str]:
        """What the page is asked for."""
        return dict(parse_qsl(urlsplit(self.address).query))

    async def failure(self) -> SignInFailed:
        """Return why nobody has signed in."""
        with pytest.raises(SignInFailed) as caught:
            await asyncio.wait_for(self.signing_in, PATIENCE)
        return caught.value

    def callback(self, **fields: str) -> str:
        """Return the address of an answer of a browser."""
        return f"{self.asked['redirect_uri']}?{urlencode(fields)}"


@asynccontextmanager
async def trying(
    server: PracticeServer,
    clock: Clock | None = None,
    client_id: str = BROWSER_CLIENT,
    ports: tuple[int, ...] = ANY_PORT,
) -> AsyncIterator[Try]:
    """Begin to sign in; what is still under way at the end is cancelled."""
    clock = clock or SystemClock()
    shown: asyncio.Queue[Shown] = asyncio.Queue()
    async with SiteClient(server.site, TIMEOUTS, clock, Proxies.of_this_system()) as client:
        work = sign_in_with_browser(client, client_id, server.site, shown.put_nowait, say, clock, ports)
        trial = Try(asyncio.ensure_future(work), shown)
        seeing = asyncio.ensure_future(shown.get())
        await asyncio.wait((trial.signing_in, seeing), return_when=asyncio.FIRST_COMPLETED)
        if seeing.done():
            trial.page = seeing.result()
        seeing.cancel()
        try:
            yield trial
        finally:
            trial.signing_in.cancel()
            await asyncio.gather(trial.signing_in, return_exceptions=True)


def test_a_challenge_is_that_of_the_standard() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_person_allows_it(server: PracticeServer) -> None:
    """The page is asked for all that the vendor's page names; the token that comes of it is the person's."""

    async def play() -> Identity:
        async with trying(server) as trial:
            asked = trial.asked
            assert trial.address.startswith(f"{server.site}/api/permission/oauth2/authorize?")
            assert (asked["response_type"], asked["client_id"]) == ("code", BROWSER_CLIENT)
            assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
            assert CALLBACK.fullmatch(asked["redirect_uri"])
            back = await aside(press, trial.address, "allow")
            _, headers, page = await aside(visit, back)
            grant = await asyncio.wait_for(trial.signing_in, PATIENCE)
        assert "<sign_in.page.done>" not in page
        assert "&lt;sign_in.page.done&gt;" in page
        assert headers["content-security-policy"] == "default-src 'none'"
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        async with CozeApi(server.site, grant.token, TIMEOUTS, SystemClock(), Proxies.of_this_system()) as api:
            return read_identity(await api.users_me())

    identity = asyncio.run(play())
    assert (identity.check, identity.name) == (TokenCheck.ACCEPTED, channel.NICK_NAME)
    sent = [request for request in server.requests if request.call is Call.TOKEN]
    assert [request.headers.get("authorization") for request in sent] == [None]


def test_a_person_refuses(server: PracticeServer) -> None:
    """It is an end, and the page says so."""

    async def play() -> str:
        async with trying(server) as trial:
            back = await aside(press, trial.address, "refuse")
            page = await aside(visit, back)
            assert (await trial.failure()).id == "sign_in.denied"
        return str(page)

    assert "sign_in.page.refused" in asyncio.run(play())


@pytest.mark.parametrize(
    ("fields", "id_", "said"),
    [
        ({"error": "access_denied", "error_description": "no"}, "sign_in.denied", "no"),
        (
            {"error": "access_deny", "error_description": "invalid app type"},
            "sign_in.wrong_app",
            "invalid app type",
        ),
        ({"error": "temporarily_unavailable"}, "sign_in.trouble", "temporarily_unavailable"),
        ({"error": "invalid_scope", "error_description": "czu_" + "a" * 64}, "sign_in.refused", "***"),
    ],
)
def test_why_a_browser_comes_without_a_code(
    server: PracticeServer, fields: dict[str, str], id_: str, said: str
) -> None:
    """Only who was refused by a person is told so; the page repeats nothing of the address."""

    async def play() -> str:
        async with trying(server) as trial:
            _, _, page = await aside(visit, trial.callback(state=trial.asked["state"], **fields))
            failed = await trial.failure()
        assert (failed.id, failed.title.values) == (id_, {"said": said})
        return str(page)

    page = asyncio.run(play())
    assert "sign_in.page.refused" in page
    assert not any(value in page for value in fields.values())


def test_a_browser_with_many_cookies(server: PracticeServer) -> None:
    """Cookies of 127.0.0.1 come from every program there; they keep nobody out."""

    async def play() -> bool:
        async with trying(server) as trial:
            back = await aside(press, trial.address, "allow")
            status, _, _ = await aside(visit, back, "GET", {"Cookie": "a=" + "b" * 40_000})
            assert status == 200
            return bool((await asyncio.wait_for(trial.signing_in, PATIENCE)).refresh_token)

    assert asyncio.run(play())


def test_what_is_no_answer_changes_nothing(server: PracticeServer) -> None:
    """Another state, path, method or host; a state twice, or without a code. An answer that gets lost ends it."""

    async def play() -> tuple[list[int], str]:
        async with trying(server) as trial:
            state = trial.asked["state"]
            good = trial.callback(state=state, code="code_forged")
            others: list[tuple[str, str, dict[str, str]]] = [
                (trial.callback(state="forged", code="code_forged"), "GET", {}),
                (trial.callback(code="code_forged"), "GET", {}),
                (trial.callback(state=state), "GET", {}),
                (trial.callback(state=state, code="a b"), "GET", {}),
                (f"{good}&state={state}", "GET", {}),
                (good.replace("/callback", "/favicon.ico"), "GET", {}),
                (good, "POST", {}),
                (good, "GET", {"Host": "localhost"}),
            ]
            statuses = []
            for address, method, headers in others:
                status, _, _ = await aside(visit, address, method, headers)
                statuses.append(status)
                assert not trial.signing_in.done()
            told = [trial.later.get_nowait() for _ in range(trial.later.qsize())]
            assert told == [StrangeAnswer()]
            back = await aside(press, trial.address, "allow")
            server.script([Close(commit=False)], Call.TOKEN)
            _, _, first = await aside(visit, back)
            assert (await trial.failure()).id == "sign_in.lost"
        return statuses, first

    statuses, page = asyncio.run(play())
    assert statuses == [400, 400, 400, 400, 400, 404, 404, 404]
    assert "sign_in.page.done" in page


def test_a_second_answer_is_thanked_and_passed_over(server: PracticeServer) -> None:
    """A browser that opens the address twice gets its page until the token is there."""
    server.script([Slow(HOUR)], Call.TOKEN)

    async def play() -> list[str]:
        async with trying(server) as trial:
            back = await aside(press, trial.address, "allow")
            again = trial.callback(state=trial.asked["state"], error="access_denied")
            return [str(await aside(visit, address)) for address in (back, again, back)]

    assert ["sign_in.page.done" in page for page in asyncio.run(play())] == [True] * 3


def test_nobody_comes_back(server: PracticeServer) -> None:
    """After a minute it is said what may be in the way, after ten it is over."""
    clock = ShortWaits()

    async def play() -> tuple[list[type], str]:
        async with trying(server, clock) as trial:
            failed = await trial.failure()
        return [type(trial.page), type(trial.later.get_nowait())], failed.id

    assert asyncio.run(play()) == ([PageToOpen, NothingYet], "sign_in.too_late")
    assert sum(clock.waits) == 600


def test_somebody_comes_back_late(server: PracticeServer) -> None:
    """What was said after a minute does not end it."""

    class Late(SystemClock):
        """A clock on which the first wait is over at once."""

        waits = 0

        async def wait(self, event: asyncio.Event, seconds: float) -> bool:
            """Wait, but for the first time."""
            self.waits += 1
            return self.waits > 1 and await super().wait(event, seconds)

    async def play() -> bool:
        async with trying(server, Late()) as trial:
            assert await trial.later.get() == NothingYet()
            back = await aside(press, trial.address, "allow")
            await aside(visit, back)
            return bool((await asyncio.wait_for(trial.signing_in, PATIENCE)).refresh_token)

    assert asyncio.run(play())


@pytest.mark.parametrize("what", [b"", b"GET /callback", b"x" * 200_000])
def test_who_is_no_browser_gets_nothing(server: PracticeServer, what: bytes) -> None:
    """Half a request, or an endless one; it neither hurts nor stays when the sign-in is given up."""

    async def play() -> bytes:
        async with trying(server) as trial:
            port = int(trial.asked["redirect_uri"].rpartition(":")[2].partition("/")[0])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(what)
            if len(what) < 200_000:
                trial.signing_in.cancel()
            try:
                return await asyncio.wait_for(reader.read(), PATIENCE)
            except ConnectionError:
                return b""
            finally:
                writer.close()

    assert asyncio.run(play()) == b""


@contextmanager
def taken() -> Iterator[int]:
    """Give a port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_that_is_taken(server: PracticeServer) -> None:
    """The next one is; where none can be had, that is said, with what the system says."""

    async def redirect_of(ports: tuple[int, ...]) -> str:
        async with trying(server, ports=ports) as trial:
            if trial.signing_in.done():
                await trial.signing_in
            return trial.asked["redirect_uri"]

    with taken() as port:
        assert f":{port}/" not in asyncio.run(redirect_of((port, 0)))
        with pytest.raises(SignInFailed) as caught:
            asyncio.run(redirect_of((port,)))
    assert caught.value.id == "sign_in.no_port"
    assert caught.value.title.values["ports"] == str(port)
    assert caught.value.title.values["why"]


def test_an_app_of_another_kind(server: PracticeServer) -> None:
    """The page refuses it, and nothing comes back; the person sees so there."""

    async def play() -> str:
        async with trying(server, client_id=DEVICE_CLIENT) as trial:
            return str(await aside(visit, trial.address))

    assert "请求参数错误" in asyncio.run(play())
