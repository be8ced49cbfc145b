"""The window with its controller, and its change to another language while it is open.

It decides which controller works in the window, and when another one may take its place. The window itself stays,
with its place and the focus. Its new widgets are built piece by piece while the old ones go on being used; then
they are exchanged in one go between two events, so no key meets half a window. What was open goes on. Where
something is under way the change waits for it, and a run refuses it.
"""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from bindtool.core.common.errors import BadInput
from bindtool.gui.common.util.settings import save_language, set_qt_language
from bindtool.gui.main_window.controller import MainWindowController
from bindtool.gui.main_window.ui_builder import UiBuilder
from bindtool.gui.main_window.workspace import Workspace
from bindtool.i18n.catalogue import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtWidgets import QWidget

    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.services import Services
    from bindtool.i18n.catalogue import Texts

_ACTIONS = dict(zip(LANGUAGES, ("english", "chinese"), strict=True))

_LOOK_AGAIN = 20
"""Milliseconds until the next look whether everything is at rest."""


class LanguageSwitcher(QObject):
    """The window, the services that outlast its language, and the controller that works in it.

    Signals:
        changed(): `controller`, and every widget in the window, are others now.
    """

    changed = Signal()

    def __init__(self, window: MainWindow, texts: Texts, services: Services) -> None:
        super().__init__()
        self.window = window
        self._texts = texts
        self.services = services
        self._workspace = Workspace(window, services)
        self.controller = MainWindowController(window, texts, services, self._workspace)
        self._wanted = texts.language
        self._left: list[QWidget] = []
        self._steps = self._clearing()
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._go_on)
        window.closed.connect(self._end)
        self._offer_languages()

    @property
    def language(self) -> str:
        """The language that the window speaks."""
        return self._texts.language

    def speak(self, language: str) -> None:
        """Speak another language as soon as everything is at rest, and after the next start."""
        self._tick_language()
        window = self.window
        if window.page not in {window.sheet_page, window.welcome.made}:
            # What is half typed on a form would be lost; the menu can't be reached there.
            return
        if self._run_is_on:
            window.notices.show_error(BadInput("language.run_is_on"))
        elif language != self._wanted:
            self._wanted = language
            self._steps.close()
            self._steps = self._clearing() if language == self.language else self._changing()
            # Never at once: the menu in which a language was chosen would be gone while it closes.
            self._next.start(_LOOK_AGAIN)

    def _offer_languages(self) -> None:
        for language, action in _ACTIONS.items():
            self.window.actions_[action].triggered.connect(partial(self.speak, language))
        others = [language for language in LANGUAGES if language != self.language]
        speak_other = partial(self.speak, others[0])
        self.window.welcome.when_made(lambda page: page.language_requested.connect(speak_other))
        self._tick_language()

    def _tick_language(self) -> None:
        for language, action in _ACTIONS.items():
            self.window.actions_[action].setChecked(language == self.language)

    def _go_on(self) -> None:
        """Take the next step; in between the window handles its events."""
        wait = next(self._steps, None)
        if wait is not None:
            self._next.start(wait)

    def _end(self) -> None:
        self._next.stop()
        self._steps.close()

    def _changing(self) -> Generator[int, None, None]:
        """Change in steps; after each comes how many milliseconds the next may wait."""
        yield from self._clearing()
        window = self.window
        builder = UiBuilder(
            window, self._texts.in_language(self._wanted), self.services.clock.now().date(), window.kept
        )
        try:
            for _ in builder.build():
                yield 0
            yield 0
            while not self._at_rest:
                if self._run_is_on:
                    self._wanted = self.language
                    window.notices.show_error(BadInput("language.run_is_on"))
                    builder.discard()
                    return
                yield _LOOK_AGAIN
        except GeneratorExit:
            builder.discard()
            raise
        yield from self._change(builder)
        yield from self._clearing()
        yield 0
        # What was before is of no use any more; in the midst of a run a garbage collection would be felt.
        gc.collect()

    def _clearing(self) -> Generator[int, None, None]:
        """Delete the widgets that a change has left, in steps."""
        while self._left:
            yield 0
            delete(self._left.pop())

    @property
    def _run_is_on(self) -> bool:
        """Whether a run keeps its language; one that is about to begin would take away what was said of it."""
        return self.controller.session.running and not self.controller.session.beginning

    @property
    def _at_rest(self) -> bool:
        """Whether nothing would be lost by a change."""
        window = self.window
        return (
            self.controller.at_rest
            and window.page in {window.sheet_page, window.welcome.made}
            and not (window.table.editing or window.token_dialog.is_visible or window.proxy_login.is_visible)
            and not (QApplication.activeModalWidget() or QApplication.activePopupWidget())
        )

    def _change(self, builder: UiBuilder) -> Generator[int, None, None]:
        """Exchange the widgets and the controller; what was open, and the picture, come in the next steps."""
        window, before = self.window, self.controller
        welcomes, handles = window.page is window.welcome.made, before.to_handle.is_open
        finished, asked = window.summary.shown, self._workspace.run_starter.confirmation
        half_typed = window.scan_bar.field.text()
        self._texts = builder.texts
        save_language(self.services.settings, self.language)
        set_qt_language(self.language)
        window.setUpdatesEnabled(False)
        self._left += window.replace_ui(builder)
        window.model.speak(self._texts)
        self.controller = MainWindowController(window, self._texts, self.services, self._workspace)
        self.controller.go_on()
        window.scan_bar.field.setText(half_typed)
        if handles:
            self.controller.to_handle.show_view()
        if welcomes:
            window.show_page(window.welcome())
        self._offer_languages()
        self.changed.emit()
        try:
            try:
                yield 0
            finally:
                if finished is not None:
                    window.summary.show_run(finished)
                if asked is not None:
                    window.confirm_panel().ask(asked)
            yield 0
        finally:
            window.setUpdatesEnabled(True)
