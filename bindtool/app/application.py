"""The program while its window is open: the services, the open sheet, and the controller that works in the window.

It also changes the language: once nothing is under way, the window's widgets and its controller are made again
between two events, so that no key meets half a window. The window stays with its place and the focus, and so does
what the services and the workspace keep. A run refuses the change.
"""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication

from bindtool.core.common.errors import BadInput
from bindtool.gui.common.util.settings import save_language, set_qt_language
from bindtool.gui.main_window.controller import MainWindowController
from bindtool.gui.main_window.workspace import Workspace
from bindtool.i18n.catalogue import LANGUAGES, Texts

if TYPE_CHECKING:
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.services import Services

_ACTIONS = dict(zip(LANGUAGES, ("english", "chinese"), strict=True))

_LOOK_AGAIN = 20
"""Milliseconds until the next look whether everything is at rest."""


class Application(QObject):
    """The window with its services, and the controller that works in it.

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
        # Never at once: the menu in which a language was chosen would be gone while it closes.
        self._look = QTimer(self, interval=_LOOK_AGAIN)
        self._look.timeout.connect(self._change_at_rest)
        window.closed.connect(self._look.stop)
        self._offer_languages()

    @property
    def language(self) -> str:
        """The language that the window speaks."""
        return self._texts.language

    def speak(self, language: str) -> None:
        """Speak another language as soon as everything is at rest, and after the next start."""
        self._tick_language()
        # What is half typed on a form would be lost; the menu can't be reached there.
        if self.window.page in {self.window.sheet_page, self.window.welcome.made}:
            self._wanted = language
            self._look.start()

    def _offer_languages(self) -> None:
        group = QActionGroup(self.window)
        for language, name in _ACTIONS.items():
            action = group.addAction(self.window.actions_[name])
            action.triggered.connect(partial(self.speak, language))
        others = [language for language in LANGUAGES if language != self.language]
        speak_other = partial(self.speak, others[0])
        self.window.welcome.when_made(lambda page: page.language_requested.connect(speak_other))
        self._tick_language()

    def _tick_language(self) -> None:
        self.window.actions_[_ACTIONS[self.language]].setChecked(True)

    def _change_at_rest(self) -> None:
        """Change the language once nothing would be lost by it."""
        session, window = self.controller.session, self.window
        # One that is about to begin would take away what was said of it.
        if session.running and not session.beginning:
            if self._wanted != self.language:
                window.notices.show_error(BadInput("language.run_is_on"))
            self._wanted = self.language
        half_done = (
            window.page not in {window.sheet_page, window.welcome.made}
            or window.table.editing
            or self.controller.profiles.token_dialog.is_visible
            or self.controller.proxy_login.is_visible
            or QApplication.activeModalWidget() is not None
            or QApplication.activePopupWidget() is not None
        )
        if self._wanted == self.language:
            self._look.stop()
        elif self.controller.at_rest and not half_done:
            self._look.stop()
            self._change()

    def _change(self) -> None:
        """Make the widgets and the controller again; what was open goes on."""
        window, before = self.window, self.controller
        welcomes, handled = window.page is window.welcome.made, before.to_handle.made
        handles = handled is not None and handled.is_open
        finished, asked = window.summary.shown, self._workspace.run_starter.confirmation
        half_typed = window.scan_bar.field.text()
        self._texts = self._texts.in_language(self._wanted)
        save_language(self.services.settings, self.language)
        set_qt_language(self.language)
        window.setUpdatesEnabled(False)
        try:
            window.build_ui(texts=self._texts)
            window.model.speak(self._texts)
            self.controller = MainWindowController(window, self._texts, self.services, self._workspace)
            self.controller.go_on()
            window.scan_bar.field.setText(half_typed)
            if handles:
                self.controller.to_handle().show_view()
            if welcomes:
                window.show_page(window.welcome())
            self._offer_languages()
            self.changed.emit()
            if finished is not None:
                window.summary.show_run(finished)
            if asked is not None:
                self.controller.confirm_panel().ask(asked)
        finally:
            window.setUpdatesEnabled(True)
        # What was before is of no use any more; in the midst of a run a garbage collection would be felt.
        QTimer.singleShot(0, self, gc.collect)
