"""The look of the program: what the view menu has for it is seen at once, and after the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.gui.common.theme import theme
from tests.gui.loop import PATIENCE
from tests.stories.program import practising

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QColor
    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

THEMES = ("theme_system", "theme_light", "theme_dark")


@pytest.fixture(autouse=True)
def usual_look() -> Iterator[None]:
    """Let the stories that follow find the program as it was."""
    yield
    theme.appearance().use_scheme(theme.Scheme.SYSTEM)
    theme.appearance().use_text_size(theme.USUAL_SIZE)


def ground(me: Technician) -> QColor:
    """Return the colour that the footer is painted on."""
    return me.window.footer.grab().toImage().pixelColor(2, me.window.footer.height() // 2)


def sees_ground(me: Technician, *, dark: bool) -> None:
    """Wait until the footer has the colour of a theme."""
    wanted = theme.palette(dark=dark).window().color()
    me.until(lambda: ground(me) == wanted, f"see {wanted.name()}")


def ticked(me: Technician) -> list[str]:
    """Return which theme the menu has a tick at."""
    return [name for name in THEMES if me.window.actions_[name].isChecked()]


def test_dark_and_back(ready: Technician) -> None:
    """By the menu: the picture changes, one entry is ticked, and another language keeps it."""
    ready.scan("SPK1")
    assert ticked(ready) == ["theme_system"]
    for name, dark in (("theme_dark", True), ("theme_dark", True), ("theme_light", False)):
        ready.window.actions_[name].trigger()
        assert ticked(ready) == [name]
        sees_ground(ready, dark=dark)
    ready.window.actions_["theme_dark"].trigger()
    ready.speak("中文")
    ready.sees("可以扫码")
    assert ticked(ready) == ["theme_dark"]
    sees_ground(ready, dark=True)
    assert ready.states() == ["待绑定"]


def test_larger_and_smaller(ready: Technician) -> None:
    """Step by step by each key to either end, and back at once; rows grow too, and scans go on."""
    ready.scan("SPK1")
    height = ready.window.table.rowHeight(0)
    field = ready.window.scan_bar.field
    for keys, percent in (
        *(("Ctrl+=", 110), ("Ctrl++", 125), ("Ctrl++", 150), ("Ctrl++", 150)),
        *(("Ctrl+-", 125), ("Ctrl+0", 100), ("Ctrl+-", 85), ("Ctrl+-", 85)),
    ):
        ready.keys(keys)
        ready.sees(f"Text size: {percent}%")
        assert theme.appearance().text_size == percent
        assert field.font().pointSizeF() == pytest.approx(theme.FIELD_POINTS * percent / 100)
    assert ready.window.table.rowHeight(0) <= height
    ready.window.actions_["usual_text"].trigger()
    assert ready.window.table.rowHeight(0) == height
    for _ in range(3):
        ready.window.actions_["larger_text"].trigger()
    assert ready.window.table.rowHeight(0) > height
    ready.scan("SPK2")
    assert ready.states() == ["ready", "ready"]
    ready.speak("中文")
    ready.sees("可以扫码")
    assert ready.window.scan_bar.field.font().pointSizeF() == theme.FIELD_POINTS * 1.5


def test_both_are_remembered(bench: Bench, profile: Profile, open_window: Open) -> None:
    """It stands beside what else the window remembers of this computer."""
    bench.has_profile(profile)
    with open_window() as me:
        me.window.actions_["theme_dark"].trigger()
        me.keys("Ctrl+=")
    settings = (bench.data.path / "window.ini").read_text(encoding="utf-8")
    assert "theme=dark" in settings
    assert "text_size=110" in settings


@pytest.mark.parametrize(("written", "dark"), [("theme=dark", True), ("theme=loud", False)])
def test_the_next_start_has_it(qtbot: QtBot, tmp_path: Path, written: str, *, dark: bool) -> None:
    """GIVEN what was chosen in the real window WHEN practice opens THEN it has that too; nonsense is the system."""
    (tmp_path / "window.ini").write_text(f"[General]\n{written}\n", encoding="utf-8")
    expected = theme.palette(dark=dark).window().color().name()
    with practising(tmp_path) as program:
        qtbot.waitUntil(lambda: program.footer_colour() == expected, timeout=PATIENCE)
