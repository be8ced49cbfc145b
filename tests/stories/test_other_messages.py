"""The lines that the people's brief asks for beside the twelve messages, in both languages and in the real window.

Not here: a full disk, which needs a disk of its own (test_full_disk), practice, whose words are the title of a
program of its own (test_real_program, test_language), and a sheet that is open in another account, which opens no
window but says so (tests/app/test_composition.py, and test_second_start for the command line).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bindtool.core.model.channel import Behaviour
from bindtool.core.scanner.scan_rules import EndKey
from bindtool.core.sheet_view.columns import Column
from bindtool.i18n.catalogue import LANGUAGES
from tests.gui import acting
from tests.gui.scanner import burst
from tests.practice.faults import ScriptedAnswer
from tests.stories.test_laptop_life import answer_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

WORDS = {
    "part": (
        "This code has several parts. Which one is the device ID?",
        "这个码里有几段内容，哪一段是设备 ID？",
    ),
    "no end": (
        "Your scanner sends no Enter. End each scan after a pause?",
        "扫码枪没有发送回车。改为停顿后自动结束？",
    ),
    "do it": ("Do it", "改"),
    "put back": ("full-width characters converted: ＳＰＫ１ → SPK1", "全角字符已转换：ＳＰＫ１ → SPK1"),
    "not ready": ("NOT READY", "未就绪"),
    "behind": ("Another window is in front, so scans go there", "其他窗口在前面，扫码会进到那里"),
    "not checked": (
        "Not checked on this channel: do earlier devices stay when new ones are sent?",
        "此渠道尚未验证：发送新设备后，之前的设备是否保留？",
    ),
    "check": ("Check", "验证"),
    "own account": ("the token's own account", "令牌所属账号"),
    "may replace": (
        "If this channel already has devices, this may replace them.",
        "如果这个渠道已有设备，本次发送可能会覆盖它们。",
    ),
    "no unbind": (
        "This can't be undone: bindtool cannot unbind a device.",
        "绑定后无法撤销：bindtool 不能解绑设备。",
    ),
    "looking": ("Looking for the refused device: 2 left", "正在找出被拒绝的设备，还剩 2 台"),
    "unknown channel": ("This computer does not know this channel", "本机上找不到这个渠道"),
    "change profile": ("Change the profile", "修改配置"),
    "no record": ("No record of this device", "没有这台设备的记录"),
    "near end": (
        "The token expires on {date}; ask Mr Li for a new one in time.",
        "令牌将在 {date} 到期，请提前向 Mr Li 索取新令牌。",
    ),
    "clock": ("This computer's clock is 12 minutes off; set it", "电脑时间相差 12 分钟，请校准"),
    "summary": (
        "{date} WO-1125\nPlanned 3, bound 1\nRefused 1, unknown 0, open 1\nOperators: A12",
        "{date} WO-1125\n计划 3，已绑定 1\n被拒绝 1，结果未知 0，未处理 1\n操作员：A12",
    ),
}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Give each language."""
    return str(request.param)


@pytest.fixture
def words(language: str) -> dict[str, str]:
    """Give the words of that language."""
    return {name: pair[LANGUAGES.index(language)] for name, pair in WORDS.items()}


@pytest.fixture
def me(profile: Profile, open_window: Open, language: str) -> Iterator[Technician]:
    """Give a technician at a window in that language, with a profile and its token."""
    with open_window(profile, language=language) as technician:
        yield technician


def test_a_code_with_parts(me: Technician, words: dict[str, str]) -> None:
    """It is asked once; one press makes a device of the code."""
    me.scan("SN:SPK26113F2001;MAC:A4:C1:38:00:11:20")
    me.sees(words["part"])
    me.press("SPK26113F2001")
    me.sees_states(me.says("state.ready"))
    assert me.cell(1, Column.DEVICE_ID) == "SPK26113F2001"
    assert words["part"] not in me.said


def test_no_end_key(me: Technician, bench: Bench, words: dict[str, str]) -> None:
    """One press makes rows of what stands in the field, and the rule is kept."""
    watch = me.place.controller.workspace.fault_watch
    for text in ("SPK26113F2001", "SPK26113F2002"):
        acting.keys(me.window.scan_bar.field, text)
        watch.watch_burst(burst(text))
    me.sees(words["no end"])
    me.press(words["do it"])
    me.sees_states(me.says("state.ready"), me.says("state.ready"))
    assert [row.device_id for row in me.window.model.sheet] == ["SPK26113F2001", "SPK26113F2002"]
    assert me.window.scan_bar.field.text() == ""
    [profile] = [path.read_text(encoding="utf-8") for path in bench.data.profiles.iterdir()]
    assert f'end = "{EndKey.PAUSE}"' in profile


def test_full_width_characters(me: Technician, words: dict[str, str]) -> None:
    """What was put back is said with the row, before and after; who has changed them is not known for sure."""
    # No key of a test has such characters.
    me.window.scan_bar.field.setText("ＳＰＫ１")
    acting.key(me.window.scan_bar.field, Qt.Key.Key_Return)
    me.sees(words["put back"])
    assert me.cell(1, Column.DEVICE_ID) == "SPK1"
    assert me.cell(1, Column.MESSAGE) == words["put back"]


