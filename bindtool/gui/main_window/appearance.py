"""The view menu's actions for the look of the program: theme and text size, both stored."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup

from bindtool.core.common.messages import Message
from bindtool.gui.common.theme.theme import TEXT_SIZES, USUAL_SIZE, Appearance, Scheme
from bindtool.gui.common.util.settings import save_scheme, save_text_size

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from bindtool.gui.common.shell.window import Window


def offer_appearance(window: Window, settings: QSettings, appearance: Appearance) -> None:
    """Connect the actions for theme and text size; checks the current theme, and reports a new text size."""

    def use_scheme(scheme: Scheme) -> None:
        save_scheme(settings, scheme)
        appearance.change(lambda: appearance.use_scheme(scheme))

    def use_text_size(percent: int) -> None:
        if percent != appearance.text_size:
            appearance.use_text_size(percent)
            save_text_size(settings, percent)
        window.notices.show_answer(Message.of("text_size.now", percent=percent))

    def step(steps: int) -> None:
        place = TEXT_SIZES.index(appearance.text_size) + steps
        use_text_size(TEXT_SIZES[min(max(place, 0), len(TEXT_SIZES) - 1)])

    actions = window.actions_
    schemes = QActionGroup(window)
    for scheme in Scheme:
        action = schemes.addAction(actions[f"theme_{scheme}"])
        action.setChecked(scheme is appearance.scheme)
        action.triggered.connect(partial(use_scheme, scheme))
    actions["larger_text"].triggered.connect(lambda: step(1))
    actions["smaller_text"].triggered.connect(lambda: step(-1))
    actions["usual_text"].triggered.connect(lambda: use_text_size(USUAL_SIZE))
