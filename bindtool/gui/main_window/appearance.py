"""What the view menu has for the look of the program: theme and size of texts, both remembered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.messages import Message
from bindtool.gui.common.theme.theme import TEXT_SIZES, USUAL_SIZE, Scheme
from bindtool.gui.common.util.settings import save_scheme, save_text_size

if TYPE_CHECKING:
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services


class AppearanceController(QObject):
    """Changes what is chosen, and ticks or says it."""

    def __init__(self, window: Window, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._settings = services.settings
        self._appearance = services.appearance
        actions = window.actions_
        self._schemes = {scheme: actions[f"theme_{scheme}"] for scheme in Scheme}
        for scheme, action in self._schemes.items():
            action.triggered.connect(partial(self._use_scheme, scheme))
        actions["larger_text"].triggered.connect(lambda: self._step(1))
        actions["smaller_text"].triggered.connect(lambda: self._step(-1))
        actions["usual_text"].triggered.connect(lambda: self._use_text_size(USUAL_SIZE))
        self._tick(self._appearance.scheme)

    def _use_scheme(self, scheme: Scheme) -> None:
        self._tick(scheme)
        save_scheme(self._settings, scheme)
        self._appearance.change(lambda: self._appearance.use_scheme(scheme))

    def _tick(self, chosen: Scheme) -> None:
        for scheme, action in self._schemes.items():
            action.setChecked(scheme is chosen)

    def _step(self, steps: int) -> None:
        place = TEXT_SIZES.index(self._appearance.text_size) + steps
        self._use_text_size(TEXT_SIZES[min(max(place, 0), len(TEXT_SIZES) - 1)])

    def _use_text_size(self, percent: int) -> None:
        if percent != self._appearance.text_size:
            self._appearance.use_text_size(percent)
            save_text_size(self._settings, percent)
        self._window.notices.show_answer(Message.of("text_size.now", percent=percent))
