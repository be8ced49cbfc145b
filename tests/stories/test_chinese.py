"""The same day in Chinese: what a technician reads at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.practice import channel
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open


def test_the_first_screen(open_window: Open) -> None:
    """Four doors, in Chinese."""
    with open_window(language="zh_CN") as me:
        for words in ("打开 IT 提供的配置文件", "手动设置", "先练习", "先扫码，稍后设置"):
            assert words in me.buttons()
        me.press("手动设置")
        me.sees("渠道 ID")
        me.press("取消")


def test_a_day(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """Scan, bind, a refused device, a token that dies: the words of the screens and of the states."""
    bench.has_profile(profile)
    bench.has_token()
    with open_window(language="zh_CN") as me:
        me.sees("可以扫码")
        me.scan("SPK1", "SPK0000")
        assert me.states() == ["待绑定", "待绑定"]
        me.sees_step_button("绑定 2 台")
        me.press("绑定")
        me.sees("绑定 2 台设备？")
        me.press("立即绑定")
        me.sees_the_end()
        me.sees_states("已绑定", "被拒绝")
        server.script([ScriptedAnswer(700012006, status=401)])
        me.scan("SPK2")
        me.press("绑定")
        me.press("立即绑定")
        me.sees_the_end()
        me.sees_notice("令牌已失效，绑定暂停")
        me.press("更换令牌")
        me.paste_into("访问令牌", channel.TOKEN)
        me.press("更换令牌")
        me.sees("接受这个令牌")
        me.press("完成")
        me.press("继续绑定")
        me.sees_the_end()
        me.sees_states("已绑定", "被拒绝", "已绑定")
