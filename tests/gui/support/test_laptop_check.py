"""The look at this laptop: lines, copy, ways out; against the practice server, with stores of all kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.common.errors import PasswordStoreUnusable
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.credentials.token_store import FixedStore, TokenStore
from bindtool.core.diagnostics.workstation_check import CheckResult, Grade, Item
from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Proxy
from bindtool.core.store import Store
from bindtool.gui.common.theme.icons import MarkLabel
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.services import Services
from bindtool.gui.support.laptop_check import LaptopCheckDialog
from bindtool.gui.tokens.service import TokenService
from bindtool.i18n.catalogue import Texts
from bindtool.practice import channel
from bindtool.practice.channel import practice_profile
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from tests.gui.acting import can_see, find, key, press, said
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE
from tests.gui.services import services_at_rest, services_on
from tests.memory_store import MemoryStore
from tests.practice.faults import Slow, Withheld

Look = Callable[[TokenStore], LaptopCheckDialog]

FINDINGS = (
    CheckResult(Item.SITE, Grade.UNCLEAR, Message.of("check.site_tls", site="https://api.coze.cn")),
    CheckResult(Item.PROXY, Grade.OK, Message.of("check.proxy_none"), (Message.of("check.proxy_by_environment"),)),
    CheckResult(Item.CLOCK, Grade.PROBLEM, Message.of("check.clock_off", m=12)),
)
ABOUT = "bindtool 0.2.0, Line 2, 2026-11-25 09:30 +0800"
OBSTACLE = NeverSent(datetime(2026, 11, 25, tzinfo=UTC), NotSent.PROXY_LOGIN, "407", "http://proxy.example:80")
WANTED = CheckResult(Item.PROXY, Grade.PROBLEM, Message.of("check.proxy_none"), obstacle=OBSTACLE)


@pytest.fixture
def services() -> Services:
    """Give what nothing comes of."""
    return services_at_rest()


@pytest.fixture
def panel(window: MainWindow, texts: Texts, services: Services) -> LaptopCheckDialog:
    """Give a panel that is on the screen and has nothing to show yet."""
    panel = LaptopCheckDialog(window, texts, services)
    panel.begin(replace(practice_profile("https://api.coze.cn"), name="Line 2"))
    return panel


def given() -> TokenStore:
    """Give a store with practice's token, for the first site that it is asked about."""
    return FixedStore(AccessToken(channel.TOKEN), "a store of the tests")


def is_enabled(panel: LaptopCheckDialog, name: str) -> bool:
    """Tell whether a button can be pressed."""
    return find(panel, QAbstractButton, name).isEnabled()


def test_while_the_site_is_asked(panel: LaptopCheckDialog) -> None:
    """It says whom it asks and that nothing is bound; there is nothing to copy, and the wait has an end."""
    assert not can_see(panel, "Enter log-in")
    assert "before bindtool can bind with the profile Line 2. The check binds nothing." in said(panel)
    assert "Asking coze.cn…" in said(panel)
    assert [is_enabled(panel, name) for name in ("Copy", "Check again", "Stop waiting")] == [False, False, True]


def test_what_was_found(panel: LaptopCheckDialog) -> None:
    """A line for each thing: a drawing, its name, a word for how it stands, and a sentence."""
    panel.show_results(FINDINGS, ABOUT)

    shown = said(panel)
    for line in (
        ("Site", "unclear", "https://api.coze.cn was not asked: TLS failed"),
        ("Proxy", "ok", "No proxy in between. Set by the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY)."),
        ("Clock", "problem", "This computer's clock is 12 minutes off; set it"),
    ):
        assert "\n".join(line) in shown
    assert len({label.mark for label in panel.findChildren(MarkLabel) if label.isVisible()}) == 3


def test_a_proxy_that_wants_a_log_in(panel: LaptopCheckDialog, services: Services) -> None:
    """Entering it is the next step, in place of another look; it is offered where it helps, and nowhere else."""
    asked = QSignalSpy(services.proxy_logins.requested)
    for results, primary in (
        (FINDINGS, "Check again"),
        ((WANTED,), "Enter log-in"),
        ((replace(WANTED, obstacle=replace(OBSTACLE, why=NotSent.PROXY)),), "Check again"),
    ):
        panel.show_results(results, ABOUT)
        buttons = [one for one in panel.findChildren(QPushButton) if one.isVisible()]
        assert [one.text() for one in buttons if one.property("kind") == StyleKind.PRIMARY] == [primary]
        assert can_see(panel, "Enter log-in") == (primary == "Enter log-in")
    panel.show_results((WANTED,), ABOUT)
    press(panel, "Enter log-in")
    assert [asked.at(at) for at in range(asked.count())] == [[OBSTACLE]]


def test_a_log_in_that_was_entered(panel: LaptopCheckDialog, services: Services) -> None:
    """It is looked again where it was missing."""
    for results, again in ((FINDINGS, False), ((WANTED,), True)):
        panel.show_results(results, ABOUT)
        services.proxy_logins.entered.emit(Proxy.parse(OBSTACLE.host))
        assert ("Asking coze.cn…" in said(panel)) == again


