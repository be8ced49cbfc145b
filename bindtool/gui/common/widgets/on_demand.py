"""A page or a dialog that is made when somebody first asks for it: on most days nobody does.

A module of its own: whoever makes one, and whoever listens to it, are in different packages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QStackedWidget

W = TypeVar("W", bound=QWidget)


class OnDemand(Generic[W]):
    """A widget to be; calling it makes the widget, once, and returns it.

    `make` gives it its parent too. Whoever listens to the widget's signals says so to `when_made`, and needs no
    widget for it.
    """

    def __init__(self, make: Callable[[], W]) -> None:
        self._make = make
        self._widget: W | None = None
        self._uses: list[Callable[[W], object]] = []

    def __call__(self) -> W:
        """Return the widget."""
        if self._widget is None:
            self._widget = self._make()
            for use in self._uses:
                use(self._widget)
            self._uses.clear()
        return self._widget

    @property
    def is_visible(self) -> bool:
        """Whether it is made and seen."""
        return self._widget is not None and self._widget.isVisible()

    def is_in_front_of(self, pages: QStackedWidget) -> bool:
        """Whether it is made, and the one of `pages` that is in front."""
        return self._widget is not None and pages.currentWidget() is self._widget

    def when_made(self, use: Callable[[W], object]) -> None:
        """Have `use` called with the widget: now if it is made, else as soon as it is."""
        if self._widget is None:
            self._uses.append(use)
        else:
            use(self._widget)
