"""Another language in the midst of work: the same window and sheet, no scan lost, and kept for the next start."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDateEdit, QDialog

from bindtool.core.profiles.profile import Profile
from tests.gui.disks import refusing
from tests.practice.faults import ScriptedAnswer
from tests.stories.program import practising

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.gui.pseudo_terminal import SerialLine
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

PRACTICE_IN_CHINESE = "bindtool – 练习：不会发送到扣子"


def test_there_and_back(ready: Technician) -> None:
    """The window stays the same one in its place, with its rows and their undo; every word is another."""
    ready.scan("SPK1", "SPK2")
    window, place, name = ready.window, ready.window.geometry(), int(ready.window.winId())

    ready.speak("中文")
    ready.sees("可以扫码")
    ready.sees("已添加")
    assert ready.states() == ["待绑定", "待绑定"]
    assert (ready.window, ready.window.geometry(), int(ready.window.winId())) == (window, place, name)
    assert ready.window.isActiveWindow()
    ready.scan("SPK3")
    ready.keys("Ctrl+Z")
    ready.keys("Ctrl+Z")
    ready.sees_states("待绑定")

    ready.speak("English")
    ready.sees("READY TO SCAN")
    ready.keys("Ctrl+Shift+Z")
    ready.sees_states("ready", "ready")
    ready.bind()
    ready.sees_states("bound", "bound")


def test_days_are_written_in_it_too(ready: Technician) -> None:
    """Whatever has a calendar: the parts were made while Qt still wrote days in the other language."""
    for language, name in (("中文", "zh_CN"), ("English", "en_US")):
        ready.speak(language)
        days = [
            day
            for part in (ready.place.controller.profiles.form(), ready.place.controller.profiles.token_dialog())
            for day in part.findChildren(QDateEdit)
        ]
        assert {day.locale().name() for day in days} == {name}


def test_dialogs_open_before_and_after_it(ready: Technician) -> None:
    """The first dialog after a change ended the program, if one had been open before it."""
    for language in ("中文", "English"):
        ready.do(ready.says("menu.about"))
        about = ready.window.findChild(QDialog)
        assert about is not None
        ready.until(about.isVisible, "see the dialog")
        about.close()
        ready.speak(language)
    assert ready.window.isVisible()


def test_second_thoughts(ready: Technician) -> None:
    """Whoever chooses the old language again before the new one is there keeps the old one."""
    scan_bar = ready.window.scan_bar
    ready.choose_language("中文")
    ready.choose_language("English")
    ready.scan("SPK1")
    assert ready.window.scan_bar is scan_bar


def test_the_choice_is_remembered(bench: Bench, profile: Profile, open_window: Open) -> None:
    """It stands beside what else the window remembers of this computer."""
    bench.has_profile(profile)
    with open_window() as me:
        me.speak("中文")
    settings = (bench.data.path / "window.ini").read_text(encoding="utf-8")
    assert "language=zh_CN" in settings
    assert "profile=Line 2" in settings


def test_from_the_first_screen(open_window: Open) -> None:
    """Whoever can't read the four doors finds the other language's name among them."""
    with open_window() as me:
        me.press("中文")
        me.sees("欢迎使用 bindtool")
        assert {"打开 IT 提供的配置文件", "手动设置", "先练习", "先扫码，稍后设置"} <= me.buttons()
        me.press("English")
        me.sees("Welcome to bindtool")
        me.press("Scan now, set up later")
        me.scan("SPK1")
        me.speak("中文")
        me.sees_states("待绑定")


def test_not_while_devices_are_being_bound(ready: Technician, server: PracticeServer) -> None:
    """It says why, and nothing of the run changes; afterwards it works."""
    server.script([ScriptedAnswer(4013, status=429, headers={"Retry-After": "60"})])
    ready.scan("SPK1")
    ready.start_binding()
    ready.sees("The server asked us to wait:")
    ready.choose_language("中文")
    ready.sees_notice("The language can't be changed while devices are being bound Wait until the run has finished")
    assert ready.window.actions_["english"].isChecked()
    ready.press("Stop")
    ready.sees_the_end()
    ready.speak("中文")
    ready.sees("可以扫码")


def test_not_while_something_is_typed(ready: Technician, bench: Bench) -> None:
    """It does nothing on a form, whose values would be lost."""
    ready.keys("Ctrl+P")
    ready.write("Developer's name", "Somebody else")
    ready.choose_language("中文")
    ready.press("Cancel")
    ready.sees("READY TO SCAN")
    assert "language" not in (bench.data.path / "window.ini").read_text(encoding="utf-8")


def test_with_a_full_disk(ready: Technician, bench: Bench) -> None:
    """What only the window has goes on to the other language, and to the disk once it serves again."""
    with refusing(bench.data.database, "INSERT ON sheet_row"):
        ready.type("SPK1")
        ready.sees_notice("Try again")
        ready.speak("中文")
        ready.sees("未就绪")
        ready.type("SPK2")
    ready.press("重试")
    ready.sees_states("待绑定")
    ready.scan("SPK3")
    ready.sees_states("待绑定", "待绑定")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_serial_scanner_is_not_let_go(
    bench: Bench, profile: Profile, open_window: Open, line: SerialLine
) -> None:
    """The port stays open: what came from it half before the change comes whole after it."""
    (bench.data.path / "window.ini").write_text(f"[serial]\nport={line.port}\n", encoding="utf-8")
    bench.has_profile(profile)
    with open_window() as me:
        me.sees("connected")
        line.send(b"SPK2611")
        me.speak("中文")
        line.send(b"3F2001\r")
        me.sees_states("待绑定")
        me.speak("English")
        line.send(b"SPK26113F2002\r")
        me.sees_states("ready", "ready")
        assert me.ids() == ["SPK26113F2001", "SPK26113F2002"]


@pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only")
def test_practice_speaks_as_the_window_it_was_started_from(tmp_path: Path) -> None:
    """Where practice has no choice of its own, that of the real window counts before the system's language."""
    (tmp_path / "window.ini").write_text("[General]\nlanguage=zh_CN\n", encoding="utf-8")
    with practising(tmp_path) as program:
        assert program.title == PRACTICE_IN_CHINESE
