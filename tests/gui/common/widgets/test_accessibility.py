"""Tab on every screen: each control that can be used comes once, in the order in which people read, and no trap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bindtool.gui.binding.confirm_panel import ConfirmPanel
from bindtool.gui.scanning.scan_field import ScanField
from bindtool.i18n.catalogue import Texts
from tests.gui.conftest import SMALLEST
from tests.gui.screens import SCREENS
from tests.gui.whole_window import EquippedWindow, navigation, whole_window

Bring = Callable[[EquippedWindow, Texts], QWidget]

pytestmark = pytest.mark.long

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTabBar,
    QTextBrowser,
)  # fmt: skip
MADE_OF_OTHERS = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)
STEPS = 80
SAME_LINE = 20
"""Pixels by which the middles of two controls in one line may differ."""


@pytest.fixture
def screen(qtbot: QtBot, texts: Texts, bring: Bring) -> Iterator[QWidget]:
    """Give a screen in front, in the smallest window."""
    with whole_window(texts, SMALLEST) as window:
        navigation(window)
        found = bring(window, texts)
        found.activateWindow()
        qtbot.waitUntil(found.isActiveWindow)
        QApplication.processEvents()
        yield found
        if found is not window:
            found.close()


def usable(root: QWidget) -> list[QWidget]:
    """Return every control that can be used by hand and that nothing lies over."""
    found = [one for kind in CONTROLS for one in root.findChildren(kind)]
    return [one for one in dict.fromkeys(found) if one.isVisible() and one.isEnabled() and _stands_alone(one, root)]


def _stands_alone(control: QWidget, root: QWidget) -> bool:
    parent = control.parentWidget()
    if isinstance(control, QHeaderView) or isinstance(parent, MADE_OF_OTHERS) or control.window() is not root:
        return False
    # Of several answers of which one counts, Tab comes to that one, and arrows go on from there.
    if isinstance(control, QRadioButton) and not control.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return False
    return not _is_covered(control, root)


def _is_covered(control: QWidget, root: QWidget) -> bool:
    """Tell whether the panel of the last look lies over all of it."""
    panels = [one for one in root.findChildren(ConfirmPanel) if one.isVisible() and not one.isAncestorOf(control)]
    return any(place(one, root).contains(place(control, root)) for one in panels)


def place(control: QWidget, root: QWidget) -> QRect:
    """Return where a control stands; what is on a page that scrolls, as if there were room for all of it."""
    at = control.mapTo(root, QPoint(0, 0))
    for area in root.findChildren(QScrollArea):
        bar = area.verticalScrollBar()
        if area.isAncestorOf(control):
            at += QPoint(0, bar.value())
        elif area.isVisible() and at.y() >= area.mapTo(root, area.rect().bottomLeft()).y():
            at += QPoint(0, bar.maximum())
    return QRect(at, control.size())


def walk(qtbot: QtBot, root: QWidget, key: Qt.Key) -> list[QWidget]:
    """Press a key until it leads to where it has led before; return where it led."""
    passed: list[QWidget] = []
    for _ in range(STEPS):
        here = QApplication.focusWidget()
        assert here is not None or not passed
        if here in passed[:-1]:
            return passed[passed.index(here) :]
        # In a date, Tab goes from the year to the month to the day.
        if here is not None and here not in passed:
            passed.append(here)
        QTest.keyClick(here or root, key)
    pytest.fail(f"no end after {[told(one) for one in passed]}")


def told(control: QWidget) -> str:
    """Return what names a control in a failure."""
    words = control.text() if isinstance(control, QAbstractButton) else ""
    return f"{type(control).__name__} {control.accessibleName() or words!r}"


def is_read_before(one: QRect, other: QRect) -> bool:
    """Tell whether people read one before the other: it stands higher, or further left in the same line."""
    if (
        abs(one.center().y() - other.center().y()) <= SAME_LINE
        or one.top() <= other.top() < other.bottom() < one.bottom()
    ):
        return one.x() < other.x()
    return one.center().y() < other.center().y()


def turns(controls: list[QWidget], screen: QWidget) -> list[tuple[str, str]]:
    """Return where one control is followed by another that people read before it."""
    return [
        (told(one), told(other))
        for one, other in pairwise(controls)
        if not is_read_before(place(one, screen), place(other, screen))
    ]


@pytest.mark.parametrize("bring", SCREENS, ids=[bring.__name__ for bring in SCREENS])
def test_tab_comes_to_everything_as_it_is_read(qtbot: QtBot, screen: QWidget) -> None:
    """Forwards each control once, from top to bottom and from left to right, and backwards the same way back."""
    forwards = walk(qtbot, screen, Qt.Key.Key_Tab)
    backwards = walk(qtbot, screen, Qt.Key.Key_Backtab)

    assert sorted(told(one) for one in forwards) == sorted(told(one) for one in usable(screen))
    at = backwards.index(forwards[0])
    assert [told(one) for one in (backwards[at:] + backwards[:at])[::-1]] == [
        told(one) for one in forwards[1:] + forwards[:1]
    ]
    # What is asked before a run comes right behind the scan field, wherever it stands, and is read in order too.
    asked = [one for one in forwards if any(panel.isAncestorOf(one) for panel in screen.findChildren(ConfirmPanel))]
    if asked:
        at = forwards.index(asked[0])
        assert isinstance(forwards[at - 1], ScanField)
        assert forwards[at : at + len(asked)] == asked
        assert turns(asked, screen) == []
    others = [one for one in forwards if one not in asked]
    # It is a ring: from the last one it goes back to the first, once.
    assert len(turns([*others, others[0]], screen)) <= 1, turns(others, screen)
