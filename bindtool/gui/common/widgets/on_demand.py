"""A page, a panel, a dialog or a controller that is made when somebody first asks for it: on most days nobody does.

Its module is loaded by what makes it. A module of its own: whoever makes one, and whoever listens to it, are in
different packages.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QAction

T = TypeVar("T", bound=QObject)


class OnDemand(Generic[T]):
    """A widget or a controller to be; calling it makes the one, once, and returns it.

    `make` gives it its parent too. Whoever listens to its signals says so to `when_made`, and needs none for it.
    `actions`: what a controller carries out by itself; the first of them that is triggered makes it.
    """

    def __init__(self, make: Callable[[], T], actions: Iterable[QAction] = ()) -> None:
        self._make = make
        self.made: T | None = None
        """None until somebody has asked for it."""
        self._uses: list[Callable[[T], object]] = []
        for action in actions:
            action.triggered.connect(partial(self._hand_on, action))

    def __call__(self) -> T:
        if self.made is None:
            self.made = self._make()
            for use in self._uses:
                use(self.made)
            self._uses.clear()
        return self.made

    @property
    def is_visible(self) -> bool:
        """Whether it is made and seen."""
        return isinstance(self.made, QWidget) and self.made.isVisible()

    def is_in_front_of(self, pages: QStackedWidget) -> bool:
        """Whether it is made, and the one of `pages` that is in front."""
        return self.made is not None and pages.currentWidget() is self.made

    def when_made(self, use: Callable[[T], object]) -> None:
        """Have `use` called with it: now if it is made, else as soon as it is."""
        if self.made is None:
            self._uses.append(use)
        else:
            use(self.made)

    def _hand_on(self, action: QAction) -> None:
        if self.made is None:
            # It listens to its actions from now on, and has missed this one.
            self()
            action.trigger()
