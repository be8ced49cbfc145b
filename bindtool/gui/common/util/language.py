"""The language of the window: which one was chosen here last, and Qt's own words and formats in it.

Owns those two. Our own words are `texts`', and what the system speaks too; when the window may change is for `app`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from bindtool.texts import LANGUAGES

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

_LANGUAGE = "language"
_WORDS_OF_QT = "words of Qt"


def chosen_language(settings: QSettings) -> str | None:
    """Return the language that somebody has chosen; None where nobody has, or it is none of ours."""
    chosen = settings.value(_LANGUAGE, "")
    return next((language for language in LANGUAGES if language == chosen), None)


def keep_language(settings: QSettings, language: str) -> None:
    """Remember a choice for the next start."""
    settings.setValue(_LANGUAGE, language)
    settings.sync()


def speak_qt(language: str) -> None:
    """Let Qt's own menus, dialogs and calendars speak this language from now on.

    Widgets that are there change their words by themselves, but not how they write days.
    """
    app = QCoreApplication.instance()
    assert app is not None  # noqa: S101 - no window without it
    before = app.findChild(QTranslator, _WORDS_OF_QT)
    if before is not None:
        app.removeTranslator(before)
        before.setParent(None)
    words = QTranslator(app)
    words.setObjectName(_WORDS_OF_QT)
    words.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    app.installTranslator(words)
    QLocale.setDefault(QLocale(language))
