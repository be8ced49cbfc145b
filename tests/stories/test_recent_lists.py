"""The lists that were opened last: by name in the menu, newest first, gone with their file, and no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest

from tests.hung_share import hung_share, needs_hung_share

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QAction

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

CLEAR, NONE = "Clear recent files", "No file has been opened yet"


def entries(me: Technician) -> list[QAction]:
    """Open the menu; return what is in it."""
    menu = me.window.actions_.menus["open_recent"]
    menu.popup(me.window.mapToGlobal(QPoint(0, 0)))
    me.until(menu.isVisible, "see the menu")
    return [action for action in menu.actions() if not action.isSeparator()]


def names(me: Technician) -> list[str]:
    """Open the menu; return the names in it without their digits and folders, and close it."""
    found = [action.text().partition("\t")[0].partition("  ")[2] or action.text() for action in entries(me)]
    me.window.actions_.menus["open_recent"].close()
    return found


def choose(me: Technician, name: str) -> None:
    """Open the menu and press an entry."""
    menu = me.window.actions_.menus["open_recent"]
    action = next(action for action in entries(me) if name in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def write(path: Path, *ids: str) -> Path:
    """Write a list."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{each}\n" for each in ids), encoding="utf-8")
    return path


def open_one(me: Technician, path: Path, rows: int) -> None:
    """Let a file fall onto the table, and wait for its rows."""
    me.window.table.files_dropped.emit([path])
    me.until(lambda: len(me.states()) == rows and me.place.controller.at_rest, "see its rows")


def test_dropped_and_chosen_in_the_dialog(ready: Technician, tmp_path: Path) -> None:
    """The newest is on top, each once, its folder beside it; a press opens it again."""
    first = write(tmp_path / "R&D" / "first.csv", "SPK26113F2001")
    second = write(tmp_path / "second.csv", "SPK26113F2002")
    assert names(ready) == [NONE]
    open_one(ready, first, 1)
    ready.keys("Ctrl+O")
    ready.choose(second)
    ready.until(lambda: len(ready.states()) == 2 and ready.place.controller.at_rest, "see its rows")
    assert names(ready) == ["second.csv", "first.csv", CLEAR]
    entry = entries(ready)[1]
    assert entry.toolTip() == str(first)
    assert entry.text().startswith("&2  first.csv\t")
    assert entry.text().endswith("R&&D")
    ready.window.actions_.menus["open_recent"].close()

    ready.keys("Ctrl+N")
    ready.answer("New sheet")
    ready.until(lambda: not ready.states(), "see an empty sheet")
    choose(ready, "first.csv")
    ready.until(lambda: ready.states() == ["ready"] and ready.place.controller.at_rest, "see its row")
    assert names(ready) == ["first.csv", "second.csv", CLEAR]

    choose(ready, CLEAR)
    assert names(ready) == [NONE]


def test_one_that_is_gone(ready: Technician, tmp_path: Path) -> None:
    """It says what to do, and leaves the menu; one that can't be read stays."""
    gone, locked = write(tmp_path / "gone.csv", "SPK1"), write(tmp_path / "stays.csv", "SPK2")
    open_one(ready, gone, 1)
    open_one(ready, locked, 2)
    gone.unlink()
    locked.unlink()
    locked.mkdir()
    choose(ready, "gone.csv")
    ready.sees_notice("gone.csv is no longer there It was in")
    assert names(ready) == ["stays.csv", CLEAR]
    choose(ready, "stays.csv")
    ready.sees_notice("stays.csv")
    assert names(ready) == ["stays.csv", CLEAR]


def test_eight_for_the_next_start(bench: Bench, profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """Those before are dropped; the next start, in another language too, has the same ones."""
    bench.has_profile(profile)
    with open_window() as me:
        for number in range(1, 11):
            open_one(me, write(tmp_path / f"{number:02}.csv", f"SPK26113F20{number:02}"), number)
        expected = [f"{number:02}.csv" for number in range(10, 2, -1)]
        assert names(me) == [*expected, CLEAR]
    with open_window() as me:
        assert names(me) == [*expected, CLEAR]
        me.speak("中文")
        assert names(me) == [*expected, "清除打开记录"]
        other = QSettings(str(bench.data.path / "window.ini"), QSettings.Format.IniFormat)
        other.setValue("recent_lists", "/elsewhere/only.csv")
        other.sync()
        assert names(me) == ["only.csv", "清除打开记录"]


@needs_hung_share
def test_one_on_a_share_that_hangs(ready: Technician, tmp_path: Path) -> None:
    """The menu asks nobody whether its files are there; scans go on while one that was chosen never comes."""
    share = tmp_path / "share"
    open_one(ready, write(share / "list.csv", "SPK1"), 1)
    with hung_share(share):
        assert names(ready) == ["list.csv", CLEAR]
        choose(ready, "list.csv")
        ready.scan("SPK2")
        ready.sees_states("ready", "ready")
        assert not ready.place.controller.at_rest
    ready.until(lambda: ready.place.controller.at_rest, "see it given up")
