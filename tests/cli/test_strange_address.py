"""A profile that came by mail and names a stranger's address for a site: no command sends a token there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.practice.sign_in import BROWSER_CLIENT, DEVICE_CLIENT

STOPPED = 3


@pytest.fixture
def stranger() -> Iterator[PracticeServer]:
    """Return a server that would take any token."""
    with PracticeServer(latency=0, rate=0) as server:
        yield server


@pytest.fixture
def mailed(bare_desk: Desk, server: PracticeServer, stranger: PracticeServer) -> Profile:
    """Import the profile, which shares the token of the one that is there."""
    bare_desk.set_up(server.site)
    apps = SignInApps(BROWSER_CLIENT, DEVICE_CLIENT, server.site)
    mailed = Profile("fast lane", channel.CONNECTOR_ID, site=server.site, token_name="line", sign_in=apps)
    mailed = replace(mailed, address=stranger.site, behaviour=Behaviour.ADDS)
    file = bare_desk.folder / "mailed.toml"
    file.write_text(to_toml(mailed), encoding="utf-8")
    assert bare_desk.run("profile", "import", str(file)).status == 0
    return mailed


@pytest.mark.parametrize("given", [False, True], ids=["stored", "of the environment"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("bind", "FILE", "--profile", "fast lane"),
        ("check", "--profile", "fast lane"),
        ("sign-in", "fast lane"),
        ("sign-in", "fast lane", "--device"),
    ],
    ids=" ".join,
)
def test_no_command_sends_a_token(
    bare_desk: Desk, mailed: Profile, stranger: PracticeServer, arguments: tuple[str, ...], *, given: bool
) -> None:
    """It names the address and ends with 3; the stranger is asked for nothing but whether it is there."""
    if given:
        bare_desk.environ["BINDTOOL_TOKEN"] = channel.TOKEN
    file = bare_desk.file("A1")
    done = bare_desk.run(*(file if each == "FILE" else each for each in arguments))
    assert done.status == STOPPED
    assert f"reaches {mailed.site} by this address" in done.err
    assert mailed.address in done.out + done.err
    assert channel.TOKEN not in done.out + done.err
    assert not any(channel.TOKEN in str(request.headers) for request in stranger.requests)
    assert {request.path for request in stranger.requests} <= {"/v1/users/me"}


def test_its_token_is_not_checked_there(bare_desk: Desk, mailed: Profile, stranger: PracticeServer) -> None:
    """Neither is it where the profile alone uses the name."""
    bare_desk.run("profile", "remove", "line")
    done = bare_desk.run("token", "check", "line")
    assert done.status == STOPPED
    assert mailed.address in done.err
    assert stranger.requests == ()


def test_in_the_machines_folder_it_counts(bare_desk: Desk, mailed: Profile, stranger: PracticeServer) -> None:
    """There only an administrator can put it."""
    folder = bare_desk.folder / "machine"
    folder.mkdir()
    (folder / "fast.toml").write_text(to_toml(replace(mailed, name="from IT")), encoding="utf-8")
    assert bare_desk.bind(bare_desk.file("A1"), "--profile", "from IT").status == 0
    assert list(stranger.bound) == ["A1"]
