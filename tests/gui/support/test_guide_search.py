"""Searching in the guide: across all its pages, in either language, by keys and by mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from bindtool.gui.common.theme import high_contrast, theme
from bindtool.gui.support.guide_dialog import PAGES, GuideDialog
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find, key, keys, press
from tests.gui.black_and_white import black_and_white
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE

FILLER = "A line of other words.\n\n"
IN_ENGLISH = {
    "start": f"# Start\n\nA **lost** answer. See [the keys](keys.md#lost).\n\n{60 * FILLER}It is LOST again.\n",
    "keys": "# Keys\n\n| Key | What |\n|---|---|\n| F3 | the lost one |\n",
    "trouble": f"# Trouble\n\n{60 * FILLER}## Lost\n",
}
IN_CHINESE = {"start": "# 第一台\n\n结果\n未知的设备。\n", "keys": "# 快捷键\n\n没有结果。\n"}


@pytest.fixture
def guide(texts: Texts, show: Show, tmp_path: Path) -> GuideDialog:
    """Give a guide of few words that is on the screen."""
    for name in PAGES:
        (tmp_path / f"{name}.md").write_text(IN_ENGLISH.get(name, f"# {name}\n"), encoding="utf-8")
        (tmp_path / f"{name}.zh.md").write_text(IN_CHINESE.get(name, f"# {name}\n"), encoding="utf-8")
    guide = GuideDialog(texts, tmp_path, print)
    show(guide)
    return guide


def search(guide: GuideDialog, text: str) -> None:
    """Go to the field by its key, and type."""
    key(guide.text, Qt.Key.Key_F, ctrl=True)
    assert guide.search.field.hasFocus()
    keys(guide.search.field, text)


def where(guide: GuideDialog) -> tuple[str, str]:
    """Return the page in front, and which hit of how many it says."""
    count = find(guide, QLabel, "Place found")
    return PAGES[guide.pages.currentRow()], count.text()


def marked(guide: GuideDialog) -> list[Any]:
    """Return what is marked; PySide's stubs leave its parts out."""
    return list(guide.text.extraSelections())


def marks(guide: GuideDialog) -> list[str]:
    """Return the texts that are marked."""
    return [one.cursor.selectedText() for one in marked(guide)]


def grounds(guide: GuideDialog) -> list[str]:
    """Return the colours of the marks."""
    return [one.format.background().color().name() for one in marked(guide)]


def underlined(guide: GuideDialog) -> list[bool]:
    """Tell of each mark whether it is underlined."""
    return [one.format.fontUnderline() for one in marked(guide)]


def test_all_pages_are_searched(guide: GuideDialog) -> None:
    """Hits are counted over all pages, those of the page are marked, and Return goes from one to the next."""
    search(guide, "lost")
    assert where(guide) == ("start", "1 of 4")
    assert marks(guide) == ["lost", "LOST"]
    assert guide.pages.item(0).text() == "First device (2)"
    assert guide.pages.item(1).text() == "Daily work"
    seen = []
    for _ in range(4):
        key(guide.search.field, Qt.Key.Key_Return)
        seen.append(where(guide))
        cursor = guide.text.textCursor()
        assert guide.text.viewport().rect().contains(guide.text.cursorRect(cursor))
    assert seen == [("start", "2 of 4"), ("keys", "3 of 4"), ("trouble", "4 of 4"), ("start", "1 of 4")]
    QTest.keyClick(guide.search.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert where(guide) == ("trouble", "4 of 4")
    press(guide, "Next")
    press(guide, "Next")
    press(guide, "Previous")
    assert where(guide) == ("start", "1 of 4")


def test_the_current_hit_is_marked_apart(guide: GuideDialog) -> None:
    """One of them has the colours of what is selected."""
    search(guide, "lost")
    current, other = grounds(guide)
    assert current == guide.palette().highlight().color().name()
    assert other not in {current, guide.palette().base().color().name()}
    QTest.keyClick(guide, Qt.Key.Key_F3)
    assert grounds(guide) == [other, current]
    QTest.keyClick(guide, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert grounds(guide) == [current, other]


def test_a_page_that_is_chosen(guide: GuideDialog) -> None:
    """It shows its first hit; where it has none the count stays, and Next goes on from where it was."""
    search(guide, "lost")
    guide.turn_to("trouble")
    assert where(guide) == ("trouble", "4 of 4")
    guide.turn_to("network")
    assert where(guide) == ("network", "4 of 4")
    assert marks(guide) == []
    press(guide, "Next")
    assert where(guide) == ("start", "1 of 4")


def test_nothing_is_found(guide: GuideDialog) -> None:
    """It says so, and there is nowhere to go; an address of a link is no text."""
    search(guide, "keys.md")
    assert where(guide) == ("start", "not found")
    assert marks(guide) == []
    assert not any(button.isEnabled() for button in guide.search.buttons)
    key(guide.search.field, Qt.Key.Key_Return)
    assert where(guide) == ("start", "not found")


def test_esc_empties_the_field_first(guide: GuideDialog) -> None:
    """Once more, and the guide closes; the arrow down leads into the page."""
    search(guide, "lost")
    key(guide.search.field, Qt.Key.Key_Down)
    assert guide.text.hasFocus()
    key(guide.text, Qt.Key.Key_F, ctrl=True)
    assert guide.search.field.selectedText() == "lost"
    key(guide.search.field, Qt.Key.Key_Escape)
    assert guide.isVisible()
    assert where(guide) == ("start", "")
    assert marks(guide) == []
    assert guide.pages.item(0).text() == "First device"
    key(guide.search.field, Qt.Key.Key_Escape)
    assert not guide.isVisible()


@pytest.mark.parametrize("texts", ["zh_CN"], indirect=True)
def test_chinese_by_an_input_method(guide: GuideDialog) -> None:
    """What is still composed is not searched; what was chosen is found, across the end of a line too."""
    key(guide.text, Qt.Key.Key_F, ctrl=True)
    QCoreApplication.sendEvent(guide.search.field, QInputMethodEvent("jie guo", []))
    assert marks(guide) == []
    chosen = QInputMethodEvent()
    chosen.setCommitString("结果")
    QCoreApplication.sendEvent(guide.search.field, chosen)
    assert marks(guide) == ["结果"]
    assert find(guide, QLabel, "搜索结果").text() == "1 / 2"
    guide.search.field.insert("未知")
    assert marks(guide) == ["结果未知"]
    assert find(guide, QLabel, "搜索结果").text() == "1 / 1"


@pytest.mark.usefixtures("dress_again")
def test_marks_follow_the_colours(qtbot: QtBot, qapp: QApplication, guide: GuideDialog) -> None:
    """They are those of the new scheme; where there is one background only, hits are underlined."""
    search(guide, "lost")
    light = grounds(guide)
    theme.apply_scheme(qapp, dark=True)
    qtbot.waitUntil(lambda: grounds(guide)[1] not in light, timeout=PATIENCE)
    assert underlined(guide) == [False, False]
    system = black_and_white(qapp.palette(), dark=True)
    theme.apply_palette(qapp, high_contrast.contrast_palette(system))
    qtbot.waitUntil(lambda: underlined(guide) == [False, True], timeout=PATIENCE)
