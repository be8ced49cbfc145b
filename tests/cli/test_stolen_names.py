"""Profiles that name somebody else's token: it goes to the site that it was entered for, and to no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.core.api.loopback import Loopback

REFUSED = b'HTTP/1.1 401 No\r\nContent-Length: 13\r\n\r\n{"code":4100}'


@pytest.fixture
def stranger() -> Iterator[Loopback]:
    """Return a site that hears what is sent to it."""
    with Loopback(REFUSED) as site:
        yield site


def heard(stranger: Loopback) -> set[str]:
    """Return what the stranger was shown as tokens."""
    return {each.headers.get("authorization", "") for each in stranger.heard}


COMMANDS = [("check",), ("bind",), ("token", "check")]


def run(desk: Desk, command: tuple[str, ...], profile: str) -> tuple[int, str]:
    """Run one of the commands that send a token."""
    if command == ("bind",):
        done = desk.bind(desk.file("SPK26113F8001"), "--profile", profile)
    elif command == ("check",):
        done = desk.run("check", "--profile", profile)
    else:
        done = desk.run("token", "check", profile)
    return done.status, done.err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("set_by_it", [False, True])
def test_a_profile_that_names_the_token_of_another_site(
    desk: Desk, stranger: Loopback, command: tuple[str, ...], set_by_it: bool
) -> None:
    """A file from a stranger, or one in the machine's folder, with a site of its own: that site gets nothing."""
    profile = Profile(name="stranger", connector_id="1", site=f"http://{stranger.address}", token_name="line")
    if set_by_it:
        (desk.folder / "machine").mkdir()
        (desk.folder / "machine" / "it.toml").write_text(to_toml(profile), encoding="utf-8")
    else:
        file = desk.folder / "stranger.toml"
        file.write_text(to_toml(profile), encoding="utf-8")
        assert desk.run("profile", "import", str(file)).status == 0

    status, told = run(desk, command, "stranger")

    assert not any(channel.TOKEN in token for token in heard(stranger))
    assert status == 3
    assert "The token “line” is not for" in told or command == ("check",)
    assert "bindtool token set line" in told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_of_the_machine_that_takes_the_name_of_ones_own_profile(
    desk: Desk, stranger: Loopback, command: tuple[str, ...]
) -> None:
    """It stands before one's own, and its site gets nothing of the token that goes by the name."""
    profile = Profile(name="line", connector_id="1", site=f"http://{stranger.address}")
    (desk.folder / "machine").mkdir()
    (desk.folder / "machine" / "it.toml").write_text(to_toml(profile), encoding="utf-8")

    status, _ = run(desk, command, "line")

    assert not any(channel.TOKEN in token for token in heard(stranger))
    assert status == 3


# ---------------------------------------------------------------- tokens without a site


def without_site(desk: Desk) -> None:
    """Let the token of `line` be one that something has kept alone."""
    desk.password_store.forget("line")
    desk.password_store.store("line", AccessToken(channel.TOKEN), "")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_token_without_a_site_goes_nowhere_by_itself(
    desk: Desk, server: PracticeServer, command: tuple[str, ...]
) -> None:
    """Status 3, and the command that stores one with its site; that it has worked there counts for nothing."""
    assert desk.bind(desk.file("SPK26113F8000"), "--profile", "line").status == 0
    without_site(desk)
    before = len(server.requests)
    status, told = run(desk, command, "line")
    assert status == 3
    assert "bindtool token set line" in told
    assert not any(
        channel.TOKEN in request.headers.get("authorization", "") for request in server.requests[before:]
    )

    assert desk.run("token", "set", "line", "--token-stdin", stdin=channel.TOKEN.encode()).status == 0
    assert run(desk, command, "line")[0] != 3


# ---------------------------------------------------------------- for which site a token is entered


def test_a_token_is_stored_for_the_site_of_its_profiles(desk: Desk) -> None:
    """It is said which one that is."""
    done = desk.run("token", "set", "line", "--token-stdin", stdin=b"pat_12345678")
    assert done.status == 0
    assert f"It is for {desk.site} and goes nowhere else." in done.err
    assert desk.password_store.read("line", desk.site).reveal() == "pat_12345678"


def test_a_token_of_an_address_is_the_sites(bare_desk: Desk) -> None:
    """The vendor's fixed-IP address names the site that it belongs to."""
    to = ("--base-url", "https://static-api.coze.cn")
    done = bare_desk.run("token", "set", "line", *to, "--token-stdin", stdin=b"pat_12345678")
    assert (done.status, "It is for https://api.coze.cn" in done.err) == (0, True)
    assert bare_desk.password_store.read("line", "https://api.coze.cn").reveal() == "pat_12345678"


def test_profiles_of_several_sites_share_a_name(desk: Desk) -> None:
    """For which of them the token is has to be said: a stranger's file alone shall not decide it."""
    add = ("profile", "add", "second", "--connector-id", "1", "--base-url", "https://second.example")
    assert desk.run(*add).status == 0
    path = desk.folder / "data" / "profiles"
    for file in path.glob("second*"):
        file.write_text(file.read_text(encoding="utf-8").replace('token_name = ""', 'token_name = "line"'), "utf-8")
    set_ = ("token", "set", "line", "--token-stdin")
    done = desk.run(*set_, stdin=b"pat_12345678")
    assert done.status == 2
    assert "https://second.example" in done.err
    assert "--base-url" in done.err
    assert desk.password_store.read("line", desk.site).reveal() == channel.TOKEN
    done = desk.run(*set_, "--base-url", "HTTPS://Second.example/", stdin=b"pat_12345678")
    assert done.status == 0
    assert desk.password_store.read("line", "https://second.example").reveal() == "pat_12345678"
    assert desk.run(*set_, "--base-url", "http://second.example", stdin=b"pat_12345678").status == 2
