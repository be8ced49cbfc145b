"""A mouse that moves and clicks through the display server: no event is passed to Qt directly."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import Popen

from PySide6.QtCore import QElapsedTimer, QModelIndex, QPoint, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.loop import PATIENCE

LEFT, RIGHT = "1", "3"
_SETTLING = 100
"""Milliseconds; a person looks before they press, and layouts come in later events."""


class Mouse:
    """Moves to visible widgets and clicks there, while the window goes on working."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._since = QElapsedTimer()

    def click(self, widget: QWidget, *, button: str = LEFT) -> None:
        """Click in the middle of a widget."""
        self._go(lambda: widget.mapToGlobal(widget.rect().center()), "click", button)

    def click_cell(self, view: QAbstractItemView, index: QModelIndex, *, button: str = LEFT) -> None:
        """Click on a cell; the view has scrolled there."""
        self._go(lambda: view.viewport().mapToGlobal(view.visualRect(index).center()), "click", button)

    @contextmanager
    def choosing(self, menu: QMenu, words: str) -> Iterator[None]:
        """Choose an entry of a menu that opens in the context: go through it and its submenus to these words, and
        click.
        """
        way, moves = deque(_way(menu, words)), list[Popen[bytes]]()

        def follow() -> None:
            if way and way[0][0].isVisible() and all(move.poll() is not None for move in moves):
                shown, action = way.popleft()
                place = shown.mapToGlobal(shown.actionGeometry(action).center())
                moves.append(_start(place, *(("click", LEFT) if action.menu() is None else ())))

        # An open menu has an event loop of its own, and its opener continues when it is closed.
        timer = QTimer(menu, interval=20)
        timer.timeout.connect(follow)
        timer.start()
        yield
        self._qtbot.waitUntil(lambda: not way and all(move.poll() is not None for move in moves), timeout=PATIENCE)
        timer.stop()
        assert all(move.returncode == 0 for move in moves)

    def _go(self, find: Callable[[], QPoint], *then: str) -> None:
        # A person who reads an entry first is slower than a double-click in one place.
        pause = QApplication.doubleClickInterval()
        self._qtbot.waitUntil(lambda: not self._since.isValid() or self._since.hasExpired(pause), timeout=PATIENCE)
        move = _start(self._settled(find), *then)
        self._qtbot.waitUntil(lambda: move.poll() is not None, timeout=PATIENCE)
        assert move.returncode == 0
        self._since.start()

    def _settled(self, find: Callable[[], QPoint]) -> QPoint:
        """Return a place once it stays where it is: a dialog may still grow for what it has just said."""
        place, since = find(), QElapsedTimer()
        since.start()

        def stays() -> bool:
            nonlocal place
            if (now := find()) != place:
                place = now
                since.restart()
            return since.hasExpired(_SETTLING)

        self._qtbot.waitUntil(stays, timeout=PATIENCE)
        return place


def _start(place: QPoint, *then: str) -> Popen[bytes]:
    # In two steps: a menu entry notices the pointer only by a move within the menu.
    there, beside = (str(place.x()), str(place.y())), (str(place.x() - 2), str(place.y()))
    return Popen(["xdotool", "mousemove", *beside, "mousemove", *there, *then])


def _way(menu: QMenu, words: str) -> list[tuple[QMenu, QAction]]:
    """Return the menus to go through with the entry for each; none if no entry has these words."""
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            if way := _way(below, words):
                return [(menu, action), *way]
        elif action.text() == words:
            return [(menu, action)]
    return []
