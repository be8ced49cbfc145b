"""The look at this laptop as the window takes it: against the practice server, with stores of all kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from bindtool.core.common.errors import PasswordStoreUnusable
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.diagnostics.version import this_version
from bindtool.core.network.proxies import Proxies
from bindtool.gui.network.login_service import ProxyLoginService
from bindtool.gui.support.laptop_check import LaptopCheckController, LaptopCheckDialog
from bindtool.gui.tokens.service import TokenService
from bindtool.practice import channel
from bindtool.practice.channel import practice_profile
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.resource_paths import asset
from tests.gui.acting import press, said
from tests.gui.loop import PATIENCE
from tests.memory_store import MemoryStore
from tests.practice.faults import Slow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.credentials.token_record import TokenRecord
    from bindtool.core.credentials.token_store import TokenStore
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.i18n.catalogue import Texts
    from tests.gui.clocks import HandClock

    Look = Callable[[TokenStore], LaptopCheckDialog]


class Absent(MemoryStore):
    """There is no store that can be trusted."""

    def record(self, name: str, site: str) -> TokenRecord:
        """Refuse."""
        raise PasswordStoreUnusable("vault.absent", backend="fail Keyring")

    def describe(self) -> str:
        """Refuse."""
        raise PasswordStoreUnusable("vault.absent", backend="fail Keyring")


@pytest.fixture
def look(
    texts: Texts, tasks: BackgroundTasks, clock: HandClock, server: PracticeServer, tmp_path: Path, qtbot: QtBot
) -> Look:
    """Give a way to look at a laptop with this store of tokens; the panel is on the screen."""

    def look_with(store: TokenStore) -> LaptopCheckDialog:
        panel = LaptopCheckDialog(texts)
        qtbot.addWidget(panel)
        tokens = TokenService(
            lambda: store, TokenMetadataFile(tmp_path / "tokens.toml"), clock, Proxies.of_this_system()
        )
        profile = replace(practice_profile(server.site), name="Line 2")
        logins, proxies = ProxyLoginService(MemoryStore), Proxies.of_this_system()
        LaptopCheckController(panel, tokens, clock, proxies, logins, tasks, this_version(asset())).begin(profile)
        return panel

    return look_with


def test_a_laptop_that_can_bind(look: Look, server: PracticeServer, qtbot: QtBot) -> None:
    """Asked once, nothing bound: the account and the store are named."""
    panel = look(FixedStore(AccessToken(channel.TOKEN), "a store of the tests"))
    qtbot.waitUntil(lambda: "of the account" in said(panel), timeout=PATIENCE)
    assert channel.NICK_NAME in said(panel)
    assert "a store of the tests" in said(panel)
    assert [request.call for request in server.requests] == [Call.ME]


def test_a_laptop_without_a_password_store(look: Look, qtbot: QtBot) -> None:
    """Store and token are the problems; the way to the site was looked at all the same."""
    panel = look(Absent())
    qtbot.waitUntil(lambda: "answers" in said(panel), timeout=PATIENCE)
    assert said(panel).split("\n").count("problem") == 2


def test_a_wait_that_is_ended(look: Look, server: PracticeServer, qtbot: QtBot) -> None:
    """The site takes its time, and the person does not: the next look begins anew."""
    server.script([Slow(3600)], Call.ME)
    panel = look(FixedStore(AccessToken(channel.TOKEN), "a store of the tests"))
    qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=PATIENCE)
    press(panel, "Stop waiting")
    assert "Asking" not in said(panel)
    press(panel, "Check again")
    qtbot.waitUntil(lambda: "of the account" in said(panel), timeout=PATIENCE)


def test_another_profile_meanwhile(
    texts: Texts, tasks: BackgroundTasks, clock: HandClock, server: PracticeServer, tmp_path: Path, qtbot: QtBot
) -> None:
    """What comes late of the profile before is not told as this one's."""
    panel = LaptopCheckDialog(texts)
    qtbot.addWidget(panel)
    store, proxies = FixedStore(AccessToken(channel.TOKEN), "a store of the tests"), Proxies.of_this_system()
    tokens = TokenService(lambda: store, TokenMetadataFile(tmp_path / "tokens.toml"), clock, proxies)
    check = LaptopCheckController(
        panel, tokens, clock, proxies, ProxyLoginService(MemoryStore), tasks, this_version(asset())
    )
    with PracticeServer(latency=0, rate=0) as slow:
        slow.script([Slow(0.5)], Call.ME)
        check.begin(replace(practice_profile(slow.site), name="Line 2"))
        qtbot.waitUntil(lambda: len(slow.requests) == 1, timeout=PATIENCE)
        check.begin(replace(practice_profile(server.site), name="Line 3"))
        qtbot.waitUntil(lambda: "is not for port" in said(panel), timeout=PATIENCE)
        qtbot.waitUntil(lambda: not tasks.busy, timeout=PATIENCE)
    press(panel, "Copy")
    assert "Line 3" in QApplication.clipboard().text()
