"""The twelve messages of the people's brief, in both languages: each made in the real window, its words compared,
its primary action pressed and the effect seen.

The words stand here as the brief has them, but where the program knows better; then the test says what and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import pytest
from keyring.backends import SecretService
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from bindtool.i18n.catalogue import LANGUAGES
from bindtool.practice import channel
from bindtool.practice.wire import Close
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = pytest.mark.long

IDS = ("SPK1", "SPK2", "SPK3", "SPK4", "SPK5")
WHO = "Lin, 8021"


@dataclass(frozen=True)
class Said:
    """A banner: its title, what follows, its primary action and the quiet one."""

    title: str
    body: str
    primary: str = ""
    quiet: str = ""

    def about(self, **values: object) -> Said:
        """Return it with its places filled."""
        return Said(*(getattr(self, field.name).format(**values) for field in fields(self)))


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Give each language."""
    return str(request.param)


@pytest.fixture
def me(profile: Profile, open_window: Open, language: str) -> Iterator[Technician]:
    """Give a technician at a window in that language, with a profile and its token."""
    with open_window(profile, language=language) as technician:
        yield technician


def banner(me: Technician) -> tuple[list[str], list[str]]:
    """Return what the banner says, line by line, and what its buttons say, the quiet one first."""
    notice = me.window.message_bar
    said = [label.text() for label in notice.findChildren(QLabel) if label.isVisible() and label.text()]
    buttons = [one.text() for one in notice.findChildren(QPushButton) if one.isVisible()]
    return said, buttons


def sees(me: Technician, said: Said) -> None:
    """Wait until the banner says this, word for word; the server's own words may stand below."""
    buttons = [words for words in (said.quiet, said.primary) if words]
    me.until(lambda: banner(me)[0][:2] == [said.title, said.body], f"see {said}")
    assert banner(me)[1] == buttons


def replace_token(me: Technician) -> None:
    """Paste a good token into the panel that is open, keep it, and close the panel."""
    me.paste_into(me.says("token.label"), channel.TOKEN)
    me.press(me.says("action.replace_token"))
    close_the_panel(me)


def close_the_panel(me: Technician) -> None:
    """Wait until the site has said that it accepts the token, and close the panel."""
    me.sees(me.says("token_check.accepted.title", site="").strip())
    me.press(me.says("token_panel.done"))


# ---------------------------------------------------------------- 1: no token

NO_TOKEN = {
    "en": Said(
        "No access token yet",
        "You can keep scanning. Enter the token once before you bind; {who} can give it to you.",
        "",
    ),
    "zh_CN": Said("还没有访问令牌", "可以接着扫码，绑定前填一次令牌即可。令牌请向{who}索取。", ""),
}


def test_1_token_missing(bench: Bench, profile: Profile, open_window: Open, language: str) -> None:
    """The step button opens the panel; with the token in it the banner is gone and Bind works."""
    bench.has_profile(profile)
    with open_window(language=language) as me:
        sees(me, NO_TOKEN[language].about(who={"en": WHO, "zh_CN": f" {WHO} "}[language]))
        me.scan("SPK1")
        me.press(me.says("foot.enter_token"))
        me.paste_into(me.says("token.label"), channel.TOKEN)
        me.press(me.says("token_panel.save"))
        me.sees(me.says("token_panel.saved"))
        close_the_panel(me)
        me.until(lambda: me.notice == "", "see the banner gone")
        me.bind()
        me.sees_states(me.says("state.bound"))


def test_1_nobody_is_named(bench: Bench, profile: Profile, open_window: Open, language: str) -> None:
    """Where the profile names nobody to ask, it is the IT person."""
    bench.has_profile(replace(profile, who_to_ask=""))
    with open_window(language=language) as me:
        sees(me, NO_TOKEN[language].about(who={"en": "your IT person", "zh_CN": "你的 IT 人员"}[language]))


# ---------------------------------------------------------------- 2: the password store is locked

LOCKED = {
    "en": Said(
        "The system's password store is locked",
        "Type this computer's password in the system's window; it may be behind this one.",
        "Try again",
        "Enter a token until bindtool closes",
    ),
    "zh_CN": Said(
        "系统密码库已锁定",
        "请在系统弹出的窗口中输入这台电脑的密码。没看到的话，它可能在这个窗口后面。",
        "再试一次",
        "临时填写，关闭程序后失效",
    ),
}


