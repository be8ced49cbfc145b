"""Where the keyboard is can be seen: each kind of control looks another way, light, dark and in high contrast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QScrollArea,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.high_contrast import VISIBLE, contrast
from bindtool.i18n.catalogue import Texts
from tests.gui.common.theme.test_theme import SCHEMES
from tests.gui.conftest import SMALLEST
from tests.gui.screens import SCREENS
from tests.gui.whole_window import whole_window

pytestmark = pytest.mark.long

AROUND = 4
"""Pixels around a control in which its ring may be."""


@pytest.fixture
def steady_cursor(qapp: QApplication, dress_again: None) -> Iterator[None]:
    """Let no cursor blink, which would be a difference too."""
    flash_time = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    yield
    qapp.setCursorFlashTime(flash_time)


def stops(root: QWidget) -> list[QWidget]:
    """Return what Tab comes to on a screen."""
    return [
        one
        for one in root.findChildren(QWidget)
        if one.isVisible()
        and one.isEnabled()
        and one.window() is root
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(one.parentWidget(), QAbstractSpinBox | QComboBox | QAbstractItemView)
    ]


def kind_of(control: QWidget) -> tuple[object, ...]:
    """Return what decides how a control looks with the focus."""
    checked = isinstance(control, QAbstractButton) and control.isChecked()
    on = {
        area
        for area in control.window().findChildren(QWidget)
        if area.property("kind") == "banner" and area.isAncestorOf(control)
    }
    return (type(control), control.property("kind"), checked, bool(on))


def picture(control: QWidget) -> QImage:
    """Return how a control and what is around it looks just now."""
    root = control.window()
    place = QRect(control.mapTo(root, QPoint(0, 0)), control.size())
    around = place.adjusted(-AROUND, -AROUND, AROUND, AROUND) & root.rect()
    return root.grab(around).toImage().convertToFormat(QImage.Format.Format_RGB32)


@cache
def stands_out(one: int, other: int) -> bool:
    """Tell whether two colours of pixels are as far apart as an edge has to be."""
    return contrast(QColor(one), QColor(other)) >= VISIBLE


def changed(before: QImage, after: QImage) -> int:
    """Return how many pixels can be told from what they were."""
    pixels = (memoryview(image.constBits()).cast("I") for image in (before, after))
    pairs = Counter(zip(*pixels, strict=True))
    return sum(count for (one, other), count in pairs.items() if one != other and stands_out(one, other))


def bring_into_view(control: QWidget) -> None:
    """Scroll to a control, as Qt does where the key itself leads there."""
    for area in control.window().findChildren(QScrollArea):
        if area.isAncestorOf(control):
            area.ensureWidgetVisible(control)


def focus_colour(control: QWidget, others: list[QWidget]) -> int:
    """Return how many pixels of a control change when it gets the focus from another one."""
    next(one for one in others if one is not control).setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    bring_into_view(control)
    before = picture(control)
    # As Qt does where the key itself leads there.
    control.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    control.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert control.hasFocus()
    return changed(before, picture(control))


def test_the_focus_is_seen_on_every_kind_of_control(
    qtbot: QtBot, qapp: QApplication, steady_cursor: None, texts: Texts
) -> None:
    """At least as many pixels as half of its edge change by 3:1 or more: a line of one pixel around it would do.

    So it is in each scheme of colours, on the first screen that has such a control.
    """
    screens, lacking = list(SCREENS), []
    for name, colours in SCHEMES.items():
        theme.apply_palette(qapp, colours)
        seen: set[tuple[object, ...]] = set()
        news = []
        with whole_window(texts, SMALLEST) as window:
            for bring in screens:
                root = bring(window, texts)
                root.activateWindow()
                qtbot.waitUntil(root.isActiveWindow)
                QApplication.processEvents()
                found = stops(root)
                kinds = {kind_of(control): control for control in reversed(found)}
                if not seen.issuperset(kinds):
                    news.append(bring)
                for kind in kinds.keys() - seen:
                    control = kinds[kind]
                    pixels, needed = focus_colour(control, found), control.width() + control.height()
                    if pixels < needed:
                        lacking.append(f"{kind}: {pixels} of {needed} on {bring.__name__}, {name}")
                seen |= kinds.keys()
                if root is not window:
                    root.close()
        assert len(seen) > 20
        # The others have nothing that is not on these.
        screens = news

    assert lacking == []


def ring_on(control: QWidget) -> QFocusFrame | None:
    """Let Tab lead to a control; return the ring that is seen then."""
    root = control.window()
    root.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    control.setFocus(Qt.FocusReason.TabFocusReason)
    bring_into_view(control)
    QApplication.processEvents()
    return next((one for one in root.findChildren(QFocusFrame) if one.isVisible()), None)


def test_the_ring_is_whole_on_every_screen(qtbot: QtBot, qapp: QApplication, texts: Texts) -> None:
    """Wherever Tab leads, but for tables and the tabs of a bar, there is one ring, and nothing cuts it off."""
    lacking, looked_at = [], 0
    with whole_window(texts, SMALLEST) as window:
        for bring in SCREENS:
            root = bring(window, texts)
            root.activateWindow()
            qtbot.waitUntil(root.isActiveWindow)
            QApplication.processEvents()
            for control in stops(root):
                ring = ring_on(control)
                if control.visibleRegion().boundingRect() != control.rect():
                    # Gone with the step before, or larger than what is seen of its page.
                    continue
                drawn_inside = isinstance(control, QTableView | QTabBar)
                whole = ring is not None and ring.visibleRegion().boundingRect() == ring.rect()
                looked_at += whole
                if whole is drawn_inside:
                    lacking.append(f"{bring.__name__}: {type(control).__name__} {control.accessibleName()}")
            if root is not window:
                root.close()

    assert looked_at > 200
    assert lacking == []
