"""Acts and looks like a user in tests: finds widgets by name, presses, types, pastes, reads."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodQueryEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QWidget

Kind = TypeVar("Kind", bound=QWidget)


def find(root: QWidget, kind: type[Kind], name: str) -> Kind:
    """Return the only visible widget of a kind with that accessible name."""
    found = [widget for widget in root.findChildren(kind) if widget.accessibleName() == name and widget.isVisible()]
    assert len(found) == 1, f"{len(found)} of {name!r} can be seen"
    return found[0]


def key(widget: QWidget, which: Qt.Key, *, ctrl: bool = False) -> None:
    """Press one key."""
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(widget, which, modifier)


def keys(widget: QWidget, text: str) -> None:
    """Type a text, key by key."""
    QTest.keyClicks(widget, text)


def press(root: QWidget, name: str) -> None:
    """Scroll to the button of that name and click on it."""
    button = find(root, QAbstractButton, name)
    for area in (root, *root.findChildren(QScrollArea)):
        if isinstance(area, QScrollArea) and area.isAncestorOf(button):
            area.ensureWidgetVisible(button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def click_again(button: QAbstractButton) -> None:
    """Send the events of a double-click's second click to a button: QTest's own lacks the release."""
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)


def write(root: QWidget, name: str, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    """Replace the text in the line of that name by `text`, key by key, and go on by the key `end`."""
    line = find(root, QLineEdit, name)
    line.setFocus()
    line.selectAll()
    key(line, Qt.Key.Key_Delete)
    keys(line, text)
    key(line, end)


def paste(root: QWidget, name: str, text: str) -> None:
    """Copy a text elsewhere and paste it into the line of that name."""
    QGuiApplication.clipboard().setText(text)
    line = find(root, QLineEdit, name)
    line.setFocus()
    key(line, Qt.Key.Key_V, ctrl=True)


def said(root: QWidget) -> str:
    """Return all visible texts outside fields, one per line."""
    return "\n".join(label.text() for label in root.findChildren(QLabel) if label.isVisible() and label.text())


def can_see(root: QWidget, name: str) -> bool:
    """Return whether a button of that name is visible."""
    return any(one.accessibleName() == name and one.isVisible() for one in root.findChildren(QAbstractButton))


def takes_input_method(widget: QWidget) -> bool:
    """Return the widget's reply to the system's input method."""
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QCoreApplication.sendEvent(widget, query)
    return bool(query.value(Qt.InputMethodQuery.ImEnabled))
