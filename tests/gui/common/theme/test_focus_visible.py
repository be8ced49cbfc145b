"""Where the keyboard is can be seen: each kind of control looks another way, light, dark and in high contrast."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QWidget,
)

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.high_contrast import VISIBLE, contrast
from tests.gui.common.theme.test_theme import SCHEMES
from tests.gui.conftest import SMALLEST
from tests.gui.screens import SCREENS
from tests.gui.whole_window import whole_window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from bindtool.i18n.catalogue import Texts

pytestmark = pytest.mark.unmeasured

AROUND = 4
"""Pixels around a control in which its ring may be."""


@pytest.fixture
def dressed_as(qapp: QApplication, colours: QPalette) -> Iterator[None]:
    """Dress the program in other colours for a while; a cursor that blinks would be a difference too."""
    flash_time = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    theme.apply_palette(qapp, colours)
    yield
    theme.apply_scheme(qapp, dark=False)
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
    return sum(one != other and stands_out(one, other) for one, other in zip(*pixels, strict=True))


def focus_colour(control: QWidget, others: list[QWidget]) -> int:
    """Return how many pixels of a control change when it gets the focus from another one."""
    for area in control.window().findChildren(QScrollArea):
        if area.isAncestorOf(control):
            area.ensureWidgetVisible(control)
    next(one for one in others if one is not control).setFocus(Qt.FocusReason.TabFocusReason)
    before = picture(control)
    control.setFocus(Qt.FocusReason.TabFocusReason)
    assert control.hasFocus()
    return changed(before, picture(control))


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
def test_the_focus_is_seen_on_every_kind_of_control(qtbot: QtBot, dressed_as: None, texts: Texts) -> None:
    """At least as many pixels as half of its edge change by 3:1 or more: a line of one pixel around it would do."""
    seen: dict[tuple[object, ...], str] = {}
    with whole_window(texts, SMALLEST) as window:
        for bring in SCREENS:
            root = bring(window, texts)
            root.activateWindow()
            qtbot.waitUntil(root.isActiveWindow)
            QApplication.processEvents()
            found = stops(root)
            for control in found:
                kind = kind_of(control)
                if kind not in seen:
                    pixels, needed = focus_colour(control, found), control.width() + control.height()
                    seen[kind] = "" if pixels >= needed else f"{pixels} of {needed} on {bring.__name__}"
            if root is not window:
                root.close()

    assert len(seen) > 20
    assert {kind: lack for kind, lack in seen.items() if lack} == {}