class Lockable(SecretService.Keyring):
    """Locked until somebody knows the password."""

    # keyring collects every subclass and shall not offer this one to other tests.
    viable = False
    locked = True

    def __init__(self, site: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types here
        self._entry: str = TokenRecord(AccessToken(channel.TOKEN), site).text

    def get_password(self, service: str, username: str) -> str | None:
        """Fail as the real one does while it is locked."""
        if self.locked:
            raise KeyringLocked("locked")
        return self._entry


def test_2_keyring_locked(bench: Bench, profile: Profile, open_window: Open, language: str) -> None:
    """Try again asks the store once more, and binds when it is open; the other way is a token for the day.

    The Chinese button says 再试一次 and not 重试: one word for one action, as in message 4.
    """
    bench.has_profile(profile)
    bench.has_token()
    keyring = Lockable(profile.site)
    with open_window(language=language, open_store=lambda: KeyringStore(keyring)) as me:
        me.scan("SPK1")
        me.bind()
        sees(me, LOCKED[language])
        me.press(LOCKED[language].quiet)
        me.sees(me.says("token_panel.hint.memory"))
        assert me.says("token_panel.hold") in me.buttons()
        me.press(me.says("button.close"))

        keyring.locked = False
        me.press(LOCKED[language].primary)
        me.press(me.says("confirm.bind_now"))
        me.sees_states(me.says("state.bound"))


# ---------------------------------------------------------------- 3: a token of another site

WRONG_SITE = {
    "en": Said(
        "This computer does not accept this token",
        "Tokens of coze.cn and coze.com are not interchangeable."
        " Check that it was made on this computer and copied whole.",
        "Replace token",
        "Change site",
    ),
    "zh_CN": Said(
        "本机不接受这个令牌",
        "coze.cn 与 coze.com 的令牌不能互用。请确认令牌在本机生成并复制完整。",
        "更换令牌",
        "修改站点",
    ),
}


def test_3_wrong_site_for_token(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open, language: str
) -> None:
    """Change site leads to that field; Replace token asks for the token alone, and one press goes on."""
    bench.has_profile(profile)
    bench.has_token(AccessToken("pat_of_another_site"))
    with open_window(language=language) as me:
        me.scan("SPK1")
        me.bind()
        sees(me, WRONG_SITE[language])
        me.press(WRONG_SITE[language].quiet)
        site = me.place.controller.profiles.form().values.fields["site"]
        me.until(lambda: site.isVisible() and site.isAncestorOf(me.window.focusWidget()), "see the site's field")
        me.press(me.says("button.cancel"))
        me.press(WRONG_SITE[language].primary)
        replace_token(me)
        me.press(me.says("action.continue"))
        me.sees_states(me.says("state.bound"))


# ---------------------------------------------------------------- 4: the channel does not accept devices

NOT_ACCEPTED = {
    "en": Said(
        "The channel did not accept the device",
        "No device has been bound on this channel yet. On a new channel, Coze's business manager first switches"
        " on binding by API and sets the key. {n} were not bound.",
        "Copy a note for the manager",
        "Try again",
    ),
    "zh_CN": Said(
        "渠道没有接受设备",
        "这个渠道还没有绑定成功过。新渠道要先由扣子商务经理开通 API 绑定设备并配置 key。{n} 台没有绑定。",
        "复制给商务经理的说明",
        "再试一次",
    ),
}


def test_4_binding_not_enabled(me: Technician, server: PracticeServer, language: str) -> None:
    """The note for the manager is on the clipboard, with no token in it.

    The brief counts "the other {n}", which were not sent. Up to three are tried before the message comes and are
    put back, so the program counts all that are not bound.
    """
    server.script([ScriptedAnswer(4000, msg="not enabled")] * 10)
    me.scan(*IDS)
    me.bind()
    sees(me, NOT_ACCEPTED[language].about(n=5))
    me.press(NOT_ACCEPTED[language].primary)
    for part in (server.site, channel.CONNECTOR_ID, channel.KEY, "4000", "not enabled"):
        assert part in me.copied()
    assert me.copied().startswith(me.says("support.to_manager"))
    assert channel.TOKEN not in me.copied()
    me.sees_states(*[me.says("state.ready")] * 5)
    assert server.bound == {}


# ---------------------------------------------------------------- 5: the token lacks a permission

PERMISSION = {
    "en": Said(
        "The token may lack a permission",
        "Binding needs the permission bindConnectorConfig. Ask the token's owner to grant it, then continue."
        " {n} devices stay ready.",
        "Copy a note for the owner",
        "Replace token",
    ),
    "zh_CN": Said(
        "令牌可能缺少绑定权限",
        "绑定需要 bindConnectorConfig 权限。请令牌所有者开通后再继续。{n} 台仍为待绑定。",
        "复制给令牌所有者的说明",
        "更换令牌",
    ),
}


def test_5_permission_missing(me: Technician, server: PracticeServer, language: str) -> None:
    """The note for the owner is on the clipboard, with no token in it; the rows stay as they were."""
    server.script([ScriptedAnswer(4101, status=403, msg="no permission")])
    me.scan("SPK1", "SPK2")
    me.bind()
    sees(me, PERMISSION[language].about(n=2))
    me.press(PERMISSION[language].primary)
    for part in ("bindConnectorConfig", channel.CONNECTOR_ID, "4101", "no permission"):
        assert part in me.copied()
    assert me.copied().startswith(me.says("support.to_owner"))
    assert channel.TOKEN not in me.copied()
    me.sees_states(me.says("state.ready"), me.says("state.ready"))
    assert me.cell(1, Column.MESSAGE) == me.says("message.answer", code=4101, message="no permission")
    assert me.cell(1, Column.LOG_ID) != ""


# ---------------------------------------------------------------- 6: the token dies in the middle

STOPPED = {
    "en": Said(
        "Paused: the token no longer works",
        "{bound} bound, {left} not sent, all saved. A new token continues from here; you can keep scanning.",
        "Replace token",
    ),
    "zh_CN": Said(
        "令牌已失效，绑定暂停",
        "{bound} 台已绑定，{left} 台还没发出，都已保存。换上新令牌就能从这里继续，现在可以接着扫码。",
        "更换令牌",
    ),
}
GO_ON = {"en": "Continue with {left}", "zh_CN": "继续绑定 {left} 台"}


def test_6_token_expired_in_a_run(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open, language: str
) -> None:
    """One paste and two presses later the rest of the run is bound, and no other row."""
    bench.has_profile(replace(profile, pace=RequestSettings(rate=0, batch_size=2), proven=True))
    bench.has_token()
    server.script([None, ScriptedAnswer(700012006, status=401, msg="access token invalid")])
    with open_window(language=language) as me:
        me.scan(*IDS)
        me.bind()
        sees(me, STOPPED[language].about(bound=2, left=3))
        assert "access token invalid" in me.notice
        me.sees_states(*[me.says("state.bound")] * 2, *[me.says("state.ready")] * 3)
        me.scan("SPK6")
        me.press(STOPPED[language].primary)
        replace_token(me)
        me.sees_notice(me.says("advice.go_on.title"))
        me.until(lambda: banner(me)[1] == [GO_ON[language].format(left=3)], "see how many would go on")
        me.press(me.says("action.continue"))
        me.sees_states(*[me.says("state.bound")] * 5, me.says("state.ready"))
    assert set(server.bound) == set(IDS)


# ---------------------------------------------------------------- 7: asked to wait

WAIT = {
    "en": "The server asked us to wait: {s} s.",
    "zh_CN": "服务器要求稍等，{s} 秒后自动继续。",
}
OTHERS = {"en": " Other laptops may be binding too.", "zh_CN": "其他电脑可能也在绑定。"}


def can_read(me: Technician, words: str) -> bool:
    """Tell whether the end of a line says so as a whole, with any number of seconds in it."""
    wanted = re.escape(words).replace(re.escape("{s}"), r"\d+")
    return any(re.search(f"(^| · ){wanted}$", line) for line in me.said.splitlines())


def test_7_rate_limited(me: Technician, server: PracticeServer, language: str) -> None:
    """A line in the footer, no banner; it goes on by itself.

    In English the shorter words of the brief's drawing (5.4): with "Continuing in" and what follows after a minute
    the line would not fit beside the corner of a small laptop. On the command line it stands whole.
    """
    server.script([ScriptedAnswer(4013, status=429, headers={"Retry-After": "8"})])
    me.scan("SPK1")
    me.start_binding()
    me.until(lambda: can_read(me, WAIT[language]), "be asked to wait")
    assert me.notice == ""
    me.sees_states(me.says("state.bound"))


def test_7_a_long_wait(me: Technician, server: PracticeServer, language: str) -> None:
    """Over a minute: other laptops may be the reason. Stop ends the wait."""
    server.script([ScriptedAnswer(4013, status=429, headers={"Retry-After": "200"})])
    me.scan("SPK1")
    me.start_binding()
    me.until(lambda: can_read(me, WAIT[language] + OTHERS[language]), "be asked to wait long")
    me.press(me.says("foot.stop_name"))
    me.sees_the_end()
    me.sees_states(me.says("state.ready"))


# ---------------------------------------------------------------- 8: no network

OFFLINE = {
    "en": Said(
        "No network: binding continues when it is back",
        "{n} not sent, all saved. You can keep scanning.",
        "Try now",
    ),
    "zh_CN": Said("网络断开，恢复后自动继续", "{n} 台还没发出，都已保存。可以接着扫码。", "立即重试"),
}


def test_8_offline(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open, language: str
) -> None:
    """Try now does not wait for the next try of its own, which is seconds away.

    Before the brief's words the banner says what was tried and what to look at: a name that can't be found is
    another thing than a firewall.
    """
    said = OFFLINE[language].about(n=1)
    bench.has_profile(replace(profile, proven=True))
    bench.has_token()
    server.stop()
    with open_window(language=language, clock=SystemClock()) as me:
        me.scan("SPK1")
        me.start_binding()
        me.sees_notice(said.title)
        assert banner(me)[0][1].endswith(said.body)
        assert banner(me)[1] == [said.primary]
        me.sees(me.says("foot.wait_offline", seconds=4))
        server.start()
        before = SystemClock().monotonic()
        me.press(said.primary)
        me.sees_states(me.says("state.bound"))
        assert SystemClock().monotonic() - before < 2.0


# ---------------------------------------------------------------- 9: an answer is lost

LOST = {
    "en": Said(
        "{n} results unknown",
        "Sent, but no answer came: bound or not, we can't tell. {again}",
        "Bind {n} devices again",
    ),
    "zh_CN": Said("{n} 台结果未知", "已发出，但没有收到回复：可能已绑定，也可能没有。{again}", "再次绑定 {n} 台"),
}
SENDING_AGAIN = {
    ("en", Behaviour.NOT_CHECKED): "Sending again should be harmless; Coze's documentation does not say.",
    ("zh_CN", Behaviour.NOT_CHECKED): "再发一次应当无害，扣子文档没有写明。",
    ("en", Behaviour.ADDS): "Sending again is harmless here.",
    ("zh_CN", Behaviour.ADDS): "渠道已验证：再发一次不会有影响。",
}


@pytest.mark.parametrize("behaviour", [Behaviour.NOT_CHECKED, Behaviour.ADDS])
def test_9_answer_lost(
    bench: Bench,
    profile: Profile,
    server: PracticeServer,
    open_window: Open,
    language: str,
    behaviour: Behaviour,
) -> None:
    """Send again asks about exactly these, and binds them; what it does is said as far as it is known."""
    bench.has_profile(replace(profile, behaviour=behaviour, proven=True))
    bench.has_token()
    server.script([Close(commit=False)] * 3)
    with open_window(language=language) as me:
        me.scan("SPK1", "SPK2")
        me.bind()
        sees(me, LOST[language].about(n=2, again=SENDING_AGAIN[language, behaviour]))
        me.scan("SPK3")
        me.press(me.says("action.send_unknown_again"))
        me.sees(me.says("confirm.title_unknown", n=2))
        me.press(me.says("confirm.bind_now"))
        me.sees_states(*[me.says("state.bound")] * 2, me.says("state.ready"))


# ---------------------------------------------------------------- 10: a duplicate

REPEAT = {
    "en": "already in row {row}, scanned {time} by {operator}",
    "zh_CN": "已在第 {row} 行，{time} 由 {operator} 扫入",
}
BEFORE = {
    "en": "bound {date} as “{label}”; tick it to bind again",
    "zh_CN": "{date} 已绑定，标签“{label}”；勾选后再绑定",
}


def test_10_duplicate(me: Technician, language: str) -> None:
    """The scan bar says where it is, by whom and when; nothing is added.

    The words follow the end of the id in its line, so they begin without a capital and end without a stop.
    """
    me.press(me.says("head.operator"))
    me.fill_in(me.says("details.operator"), "A12")
    me.press(me.says("details.done"))
    me.scan("SPK1", "SPK2")
    time = f"{me.window.model.row(0).added_at:%H:%M}"
    me.type("SPK1")
    me.sees(REPEAT[language].format(row=1, time=time, operator="A12"))
    assert me.window.table.highlighted == 1
    assert len(me.states()) == 2


def test_10_bound_before(me: Technician, language: str) -> None:
    """A device of an earlier sheet is held with the day and its label; ticked, it goes with the next Bind."""
    me.scan("SPK26113F2001")
    me.bind()
    me.do(me.says("menu.new_sheet"))
    me.sees_states()
    me.scan("SPK26113F2001")
    me.sees_states(me.says("state.held"))
    said = BEFORE[language].format(date=r"[\d:-]+", label="智能音箱-3F2001")
    assert re.fullmatch(said, me.cell(1, Column.MESSAGE))
    table = me.window.table
    cell = table.visualRect(me.window.model.index(0, Column.STATUS))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    me.sees_states(me.says("state.ready"))
    me.sees_step_button(me.says("foot.bind", n=1))


# ---------------------------------------------------------------- 11: a refused device

REFUSED = {
    "en": ("“{msg}” (code {code})", "Coze refused this device. Put it aside and compare its ID with the sticker; "),
    "zh_CN": ("“{msg}”（错误码 {code}）", "扣子拒绝了这台设备。请放到一边，和机身贴纸上的编号核对；"),
}


def test_11_refused_device(me: Technician, server: PracticeServer, language: str) -> None:
    """The server's words and code, what to do, the text for support; the next scan takes the place of the id."""
    me.scan("SPK1", "SPK0000")
    me.bind()
    me.sees_states(me.says("state.bound"), me.says("state.refused"))
    words, what_to_do = REFUSED[language]
    answer = me.window.model.row(me.window.model.row_of(2)).outcome.answer
    assert answer is not None
    assert me.cell(2, Column.MESSAGE) == words.format(msg=answer.message, code=answer.code)
    state = me.window.model.index(me.window.model.row_of(2), Column.STATUS)
    assert str(state.data(Qt.ItemDataRole.ToolTipRole)).startswith(what_to_do)
    me.do_with_row(2, me.says("menu.copy_log_id"))
    me.has_copied(answer.log_id)
    me.do_with_row(2, me.says("menu.copy_support"))
    me.has_copied("curl")
    for part in (server.site, channel.CONNECTOR_ID, "SPK0000", "Bearer ***", str(answer.code), answer.message):
        assert part in me.copied()
    assert answer.log_id in me.copied()
    assert channel.TOKEN not in me.copied()
    me.keys("Ctrl+E")
    me.sees({"en": "Coze refused this device", "zh_CN": "扣子拒绝了这台设备"}[language])
    me.keys("Ctrl+Return")
    me.scan("SPK0001")
    me.keys("Esc")
    me.until(lambda: me.cell(2, Column.DEVICE_ID) == "SPK0001", "see the scanned id")
    me.until(lambda: me.states()[1] == me.says("state.ready"), "see it ready")


# ---------------------------------------------------------------- 12: a run is finished

ALL_BOUND = {"en": ("All {n} bound", "Save today's report"), "zh_CN": ("{n} 台全部绑定", "保存今日报告")}
TO_HANDLE = {
    "en": ("{bound} bound", "{k} refused", "Show {k} to handle"),
    "zh_CN": ("已绑定 {bound} 台", "被拒绝 {k} 台", "查看需处理的 {k} 台"),
}


def test_12_all_bound(me: Technician, language: str, tmp_path: Path) -> None:
    """All well: one line, and the step button saves the report."""
    title, action = ALL_BOUND[language]
    me.scan("SPK1", "SPK2")
    me.bind()
    me.sees(title.format(n=2))
    me.sees_step_button(action)
    me.keys("Ctrl+Return")
    me.choose(tmp_path / "report.csv")
    me.until((tmp_path / "report.csv").exists, "have the report")
    assert "SPK2" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")


def test_12_some_to_handle(me: Technician, language: str) -> None:
    """Each cause has its count, as in the drawing of the panel; the step button leads to the row."""
    bound, refused, action = (words.format(bound=2, k=1) for words in TO_HANDLE[language])
    me.scan("SPK1", "SPK0000", "SPK2")
    me.bind()
    me.sees(bound)
    me.sees(refused)
    me.sees_step_button(action)
    me.press(me.says("foot.handle_name"))
    assert me.window.table.selected_numbers() == [2]
