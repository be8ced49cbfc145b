"""A proxy that wants a log-in which nobody can be asked for: the command ends, and names the one that helps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from keyring.backends import fail

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.practice import channel
from tests.cli.desk import Desk
from tests.core.api.loopback import Loopback

WANTS_LOGIN = b'HTTP/1.1 407 Log in\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
SITE = "https://api.coze.example"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """Return a proxy that wants a log-in and takes none."""
    with Loopback(WANTS_LOGIN) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        yield proxy


@pytest.fixture
def desk(bare_desk: Desk) -> Desk:
    """Return a laptop with a profile and its token."""
    bare_desk.set_up(SITE)
    return bare_desk


def test_bind(desk: Desk, proxy: Loopback) -> None:
    """No row was sent: each says so, the run is stopped and does not wait, and goes on another time."""
    report = desk.folder / "report.csv"
    done = desk.bind(desk.file("SPK1", "SPK2"), "--report", str(report))
    assert done.status == 3
    assert {*done.states.values()} == {"unsent"}
    assert f"The proxy http://{proxy.address} " in done.err
    assert done.err.splitlines()[-1].startswith(f"Store a log-in for it with `bindtool proxy set {proxy.address}`")
    assert desk.report().count("unsent") == 2
    assert len(proxy.heard) < 3


def test_no_password_store(desk: Desk, proxy: Loopback) -> None:
    """Storing a log-in is not advised where it can't be stored: its other place is named."""
    desk.password_store = KeyringStore(fail.Keyring())  # type: ignore[no-untyped-call]
    desk.environ["BINDTOOL_TOKEN"] = channel.TOKEN
    done = desk.run("check")
    assert done.status == 2
    assert "HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT" in done.err
    assert "proxy set" not in done.err


def test_check(desk: Desk, proxy: Loopback) -> None:
    """The line of the proxy says what is the matter."""
    done = desk.run("check")
    assert (done.status, done.cells[1][:2]) == (2, ["proxy", "problem"])
    assert f"`bindtool proxy set {proxy.address}`" in done.err


def test_token_check(desk: Desk, proxy: Loopback) -> None:
    """Nobody knows of the token; why is said."""
    done = desk.run("token", "check", "line")
    assert (done.status, done.cells[0][0]) == (2, "unclear")
    assert f"The proxy http://{proxy.address} " in done.err
    assert f"`bindtool proxy set {proxy.address}`" in done.err


def test_token_check_without_a_network(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other thing that is in the way is said too; no log-in helps against it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    done = desk.run("token", "check", "line")
    assert (done.status, done.cells[0][0]) == (1, "unclear")
    assert "127.0.0.1:1" in done.err
    assert "binding continues" not in done.err
    assert "proxy set" not in done.err


def test_sign_in(bare_desk: Desk, proxy: Loopback) -> None:
    """Nobody has signed in."""
    folder = DataFolder.of(bare_desk.environ).profiles
    folder.mkdir(parents=True)
    profile = Profile("line", channel.CONNECTOR_ID, site=SITE, sign_in=SignInApps("", "app-of-tests"))
    (folder / "line.toml").write_text(to_toml(profile), encoding="utf-8")
    done = bare_desk.run("sign-in", "line", "--device")
    assert (done.status, done.out) == (2, "")
    assert f"`bindtool proxy set {proxy.address}`" in done.err
