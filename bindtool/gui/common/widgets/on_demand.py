"""A page, a panel, a dialog or a controller that is created on first use: on most days it is not needed.

The factory imports its module. A module of its own: creators and listeners are in different packages.
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
    """A widget or a controller not yet created; a call creates it once, and returns it.

    `make` also sets the parent. Connect to its signals in `when_made`, which does not create it. `actions`: those
    that the controller handles itself; the first one triggered creates it.
    """

    def __init__(self, make: Callable[[], T], actions: Iterable[QAction] = ()) -> None:
        self._make = make
        self.made: T | None = None
        """The object; None until it is created."""
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
        """Whether it is created and visible."""
        return isinstance(self.made, QWidget) and self.made.isVisible()

    def is_in_front_of(self, pages: QStackedWidget) -> bool:
        """Whether it is created, and the current one of `pages`."""
        return self.made is not None and pages.currentWidget() is self.made

    def when_made(self, use: Callable[[T], object]) -> None:
        """Call `use` with it: now if it is created, else upon creation."""
        if self.made is None:
            self._uses.append(use)
        else:
            use(self.made)

    def _hand_on(self, action: QAction) -> None:
        if self.made is None:
            # Once created, it is connected to its actions, but has missed this trigger.
            self()
            action.trigger()
