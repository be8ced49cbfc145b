"""A look at a laptop over real HTTP: what is asked, with which token, and what comes of it."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path

import pytest

from bindtool.core.api.identity import Identity, read_identity
from bindtool.core.api.responses import NeverSent, NoToken, NotSent
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import BindtoolError, SignInFailed, TokenMissing, or_error
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.diagnostics.workstation_check import CheckResult, Grade, Item
from bindtool.core.diagnostics.workstation_request import ask_who_signed_in, ask_whose_token, check_workstation
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.sign_in.renewal import StoredSignIn
from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close
from tests.core.api.authority import ISSUER, Authority
from tests.core.api.loopback import Loopback
from tests.core.sign_in.bench import ShortWaits
from tests.practice.faults import Raw, html, json_text

CLOCK = SystemClock()
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOKEN = AccessToken(channel.TOKEN)
NO_APPS = SignInApps()


def line(site: str, apps: SignInApps = NO_APPS) -> Profile:
    """Return a profile for a site."""
    return Profile(name="line", connector_id=channel.CONNECTOR_ID, site=site, who_to_ask="Li", sign_in=apps)


def looked(
    profile: Profile,
    token: AccessToken | BindtoolError = TOKEN,
    renewal: StoredSignIn | None = None,
    since: datetime | None = None,
    ports: tuple[int, ...] = (0,),
) -> dict[StrEnum, CheckResult]:
    """Look and return the findings by item."""
    findings = asyncio.run(
        check_workstation(profile, token, "KWallet", CLOCK, Proxies.of_this_system(), renewal, since, ports=ports)
    )
    return {finding.item: finding for finding in findings}


@pytest.mark.parametrize(
    ("named", "shown"),
    [("http://lin:pass@127.0.0.1:1", "http://127.0.0.1:1"), ("socks4://lin:pass@127.0.0.1", "socks4://127.0.0.1")],
)
def test_a_proxy_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch, named: str, shown: str) -> None:
    """Nobody listens there, or it is of a kind that nobody here speaks to: it is named, without its log-in."""
    monkeypatch.setenv("HTTPS_PROXY", named)
    found = looked(line("https://coze.example"))[Item.PROXY]
    assert (found.grade, found.words.values["host"]) == (Grade.PROBLEM, shown)


def test_one_request_that_binds_nothing(server: PracticeServer) -> None:
    """The site is asked whose token it is; all is well."""
    body = b'{"code":0,"data":{"nick_name":"A12"}}'
    server.script([Raw(200, {"Date": format_datetime(CLOCK.now())}, body)], Call.ME)
    found = looked(line(server.site))
    assert {finding.grade for finding in found.values()} == {Grade.OK}
    assert [request.call for request in server.requests] == [Call.ME]


def test_without_a_token(server: PracticeServer) -> None:
    """The way is looked at all the same, and the site gets nothing that is anybody's."""
    missing = TokenMissing("token.missing", name="line")
    found = looked(line(server.site), missing)
    assert (found[Item.SITE].grade, found[Item.TOKEN].words) == (Grade.OK, missing.title)
    assert channel.TOKEN not in str(server.requests)


class Renewing(StoredSignIn):
    """A renewal that comes to what a test says."""

    def __init__(self, outcome: AccessToken | NeverSent | NoToken) -> None:
        self.outcome = outcome
        self.unstored = False
        self.refused: list[AccessToken | None] = []
        self.closed = 0

    async def token(self, refused: AccessToken | None = None) -> AccessToken | NeverSent | NoToken:
        """Give it."""
        self.refused.append(refused)
        return self.outcome

    async def close(self) -> None:
        """Count it."""
        self.closed += 1


OVER = SignInFailed("sign_in.over", name="line")
OLD = AccessToken("czu_" + "o" * 64)
APPS = SignInApps("1.app.coze", "2.app.coze")


