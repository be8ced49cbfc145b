"""Signing in with a code: how often is asked, for how long, and what ends it; over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from bindtool.core.api.client import SiteClient
from bindtool.core.common.errors import SignInFailed
from bindtool.core.network.proxies import Proxies
from bindtool.core.sign_in.device_code import ClockRunsFast, CodeShown, sign_in_with_code
from bindtool.core.sign_in.wire import Grant, SiteNotReached
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close, Fault
from tests.core.sign_in.bench import TIMEOUTS, ShortWaits, press
from tests.practice.faults import Reset, html, json_text
from tests.practice.sign_in import BROWSER_CLIENT, DEVICE_CLIENT

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

PENDING = json_text('{"error_code":"authorization_pending"}', 400)
SLOW_DOWN = json_text('{"error":"slow_down"}', 400)


class Person:
    """Reads what is shown, and presses a link at once where one is named."""

    def __init__(self, link: str = "") -> None:
        self.shown: list[CodeShown | ClockRunsFast] = []
        self._link = link

    def show(self, shown: CodeShown | ClockRunsFast) -> None:
        """See something."""
        self.shown.append(shown)
        if self._link and isinstance(shown, CodeShown):
            press(shown.complete, self._link)


def sign_in(
    server: PracticeServer,
    person: Person,
    clock: ShortWaits,
    client_id: str = DEVICE_CLIENT,
    sites: tuple[str, ...] | None = None,
) -> Grant:
    """Sign in to a server."""

    async def play() -> Grant:
        async with SiteClient(server.site, TIMEOUTS, clock, Proxies.of_this_system()) as client:
            return await sign_in_with_code(client, client_id, sites or ("", server.site), person.show, clock)

    return asyncio.run(play())


def refused(server: PracticeServer, person: Person, clock: ShortWaits, **options: str) -> SignInFailed:
    """Return why signing in failed."""
    with pytest.raises(SignInFailed) as caught:
        sign_in(server, person, clock, **options)  # type: ignore[arg-type]
    return caught.value


def test_a_person_types_the_code_in(server: PracticeServer) -> None:
    """It is shown with its address and its time; the first question comes after an interval and a fifth."""
    person, clock = Person("allow"), ShortWaits()
    grant = sign_in(server, person, clock)
    assert grant.refresh_token is not None
    (shown,) = person.shown
    assert isinstance(shown, CodeShown)
    assert shown.address == f"{server.site}/oauth2/device"
    assert (shown.complete, shown.minutes) == (f"{shown.address}?user_code={shown.user_code}", 5)
    assert clock.waits == [6.0]


@pytest.mark.parametrize(
    ("faults", "waits"),
    [
        ([PENDING, PENDING], [6.0, 6.0, 6.0]),
        ([SLOW_DOWN, PENDING, SLOW_DOWN], [6.0, 12.0, 12.0, 18.0]),
        ([Close(commit=False), Reset(commit=False), PENDING], [6.0, 12.0, 24.0, 6.0]),
        ([html(502)] * 5, [6.0, 12.0, 24.0, 48.0, 60.0, 60.0]),
        # A log-in page of the network, which somebody passes meanwhile.
        ([html(200), PENDING, html(403)], [6.0, 12.0, 6.0, 12.0]),
    ],
)
def test_how_often_is_asked(server: PracticeServer, faults: Sequence[Fault], waits: list[float]) -> None:
    """As the server says; slower for good where it says so, and slower while it is out of reach or in trouble."""
    server.script(faults, Call.TOKEN)
    clock = ShortWaits()
    sign_in(server, Person("allow"), clock)
    assert clock.waits == waits


def test_a_clock_that_runs_fast_is_told_once(server: PracticeServer) -> None:
    """A server that is asked too often three times has another idea of time."""
    server.script([SLOW_DOWN] * 4, Call.TOKEN)
    person = Person("allow")
    sign_in(server, person, ShortWaits())
    assert person.shown[1:] == [ClockRunsFast()]


def test_nobody_types_it_in(server: PracticeServer) -> None:
    """It ends by its own time, which no trouble makes longer; the last wait is as long as what is left."""
    clock = ShortWaits()
    assert refused(server, Person(), clock).id == "sign_in.code_expired"
    assert sum(clock.waits) <= 300
    assert len(clock.waits) == 50


def test_something_else_answers_to_the_end(server: PracticeServer) -> None:
    """A person is told that it was not Coze: a new code alone would not help."""
    server.script([html(200)] * 20, Call.TOKEN)
    clock = ShortWaits()
    assert refused(server, Person("allow"), clock).id == "sign_in.not_coze"
    assert sum(clock.waits) > 290


@pytest.mark.parametrize(
    ("body", "id_"),
    [
        ('{"error_code":"access_denied"}', "sign_in.denied"),
        ('{"error_code":"expired_token"}', "sign_in.code_expired"),
        ('{"error_code":"access_deny","error_message":"currently deactivated"}', "sign_in.deactivated"),
    ],
)
def test_what_ends_it(server: PracticeServer, body: str, id_: str) -> None:
    """A refusal, whoever it comes from."""
    server.script([json_text(body, 400)], Call.TOKEN)
    assert refused(server, Person(), ShortWaits()).id == id_


def test_a_person_refuses(server: PracticeServer) -> None:
    """The server says so at the next question."""
    assert refused(server, Person("refuse"), ShortWaits()).id == "sign_in.denied"


def test_no_code_is_to_be_had(server: PracticeServer) -> None:
    """Of an app of the other kind, or from a site that is out of reach: nothing is shown."""
    person = Person()
    assert refused(server, person, ShortWaits(), client_id=BROWSER_CLIENT).id == "sign_in.wrong_app"
    server.script([Close(commit=False)], Call.CODE)
    assert isinstance(refused(server, person, ShortWaits()), SiteNotReached)
    assert person.shown == []


def test_an_address_of_strangers_is_not_shown(server: PracticeServer) -> None:
    """Nobody is sent to a page that is not on the site's domain."""
    body = {"device_code": "d", "user_code": "A-B", "verification_uri": "https://coze.example.com/device"}
    server.script([json_text(json.dumps(body))], Call.CODE)
    person = Person()
    error = refused(server, person, ShortWaits())
    assert (error.id, person.shown) == ("sign_in.strange_address", [])
    assert error.title.values == {"address": "https://coze.example.com/device"}
