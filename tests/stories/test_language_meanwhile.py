"""What a hand or a scanner does while the language of the window is about to change."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractAnimation, QMetaMethod, QObject

from bindtool.core.sheet_view.sorting import Column
from tests.gui import acting
from tests.gui.loop import PATIENCE
from tests.stories.program import practising, xdotool
from tests.stories.test_language import PRACTICE_IN_CHINESE

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician


def test_nothing_is_left_of_what_was_before(ready: Technician) -> None:
    """Whoever changes ten times does not fill the memory, and what outlives a change is connected once."""
    ready.speak("中文")
    ready.speak("English")
    belongs, connected = parts(ready), receivers(ready)
    for language in ("中文", "English") * 5:
        ready.speak(language)
    ready.until(lambda: parts(ready) == belongs, "see just what was there before")
    assert receivers(ready) == connected


def parts(me: Technician) -> Counter[str]:
    """Count what belongs to the window, by its kinds; an animation ends by itself."""
    lasting = (one for one in me.window.findChildren(QObject) if not isinstance(one, QAbstractAnimation))
    return Counter(type(one).__name__ for one in lasting)


def receivers(me: Technician) -> dict[str, int]:
    """Count who listens to each signal of what outlives the widgets."""
    services, workspace = me.place.services, me.place.controller.workspace
    lasting = [getattr(services, each.name) for each in fields(services)] + list(vars(workspace).values())
    counted: dict[str, int] = {}
    for one in lasting:
        if isinstance(one, QObject):
            kind = one.metaObject()
            methods = (kind.method(at) for at in range(kind.methodCount()))
            signals = (bytes(each.methodSignature().data()).decode() for each in methods if is_signal(each))
            counted |= {f"{type(one).__name__}.{signal}": one.receivers(f"2{signal}") for signal in signals}
    return counted


TO_ENGLISH = ("alt+m", "Down", "Down", "Right", "Up", "Right", "Return")
TO_CHINESE = (*TO_ENGLISH[:-1], "Down", "Return")


def is_signal(method: QMetaMethod) -> bool:
    """Tell whether a method of Qt's is a signal."""
    return method.methodType() is QMetaMethod.MethodType.Signal


def test_a_scan_that_is_not_saved_yet_is_waited_for(ready: Technician) -> None:
    """It is in the sheet that speaks the other language."""
    acting.keys(ready.window.scan_bar.field, "SPK1\r")
    ready.place.speak("zh_CN")
    ready.sees("可以扫码")
    ready.sees_states("待绑定")


def test_what_is_half_typed_stays(ready: Technician) -> None:
    """A hand is slower than a change: the rest comes behind what stands there."""
    acting.keys(ready.window.scan_bar.field, "SPK26")
    ready.speak("中文")
    assert ready.window.scan_bar.field.text() == "SPK26"
    ready.type("113F2001")
    ready.sees_states("待绑定")
    assert ready.cell(1, Column.DEVICE_ID) == "SPK26113F2001"


def test_a_cell_that_is_typed_in_is_waited_for(ready: Technician) -> None:
    """What is typed there is the new id, and then the language changes."""
    ready.scan("SPK1")
    ready.select(1)
    ready.keys("F2")
    ready.keys("Ctrl+A")
    ready.place.speak("zh_CN")
    ready.type("SPK2")
    ready.sees("可以扫码")
    assert ready.cell(1, Column.DEVICE_ID) == "SPK2"


def test_a_question_that_is_open_is_answered_after_it(ready: Technician) -> None:
    """It is asked in the other language, and the answer does what it would have done."""
    ready.scan("SPK1")
    ready.keys("Ctrl+N")
    ready.speak("中文")
    ready.press("新建清单")
    ready.sees_states()
    ready.scan("SPK2")
    ready.sees_states("待绑定")


def test_closed_before_it_has_changed(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The window goes as ever."""
    bench.has_profile(profile)
    with open_window() as me:
        me.scan("SPK1")
        me.choose_language("中文")
    with open_window() as me:
        me.sees_states("ready")


@pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only")
def test_scans_that_come_meanwhile(qtbot: QtBot, tmp_path: Path) -> None:
    """Keys that wait in the display's queue while the window changes are scans of the same window; none is lost.

    The language is chosen by keys, in the menu of the view.
    """
    ids = [f"SPK26113F{number:04}" for number in range(24)]
    keys = []
    for at, device_id in enumerate(ids[1:], 1):
        if at % 4 == 1:
            # The display gives what comes within some 10 ms of a menu's end to the menu, in any program.
            keys += ["key", *(TO_CHINESE if at % 8 == 1 else TO_ENGLISH), "sleep", "0.06"]
        keys += ["type", "--args", "1", "--delay", "2", device_id, "key", "Return", "sleep", "0.13"]
    with practising(tmp_path) as program:
        xdotool("windowfocus", "--sync", program.window, "type", f"{ids[0]}\n")
        qtbot.waitUntil(lambda: len(program.rows()) == 1, timeout=PATIENCE)
        xdotool(*keys, "key", *TO_CHINESE)
        qtbot.waitUntil(lambda: len(program.rows()) == len(ids), timeout=PATIENCE)
        assert [device_id for device_id, _ in program.rows()] == ids
        qtbot.waitUntil(lambda: program.title == PRACTICE_IN_CHINESE, timeout=PATIENCE)
    with practising(tmp_path) as program:
        assert program.title == PRACTICE_IN_CHINESE
