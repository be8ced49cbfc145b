"""A window with those who work in it, and its change to another language while it is open.

Owns which bench works in the window, and when it may be put to work anew. The window stays the same one, in its
place and with the keys: only what is in it is made anew, in one go between two events, so no key meets half a
window. What was open goes on. Where something is under way the change waits for it, and a run refuses it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from bindtool.core.errors import BadInput
from bindtool.gui.bench import Bench
from bindtool.gui.language import keep_language, speak_qt
from bindtool.texts import LANGUAGES, Texts

if TYPE_CHECKING:
    from bindtool.gui.ground import Ground
    from bindtool.gui.main_window import MainWindow

_ACTIONS = dict(zip(LANGUAGES, ("english", "chinese"), strict=True))

_LOOK_AGAIN = 20
"""Milliseconds until it is looked again whether everything is at rest."""


class Workplace(QObject):
    """The window, and the bench that works in it.

    Signals:
        changed(): `bench`, and every part of the window, are others now.
    """

    changed = Signal()

    def __init__(self, window: MainWindow, texts: Texts, ground: Ground) -> None:
        super().__init__()
        self.window = window
        self._texts = texts
        self._ground = ground
        self.bench = Bench(self.window, texts, ground)
        self._wanted = texts.language
        # Never at once: the menu in which a language was chosen would be gone while it closes.
        self._soon = QTimer(self, singleShot=True, interval=_LOOK_AGAIN)
        self._soon.timeout.connect(self._change_at_rest)
        self._offer_languages()

    @property
    def language(self) -> str:
        """The language that the window speaks."""
        return self._texts.language

    def make_room(self) -> bool:
        """Close the window for an installer, where its bench lets it go."""
        return self.bench.leaving.make_room()

    def speak(self, language: str) -> None:
        """Speak another language as soon as everything is at rest, and after the next start."""
        self._tick_language()
        window = self.window
        if window.pages.currentWidget() not in {window.sheet_page, window.welcome}:
            # What is half typed on a form would be lost; the menu can't be reached there.
            return
        if self.bench.session.running:
            window.notice.show_error(BadInput("language.run_is_on"))
        elif language == self.language:
            self._soon.stop()
        else:
            self._wanted = language
            self._soon.start()

    def _offer_languages(self) -> None:
        for language, action in _ACTIONS.items():
            self.window.actions_[action].triggered.connect(partial(self.speak, language))
        others = [language for language in LANGUAGES if language != self.language]
        self.window.welcome.language_wanted.connect(partial(self.speak, others[0]))
        self._tick_language()

    def _tick_language(self) -> None:
        for language, action in _ACTIONS.items():
            self.window.actions_[action].setChecked(language == self.language)

    def _change_at_rest(self) -> None:
        if self.bench.session.running:
            self.speak(self._wanted)
        elif self.bench.at_rest and not (QApplication.activeModalWidget() or QApplication.activePopupWidget()):
            self._change()
        else:
            self._soon.start()

    def _change(self) -> None:
        window, before = self.window, self.bench
        welcomes = window.pages.currentWidget() is window.welcome
        notice, finished, asked = window.notice, window.finished.shown, window.confirm.asked
        window.confirm.cancel()
        keep_language(self._ground.settings, self._wanted)
        self._texts = Texts(self._wanted)
        speak_qt(self.language)
        window.furnish_anew(self._texts, self._ground.clock.now().date())
        self.bench = Bench(window, self._texts, self._ground)
        self.bench.go_on_from(before)
        window.notice.go_on_from(notice)
        if finished is not None:
            window.finished.show_run(finished)
        if asked is not None:
            window.confirm.ask(asked)
        if welcomes:
            window.show_page(window.welcome)
        self._offer_languages()
        self.changed.emit()