def test_no_line_is_cut_off(panel: LaptopCheckDialog, qtbot: QtBot) -> None:
    """The panel is as high as what it says, after a short finding and after a long one."""

    def fits() -> bool:
        text = find(panel, QLabel, "Proxy: ok")
        return text.height() == text.heightForWidth(text.width())

    for sentences in (1, 30, 6):
        more = (Message.of("check.proxy_by_environment"),) * sentences
        panel.show_results((CheckResult(Item.PROXY, Grade.OK, Message.of("check.proxy_none"), more),), ABOUT)
        qtbot.waitUntil(fits)


def test_a_second_look_replaces_the_first(panel: LaptopCheckDialog) -> None:
    """What was found before is gone once there is something newer; until then it stays."""
    panel.show_results(FINDINGS, ABOUT)
    press(panel, "Check again")
    assert "Asking coze.cn…" in said(panel)
    assert "12 minutes" in said(panel)
    panel.show_results(FINDINGS[:2], ABOUT)
    assert "12 minutes" not in said(panel)


def test_the_copy_is_what_the_command_line_prints(panel: LaptopCheckDialog, clipboard: QClipboard) -> None:
    """What it is about, then a line each, with the names that are the same in every language."""
    panel.show_results(FINDINGS, ABOUT)
    press(panel, "Copy")
    lines = clipboard.text().splitlines()
    assert lines[0] == ABOUT
    assert [line.split("\t")[:2] for line in lines[1:]] == [
        ["site", "unclear"],
        ["proxy", "ok"],
        ["clock", "problem"],
    ]
    assert "Copied" in said(panel)


def test_after_the_wait_was_stopped(panel: LaptopCheckDialog) -> None:
    """It can be begun anew; there is still nothing to copy."""
    press(panel, "Stop waiting")
    assert [is_enabled(panel, name) for name in ("Copy", "Check again")] == [False, True]
    assert "Asking" not in said(panel)


# ---------------------------------------------------------------- over HTTP on loopback


class Absent(MemoryStore):
    """There is no store that can be trusted."""

    def record(self, name: str, site: str) -> TokenRecord:
        """Refuse."""
        raise PasswordStoreUnusable("password_store.absent", backend="fail Keyring")

    def describe(self) -> str:
        """Refuse."""
        raise PasswordStoreUnusable("password_store.absent", backend="fail Keyring")


@pytest.fixture
def look(
    window: MainWindow,
    texts: Texts,
    store: Store,
    tasks: BackgroundTasks,
    clock: HandClock,
    server: PracticeServer,
    tmp_path: Path,
) -> Look:
    """Give a way to look at a laptop with this store of tokens; the panel is on the screen."""

    def look_with(tokens_in: TokenStore) -> LaptopCheckDialog:
        notes, proxies = TokenMetadataFile(tmp_path / "tokens.toml"), Proxies.of_this_system()
        tokens = TokenService(lambda: tokens_in, notes, clock, proxies)
        services = replace(services_on(store, clock, tasks, tmp_path), tokens=tokens)
        panel = LaptopCheckDialog(window, texts, services)
        panel.begin(replace(practice_profile(server.site), name="Line 2"))
        return panel

    return look_with


def test_a_laptop_that_can_bind(look: Look, server: PracticeServer, qtbot: QtBot) -> None:
    """Asked once, nothing bound: the account and the store are named."""
    panel = look(given())
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
    panel = look(given())
    qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=PATIENCE)
    press(panel, "Stop waiting")
    assert "Asking" not in said(panel)
    press(panel, "Check again")
    qtbot.waitUntil(lambda: "of the account" in said(panel), timeout=PATIENCE)


def test_closing_ends_the_wait(look: Look, server: PracticeServer, tasks: BackgroundTasks, qtbot: QtBot) -> None:
    """By its button or by Esc: nobody waits for a panel that is closed."""
    server.script([Slow(3600)], Call.ME)
    panel = look(given())
    qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=PATIENCE)
    key(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=PATIENCE)


def test_another_profile_meanwhile(
    look: Look, tasks: BackgroundTasks, server: PracticeServer, withheld: Withheld, qtbot: QtBot
) -> None:
    """What comes late of the profile before is not told as this one's."""
    server.script([withheld], Call.ME)
    panel = look(given())
    qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=PATIENCE)
    with PracticeServer(latency=0, rate=0) as other:
        panel.begin(replace(practice_profile(other.site), name="Line 3"))
        qtbot.waitUntil(lambda: "is not for port" in said(panel), timeout=PATIENCE)
        withheld.let_go()
        qtbot.waitUntil(lambda: not tasks.busy, timeout=PATIENCE)
    press(panel, "Copy")
    assert "Line 3" in QApplication.clipboard().text()
