"""What a hand or a scanner does while the widgets of another language are made, next to those that are seen."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractAnimation, QObject, Qt
from PySide6.QtWidgets import QFrame
from pytestqt import exceptions

from bindtool.core.sheet_view.sorting import Column
from bindtool.gui.sheet.empty_sheet import EmptySheet
from tests.gui import acting
from tests.gui.loop import PATIENCE
from tests.practice.faults import ScriptedAnswer
from tests.stories.program import practising, xdotool
from tests.stories.test_language import PRACTICE_IN_CHINESE

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician


def test_nothing_is_left_of_what_was_before(ready: Technician) -> None:
    """Neither of a change, nor of one that was given up half-way: who changes often does not fill the memory."""
    before = parts(ready)
    ready.choose_language("中文")
    ready.meets(lambda: half_made(ready), "see the first pieces")
    ready.keys("Ctrl+Shift+G")
    sees_just(ready, before)
    for language in ("中文", "English"):
        ready.speak(language)
        sees_just(ready, before)


def sees_just(me: Technician, wanted: Counter[str]) -> None:
    """Wait until these parts belong to the window, and no others."""
    seen: list[Counter[str]] = []

    def are_there() -> bool:
        seen[:] = [parts(me)]
        return seen[0] == wanted

    try:
        me.until(are_there, "see just what was there before")
    except exceptions.TimeoutError as error:
        raise AssertionError(f"more: {seen[0] - wanted}, less: {wanted - seen[0]}") from error


def parts(me: Technician) -> Counter[str]:
    """Count what belongs to the window, by its kinds; an animation ends by itself."""
    lasting = (one for one in me.window.findChildren(QObject) if not isinstance(one, QAbstractAnimation))
    return Counter(type(one).__name__ for one in lasting)


def half_made(me: Technician) -> bool:
    """Tell whether there are widgets that nobody sees; their frame is the first."""
    return len(me.window.views.findChildren(QFrame, options=Qt.FindChildOption.FindDirectChildrenOnly)) > 1


def made(me: Technician) -> bool:
    """Tell whether the other widgets are ready; what an empty sheet shows is the last."""
    return len(me.window.findChildren(EmptySheet)) > 1


def test_scans_while_the_furniture_is_made(ready: Technician) -> None:
    """They go into the window that is seen, and are in the other one, with whatever else was done there."""
    ready.choose_language("中文")
    ready.meets(lambda: half_made(ready), "see the first pieces")
    scan_bar = ready.window.scan_bar
    ready.type("SPK1")
    assert ready.window.scan_bar is scan_bar
    ready.sees("可以扫码")
    ready.sees_states("待绑定")


def test_what_is_half_typed_stays(ready: Technician) -> None:
    """A hand is slower than a change: the rest comes behind what stands there."""
    ready.choose_language("中文")
    ready.meets(lambda: made(ready), "see it ready")
    acting.keys(ready.window.scan_bar.field, "SPK26")
    ready.sees("可以扫码")
    assert ready.window.scan_bar.field.text() == "SPK26"
    ready.type("113F2001")
    ready.sees_states("待绑定")
    assert ready.cell(1, Column.DEVICE_ID) == "SPK26113F2001"


def test_a_cell_that_is_typed_in_is_waited_for(ready: Technician) -> None:
    """What is typed there is the new id, and then the language changes."""
    ready.scan("SPK1")
    ready.choose_language("中文")
    ready.meets(lambda: half_made(ready), "see the first pieces")
    ready.select(1)
    ready.keys("F2")
    ready.keys("Ctrl+A")
    ready.meets(lambda: made(ready), "see it ready")
    ready.type("SPK2")
    ready.sees("可以扫码")
    assert ready.cell(1, Column.DEVICE_ID) == "SPK2"


def test_a_form_that_is_opened_meanwhile_is_waited_for(ready: Technician) -> None:
    """What is typed on it is kept; on the way back the language changes."""
    ready.choose_language("中文")
    ready.meets(lambda: half_made(ready), "see the first pieces")
    ready.keys("Ctrl+P")
    ready.meets(lambda: made(ready), "see it ready")
    ready.write("Developer's name", "Somebody else")
    ready.press("Cancel")
    ready.sees("可以扫码")


def test_closed_in_the_midst_of_it(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The window goes as ever, with both sets of widgets."""
    bench.has_profile(profile)
    with open_window() as me:
        me.scan("SPK1")
        me.choose_language("中文")
        me.meets(lambda: half_made(me), "see the first pieces")
    with open_window() as me:
        me.sees_states("ready")


def test_a_run_that_begins_meanwhile(ready: Technician, server: PracticeServer) -> None:
    """It goes on in the language in which it was begun, and the window says why."""
    server.script([ScriptedAnswer(4013, status=429, headers={"Retry-After": "60"})])
    ready.scan("SPK1")
    ready.press("Bind")
    ready.choose_language("中文")
    ready.meets(lambda: half_made(ready), "see the first pieces")
    ready.press("Bind now")
    ready.sees_notice("The language can't be changed while devices are being bound")
    ready.until(lambda: not half_made(ready), "see the pieces gone")
    ready.until(lambda: len(server.requests) == 1, "see the run wait")
    ready.press("Stop")
    ready.sees_the_end()
    ready.speak("中文")
    ready.sees("可以扫码")


@pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only")
def test_scans_that_come_meanwhile(qtbot: QtBot, tmp_path: Path) -> None:
    """Keys that wait in the display's queue while the window changes are scans of the same window; none is lost."""
    ids = [f"SPK26113F{number:04}" for number in range(24)]
    keys = ["windowfocus", "--sync", ""]
    for at, device_id in enumerate(ids):
        if at % 4 == 1:
            keys += ["key", "ctrl+shift+h" if at % 8 == 1 else "ctrl+shift+g", "sleep", "0.01"]
        keys += ["type", "--args", "1", "--delay", "2", device_id, "key", "Return", "sleep", "0.13"]
    with practising(tmp_path) as program:
        keys[2] = program.window
        xdotool(*keys, "key", "ctrl+shift+h")
        qtbot.waitUntil(lambda: len(program.rows()) == len(ids), timeout=PATIENCE)
        assert [device_id for device_id, _ in program.rows()] == ids
        qtbot.waitUntil(lambda: program.title == PRACTICE_IN_CHINESE, timeout=PATIENCE)
    with practising(tmp_path) as program:
        assert program.title == PRACTICE_IN_CHINESE
