"""The program while its window is open: the services, the open sheet, and the window's controller.

`composition` creates it. It also switches the language: once the program is idle, the window's widgets and its
controller are recreated between two events, so that no key reaches a half-built window. The window keeps its
position and focus, and the services and the workspace keep their state. A run blocks the switch.
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
"""Milliseconds between checks whether the program is idle."""


class Application(QObject):
    """The window with its services and its controller.

    Signals:
        changed(): `controller` and every widget in the window were recreated.
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
        # Never at once: the menu with the chosen language would be deleted while it closes.
        self._look = QTimer(self, interval=_LOOK_AGAIN)
        self._look.timeout.connect(self._change_at_rest)
        window.closed.connect(self._look.stop)
        self._offer_languages()

    @property
    def language(self) -> str:
        return self._texts.language

    def speak(self, language: str) -> None:
        """Switch to another language as soon as the program is idle, and for the next start."""
        self._tick_language()
        # The contents of a form would be lost; the menu can't be reached there.
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
        """Switch the language once no state would be lost."""
        session, window = self.controller.session, self.window
        # A run that is about to begin would clear the error shown here.
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
        """Recreate the widgets and the controller, and restore the open views."""
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
        # Frees the old widgets now: a garbage collection during a run would be noticeable.
        QTimer.singleShot(0, self, gc.collect)