@pytest.mark.parametrize(
    ("outcome", "since", "grade", "words"),
    [
        (TOKEN, None, Grade.OK, Message.of("check.sign_in_renewed", account=channel.NICK_NAME)),
        (TOKEN, NOON, Grade.OK, Message.of("check.sign_in_since", account=channel.NICK_NAME, day="2026-11-25")),
        (NeverSent(NOON, NotSent.DNS), NOON, Grade.UNCLEAR, Message.of("check.sign_in_not_renewed")),
        (NoToken(NOON, OVER), NOON, Grade.PROBLEM, OVER.title),
    ],
)
def test_somebody_has_signed_in(
    server: PracticeServer,
    outcome: AccessToken | NeverSent | NoToken,
    since: datetime | None,
    grade: Grade,
    words: Message,
) -> None:
    """Renewed, which tells whether it can be; one that is over is told of the token, too, and goes nowhere."""
    renewing = Renewing(outcome)
    found = looked(line(server.site), OLD, renewing, since)
    assert (found[Item.SIGN_IN].grade, found[Item.SIGN_IN].words) == (grade, words)
    assert (renewing.refused, renewing.closed) == ([OLD], 1)
    assert found[Item.SITE].grade is Grade.OK
    assert (OLD.reveal() in str(server.requests)) is isinstance(outcome, NeverSent)
    assert (found[Item.TOKEN].words == OVER.title) is isinstance(outcome, NoToken)


def test_whose_a_token_is_that_is_renewed(server: PracticeServer) -> None:
    """It is asked with the new one, and the answer waits for a renewal that is under way."""
    renewing = Renewing(TOKEN)
    reply = asyncio.run(ask_whose_token(line(server.site), OLD, CLOCK, Proxies.of_this_system(), renewing))
    assert read_identity(reply).user_id == channel.USER_ID
    assert renewing.closed == 1


@pytest.mark.parametrize(
    ("apps", "taken", "expected"),
    [
        (SignInApps(), True, None),
        (APPS, False, (Grade.OK, "check.sign_in_nobody")),
        (APPS, True, (Grade.UNCLEAR, "check.sign_in_no_port")),
        (SignInApps(device_client="2.app.coze"), True, (Grade.OK, "check.sign_in_nobody")),
    ],
)
def test_nobody_has_signed_in(
    server: PracticeServer, apps: SignInApps, taken: bool, expected: tuple[Grade, str] | None
) -> None:
    """Where the profile has apps, it is said whether a browser could come back."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = (other.getsockname()[1] if taken else 0,)
        found = looked(line(server.site, apps), ports=ports).get(Item.SIGN_IN)
    assert (None if found is None else (found.grade, found.words.id)) == expected


NEW_APP = json_text('{"code":4101,"msg":"no permission"}', 401)


@pytest.mark.parametrize(
    ("faults", "who", "id_"),
    [
        ([None], channel.USER_ID, ""),
        ([NEW_APP, None], channel.USER_ID, ""),
        ([Close(commit=False), None], channel.USER_ID, ""),
        ([NEW_APP] * 2, "", "sign_in.not_told"),
        ([html(502)] * 2, "", "sign_in.whose"),
        ([json_text('{"code":0,"data":{"nick_name":"A12"}}')], "", "sign_in.whose"),
    ],
)
def test_who_has_signed_in(server: PracticeServer, faults: list[Raw | Close | None], who: str, id_: str) -> None:
    """Asked once more after five seconds: a new app of Coze is not known everywhere at once."""
    server.script(faults, Call.ME)
    clock = ShortWaits()
    found = asyncio.run(or_error(ask_who_signed_in(line(server.site), TOKEN, clock, Proxies.of_this_system())))
    assert ((found.user_id, "") if isinstance(found, Identity) else ("", found.id)) == (who, id_)
    assert clock.waits == [5.0] * (len(faults) - 1)


def test_behind_a_company_that_looks_into_connections(tmp_path: Path) -> None:
    """The issuer is named, and who can do something."""
    with Loopback(b"", certificate=Authority(tmp_path).issue("127.0.0.1")) as server:
        found = looked(line(f"https://{server.address}"))
    values = found[Item.TLS].words.values
    assert (found[Item.TLS].grade, values["issuer"], values["who"]) == (Grade.PROBLEM, ISSUER, "Li")
    assert (found[Item.SITE].grade, found[Item.TOKEN].grade) == (Grade.UNCLEAR, Grade.UNCLEAR)
