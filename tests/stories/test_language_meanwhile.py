"""What a hand or a scanner does while the language of the window is about to change."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractAnimation, QMetaMethod, QObject
from PySide6.QtTest import QSignalSpy

from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.widgets.on_demand import OnDemand
from tests.gui import acting

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician


def test_nothing_is_left_of_what_was_before(ready: Technician) -> None:
    """Whoever changes ten times does not fill the memory, and what outlives a change is connected once."""
    for language in ("中文", "English"):
        ready.speak(language)
        open_everything(ready)
    belongs, connected = parts(ready), receivers(ready)
    for language in ("中文", "English") * 5:
        ready.speak(language)
        open_everything(ready)
    ready.until(lambda: parts(ready) == belongs, "see just what was there before")
    assert receivers(ready) == connected


def open_everything(me: Technician) -> None:
    """Make what is made only when it is first wanted."""
    controller = me.place.controller
    late = [*vars(controller).values(), *vars(controller.profiles).values()]
    made = [one() for one in late if isinstance(one, OnDemand)]
    assert len(made) > 10


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


def is_signal(method: QMetaMethod) -> bool:
    """Tell whether a method of Qt's is a signal."""
    return method.methodType() is QMetaMethod.MethodType.Signal


def test_a_scan_that_is_not_saved_yet_is_waited_for(ready: Technician) -> None:
    """It is in the sheet that speaks the other language."""
    acting.keys(ready.window.scan_bar.field, "SPK1\r")
    ready.place.speak("zh_CN")
    ready.sees("可以扫码")
    ready.sees_states("待绑定")


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


def test_closed_before_it_has_changed(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The window goes as ever."""
    bench.has_profile(profile)
    with open_window() as me:
        me.scan("SPK1")
        me.choose_language("中文")
    with open_window() as me:
        me.sees_states("ready")


@pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only")
def test_scans_that_come_meanwhile(ready: Technician) -> None:
    """Keys that wait in the display's queue while the window changes are scans of the same window; none is lost."""
    ids = [f"SPK26113F{number:04}" for number in range(24)]
    keys = ["windowfocus", "--sync", str(int(ready.window.winId()))]
    for at, device_id in enumerate(ids):
        # A pause in which the language may change, or too short a one for that.
        pause = "0.3" if at % 4 else "0.1"
        keys += ["type", "--args", "1", "--delay", "2", device_id, "key", "Return", "sleep", pause]
    changes = QSignalSpy(ready.place.changed)
    with subprocess.Popen(["xdotool", *keys]) as scanner:
        seen = 0

        def goes_on() -> bool:
            return changes.count() > seen or scanner.poll() is not None

        while scanner.poll() is None:
            # Not by the menu: keys that come while it is open are the menu's.
            ready.place.speak("zh_CN" if ready.place.language == "en" else "en")
            seen = changes.count()
            ready.until(goes_on)
    assert changes.count()
    ready.place.speak("en")
    ready.sees("READY TO SCAN")
    ready.until(lambda: ready.states() == ["ready"] * len(ids), "see every scan")
    assert ready.ids() == ids