def test_another_window_in_front(me: Technician, words: dict[str, str], elsewhere: QWidget) -> None:
    """The scan bar says so in big letters for as long as it is so."""
    elsewhere.show()
    elsewhere.activateWindow()
    me.sees(words["not ready"])
    me.sees(words["behind"])
    elsewhere.hide()
    me.window.activateWindow()
    me.sees(me.says("scan.ready"))


@pytest.fixture
def elsewhere(qtbot: QtBot) -> QWidget:
    """Give a window of another program, as far as one process can have it."""
    window = QWidget()
    qtbot.addWidget(window)
    return window


def test_a_channel_that_nobody_has_checked(me: Technician, words: dict[str, str]) -> None:
    """Before a run it may replace, after it the question stands with the sum; Check leads to the page."""
    me.scan("SPK1")
    me.press(me.says("foot.bind_name"))
    me.sees(words["may replace"])
    me.sees(words["no unbind"])
    me.press(me.says("confirm.bind_now"))
    me.sees_the_end()
    me.sees(words["not checked"])
    me.press(words["check"])
    me.until(lambda: me.window.pages.currentWidget() is me.place.controller.check_page(), "see the page")


def test_no_user_id(profile: Profile, open_window: Open, language: str, words: dict[str, str]) -> None:
    """The last look says whose devices they become, where nobody else is named."""
    with open_window(replace(profile, user_id="", user_name=""), language=language) as me:
        me.scan("SPK1")
        me.press(me.says("foot.bind_name"))
        me.sees(words["own account"])
        me.keys("Esc")


def test_looking_for_the_refused_one(
    me: Technician, server: PracticeServer, withheld: Withheld, words: dict[str, str]
) -> None:
    """Which is refused among several is a sentence in the footer; the run finds it by itself."""
    server.script([*[None] * 4, withheld])
    me.scan("SPK1", "SPK2", "SPK3", "SPK4", "SPK0000")
    me.start_binding()
    me.sees(words["looking"])
    withheld.let_go()
    me.sees_the_end()
    assert me.states().count(me.says("state.refused")) == 1


def test_an_unknown_channel(me: Technician, server: PracticeServer, words: dict[str, str]) -> None:
    """The button leads to the profile, where the channel id stands beside the place to compare it with."""
    server.script([ScriptedAnswer(4200, status=404, msg="connector not found")])
    me.scan("SPK1")
    me.bind()
    me.sees_notice(words["unknown channel"])
    me.press(me.says("menu.copy_support"))
    me.has_copied("connector not found")
    me.press(words["change profile"])
    me.sees(me.says("profile_form.connector_id.hint"))
    me.press(me.says("button.cancel"))
    me.sees_states(me.says("state.ready"))


def test_look_up(me: Technician, words: dict[str, str]) -> None:
    """A device of the sheet with its state, time and label; one that nobody knows; nothing is added."""
    me.scan("SPK26113F2001")
    me.keys("Ctrl+L")
    me.type("SPK26113F2001")
    time = f"{me.window.model.row(0).added_at:%H:%M}"
    me.sees(f"{me.says('state.ready')} · {time} · 智能音箱-3F2001")
    me.type("SPK26113F2002")
    me.sees(words["no record"])
    me.keys("Esc")
    assert len(me.states()) == 1


def test_a_token_near_its_end(
    bench: Bench, profile: Profile, open_window: Open, language: str, words: dict[str, str]
) -> None:
    """It is said when the window opens, and its last day goes on standing in the footer."""
    last_day = date.today() + timedelta(days=3)  # noqa: DTZ011 - the day as the window's own clock has it
    bench.has_profile(replace(profile, who_to_ask="Mr Li"))
    bench.has_token(last_day=last_day)
    with open_window(language=language) as me:
        me.sees_notice(words["near end"].format(date=last_day.isoformat()))
        me.sees(me.says("status.token_until", day=f"{last_day:%m-%d}"))


def test_a_clock_that_is_wrong(me: Technician, server: PracticeServer, words: dict[str, str]) -> None:
    """By the first answer of a run it is said in the status line."""
    server.script([answer_at(-12)])
    me.scan("SPK1")
    me.bind()
    me.sees(words["clock"])


def test_the_summary(profile: Profile, open_window: Open, language: str, words: dict[str, str]) -> None:
    """One press puts the sheet in one line on the clipboard, for the chat."""
    with open_window(replace(profile, behaviour=Behaviour.ADDS), language=language) as me:
        me.press(me.says("scan.job"))
        me.fill_in(me.says("details.job"), "WO-1125")
        me.fill_in(me.says("details.operator"), "A12")
        me.window.sheet_details().expected.setValue(3)
        me.press(me.says("details.done"))
        me.scan("SPK1", "SPK0000")
        me.bind()
        me.scan("SPK2")
        me.keys("Ctrl+Shift+S")
        today = me.window.model.row(0).added_at
        dates = [f"{day:%Y-%m-%d}" for day in (today, today + timedelta(days=1))]
        assert me.copied() in [words["summary"].format(date=date) for date in dates]
