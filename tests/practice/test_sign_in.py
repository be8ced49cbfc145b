"""Signing in to the practice server: what it asks for as Coze does, and what it plays of what goes wrong."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bindtool.core.credentials.secret import Secret
from bindtool.core.sign_in.browser import AUTHORISE_PATH, challenge_of
from bindtool.core.sign_in.wire import CODE_PATH, TOKEN_PATH
from tests.core.sign_in.bench import press, visit
from tests.practice.client import Client
from tests.practice.sign_in import BROWSER_CLIENT, DEVICE_CLIENT, Dialect, SignInServer

VERIFIER = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
REDIRECT = "http://127.0.0.1:18291/callback"
ASKED = {
    "response_type": "code",
    "client_id": BROWSER_CLIENT,
    "redirect_uri": REDIRECT,
    "state": "a state",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}


def post(client: Client, path: str, **body: str) -> tuple[int, dict[str, object]]:
    """Send JSON; return the status and the answer."""
    seen = client.send("POST", path, json.dumps(body).encode())
    return seen.status, seen.json()


def code_of(server: SignInServer) -> str:
    """Have a person allow it; return the code that the browser brings back."""
    back = press(f"{server.site}{AUTHORISE_PATH}?{urlencode(ASKED)}", "allow")
    assert back.startswith(REDIRECT)
    query = parse_qs(urlsplit(back).query)
    assert query["state"] == ["a state"]
    return query["code"][0]


def trade(client: Client, code: str, /, **changes: str) -> tuple[int, dict[str, object]]:
    """Ask for the token of a code."""
    body = {
        "grant_type": "authorization_code",
        "client_id": BROWSER_CLIENT,
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER.reveal(),
    }
    return post(client, TOKEN_PATH, **{**body, **changes})


@pytest.mark.parametrize("field", sorted(ASKED))
def test_a_page_that_lacks_something(server: SignInServer, field: str) -> None:
    """Coze's page says that the request is wrong; nothing comes back."""
    asked = {name: value for name, value in ASKED.items() if name != field}
    status, _, page = visit(f"{server.site}{AUTHORISE_PATH}?{urlencode(asked)}")
    assert (status, "请求参数错误" in page, "<a " in page) == (200, True, False)


def test_an_app_that_is_not_installed(server: SignInServer) -> None:
    """The page says so, and nothing comes back."""
    server.sign_in.installed = False
    assert "未安装" in press(f"{server.site}{AUTHORISE_PATH}?{urlencode(ASKED)}", "allow")


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "x"}, {"redirect_uri": "http://127.0.0.1:1/callback"}, {"code": "x"}]
)
def test_a_code_serves_who_has_asked_for_it(server: SignInServer, client: Client, changes: dict[str, str]) -> None:
    """With its verifier and its address, and once."""
    code = code_of(server)
    assert trade(client, code, **changes)[1]["error_code"] == "invalid_request"
    assert trade(client, code)[0] == 200
    assert trade(client, code)[1]["error_code"] == "invalid_request"


def test_a_refresh_token_serves_once(server: SignInServer, client: Client) -> None:
    """The one before it is dead from then on, and counted where it comes again."""
    _, granted = trade(client, code_of(server))
    old = str(granted["refresh_token"])
    renew = {"grant_type": "refresh_token", "client_id": BROWSER_CLIENT, "refresh_token": old}
    assert post(client, TOKEN_PATH, **renew)[1]["refresh_token"] != old
    assert (post(client, TOKEN_PATH, **renew)[0], server.sign_in.spent) == (400, 1)
    assert (post(client, TOKEN_PATH, **{**renew, "refresh_token": "made up"})[0], server.sign_in.spent) == (400, 1)


def test_a_token_opens_the_channel_as_long_as_it_lives(server: SignInServer, client: Client) -> None:
    """Taken back, or with the app switched off, it does not."""
    _, granted = trade(client, code_of(server))
    client.headers["Authorization"] = f"Bearer {granted['access_token']}"
    statuses = [client.bind("SPK1").status]
    server.sign_in.switched_off = True
    statuses.append(client.bind("SPK2").status)
    server.sign_in.switched_off = False
    statuses.append(client.bind("SPK3").status)
    server.sign_in.revoke()
    statuses.append(client.bind("SPK4").status)
    assert (statuses, [*server.bound]) == ([200, 401, 200, 401], ["SPK1", "SPK3"])


@pytest.mark.parametrize(
    ("path", "body", "status", "word"),
    [
        (CODE_PATH, {"client_id": BROWSER_CLIENT}, 400, "access_deny"),
        (CODE_PATH, {"client_id": "1.app.coze"}, 401, "invalid_client"),
        (TOKEN_PATH, {"client_id": DEVICE_CLIENT, "grant_type": "password"}, 400, "unsupported_grant_type"),
        (TOKEN_PATH, {"client_id": DEVICE_CLIENT}, 400, "unsupported_grant_type"),
    ],
)
def test_what_is_refused(client: Client, path: str, body: dict[str, str], status: int, word: str) -> None:
    """By the vendor's words."""
    found, answer = post(client, path, **body)
    assert (found, answer["error_code"], answer["error"]) == (status, word, word)


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        (Dialect.PAGES, {"error": "access_deny", "error_description": "invalid app type"}),
        (Dialect.SDKS, {"error_code": "access_deny", "error_message": "invalid app type"}),
    ],
)
def test_the_words_of_pages_and_of_sdks(
    server: SignInServer, client: Client, dialect: Dialect, body: dict[str, str]
) -> None:
    """Each alone, as bindtool has to read both."""
    server.sign_in.dialect = dialect
    assert post(client, CODE_PATH, client_id=BROWSER_CLIENT) == (400, body)


def test_errors_that_pass(server: SignInServer, client: Client) -> None:
    """So many of each, then it is as before."""
    server.sign_in.troubles, server.sign_in.slow_downs = 1, 1
    status, answer = post(client, CODE_PATH, client_id=DEVICE_CLIENT)
    assert (status, answer["error_code"]) == (500, "internal_error")
    device_code = str(post(client, CODE_PATH, client_id=DEVICE_CLIENT)[1]["device_code"])
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    asked = {"grant_type": grant, "client_id": DEVICE_CLIENT, "device_code": device_code}
    words = [post(client, TOKEN_PATH, **asked)[1]["error"] for _ in range(2)]
    assert words == ["slow_down", "authorization_pending"]


def test_a_body_that_is_none(server: SignInServer, client: Client) -> None:
    """It is refused; so is everything once the app is switched off."""
    assert client.send("POST", TOKEN_PATH, b"[]").json()["error_code"] == "invalid_request"
    server.sign_in.switched_off = True
    assert "deactivated" in client.send("POST", CODE_PATH, b"{}").json()["error_message"]


def test_a_code_that_nobody_has_asked_for(server: SignInServer) -> None:
    """The page of codes knows its own."""
    assert "unknown code" in visit(f"{server.site}/oauth2/device?user_code=AAAA-BBBB")[2]
