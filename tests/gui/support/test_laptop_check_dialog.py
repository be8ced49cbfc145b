"""The panel "Check this laptop": its lines, its copy, and its ways out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.common.messages import Message
from bindtool.core.diagnostics.workstation_check import CheckResult, Grade, Item
from bindtool.gui.common.theme.icons import MarkLabel
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.support.laptop_check import LaptopCheckDialog
from tests.gui.acting import can_see, find, key, press, said

if TYPE_CHECKING:
    from PySide6.QtGui import QClipboard
    from pytestqt.qtbot import QtBot

    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show

FINDINGS = (
    CheckResult(Item.SITE, Grade.UNCLEAR, Message.of("check.site_tls", site="https://api.coze.cn")),
    CheckResult(Item.PROXY, Grade.OK, Message.of("check.proxy_none"), (Message.of("check.proxy_by_environment"),)),
    CheckResult(Item.CLOCK, Grade.PROBLEM, Message.of("check.clock_off", m=12)),
)
ABOUT = "bindtool 0.1.0, Line 2, 2026-11-25 09:30 +0800"


@pytest.fixture
def panel(texts: Texts, show: Show) -> LaptopCheckDialog:
    """Give a panel that is on the screen and has nothing to show yet."""
    panel = LaptopCheckDialog(texts)
    panel.show_checking("Line 2", "coze.cn")
    show(panel)
    return panel


def is_enabled(panel: LaptopCheckDialog, name: str) -> bool:
    """Tell whether a button can be pressed."""
    return find(panel, QAbstractButton, name).isEnabled()


def test_while_the_site_is_asked(panel: LaptopCheckDialog) -> None:
    """It says whom it asks and that nothing is bound; there is nothing to copy, and the wait has an end."""
    assert not can_see(panel, "Enter log-in")
    assert "before bindtool can bind with the profile Line 2. The check binds nothing." in said(panel)
    assert "Asking coze.cn…" in said(panel)
    assert [is_enabled(panel, name) for name in ("Copy", "Check again", "Stop waiting")] == [False, False, True]
    cancelled = QSignalSpy(panel.cancel_requested)
    press(panel, "Stop waiting")
    assert cancelled.count() == 1


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        (
            "en",
            [
                ("Site", "unclear", "https://api.coze.cn was not asked: TLS failed"),
                ("Proxy", "ok", "No proxy in between. Set by the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY)."),
                ("Clock", "problem", "This computer's clock is 12 minutes off; set it"),
            ],
        ),
        (
            "zh_CN",
            [
                ("站点", "不清楚", "没有连到 https://api.coze.cn：TLS 出错"),
                ("代理", "正常", "不经过代理。由环境变量 HTTPS_PROXY、ALL_PROXY、NO_PROXY 决定。"),
                ("时间", "有问题", "电脑时间相差 12 分钟，请校准"),
            ],
        ),
    ],
    indirect=["texts"],
)
def test_what_was_found(panel: LaptopCheckDialog, lines: list[tuple[str, str, str]]) -> None:
    """A line for each thing: a drawing, its name, a word for how it stands, and a sentence."""
    panel.show_results(FINDINGS, ABOUT)

    shown = said(panel)
    for line in lines:
        assert "\n".join(line) in shown
    assert len({label.mark for label in panel.findChildren(MarkLabel) if label.isVisible()}) == 3


def test_a_proxy_that_wants_a_log_in(panel: LaptopCheckDialog) -> None:
    """Entering it is the next step, in place of another look; it is offered where it helps, and nowhere else."""
    obstacle = NeverSent(datetime(2026, 11, 25, tzinfo=UTC), NotSent.PROXY_LOGIN, "407", "http://proxy.example:80")
    wanted = CheckResult(Item.PROXY, Grade.PROBLEM, Message.of("check.proxy_none"), obstacle=obstacle)
    for results, primary in (
        (FINDINGS, "Check again"),
        ((wanted,), "Enter log-in"),
        ((replace(wanted, obstacle=replace(obstacle, why=NotSent.PROXY)),), "Check again"),
    ):
        panel.show_results(results, ABOUT)
        buttons = [one for one in panel.findChildren(QPushButton) if one.isVisible()]
        assert [one.text() for one in buttons if one.property("kind") == StyleKind.PRIMARY] == [primary]
        assert can_see(panel, "Enter log-in") == panel.wants_login == (primary == "Enter log-in")
    asked = QSignalSpy(panel.login_requested)
    panel.show_results((wanted,), ABOUT)
    press(panel, "Enter log-in")
    assert [asked.at(at) for at in range(asked.count())] == [[obstacle]]


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
    again = QSignalSpy(panel.check_requested)
    press(panel, "Check again")
    assert again.count() == 1
    panel.show_checking("Line 2", "coze.cn")
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
    panel.show_stopped()
    assert [is_enabled(panel, name) for name in ("Copy", "Check again")] == [False, True]
    assert "Asking" not in said(panel)


def test_closing_ends_the_wait(panel: LaptopCheckDialog) -> None:
    """By its button or by Esc: nobody waits for a panel that is closed."""
    cancelled = QSignalSpy(panel.cancel_requested)
    key(panel, Qt.Key.Key_Escape)
    assert (cancelled.count(), panel.isVisible()) == (1, False)
