"""Window settings that this computer keeps between starts: language, theme, text size."""

from __future__ import annotations

import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QSettings, QTranslator

from bindtool.gui.common.theme.theme import TEXT_SIZES, Scheme
from bindtool.i18n.catalogue import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 1024 * 1024
"""A hundred times the size of the windows' settings."""


def settings_in(folder: Path) -> QSettings:
    """Return the window settings of the data folder `folder`; empty if the file is missing.

    Qt would block on a pipe and read a file of any size, so anything but a regular file of normal size is moved
    aside.
    """
    path = folder / "window.ini"
    with suppress(OSError):  # the file does not exist yet
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            path.replace(path.with_suffix(".ini.unread"))
    return QSettings(str(path), QSettings.Format.IniFormat)


_LANGUAGE = "language"
_SCHEME = "theme"
_TEXT_SIZE = "text_size"
_WORDS_OF_QT = "words of Qt"


def chosen_language(settings: QSettings) -> str | None:
    """Return the chosen language; None if none was chosen, or bindtool doesn't have it."""
    chosen = settings.value(_LANGUAGE, "")
    return next((language for language in LANGUAGES if language == chosen), None)


def save_language(settings: QSettings, language: str) -> None:
    """Store the language for the next start."""
    settings.setValue(_LANGUAGE, language)
    settings.sync()


def chosen_scheme(settings: QSettings) -> Scheme | None:
    """Return the chosen colour scheme; None if none was chosen, or the name is unknown."""
    chosen = settings.value(_SCHEME, "")
    return next((scheme for scheme in Scheme if scheme == chosen), None)


def save_scheme(settings: QSettings, scheme: Scheme) -> None:
    """Store the colour scheme for the next start."""
    settings.setValue(_SCHEME, scheme.value)
    settings.sync()


def chosen_text_size(settings: QSettings) -> int | None:
    """Return the chosen text size in percent; None if none was chosen, or bindtool doesn't have it."""
    chosen = settings.value(_TEXT_SIZE, "")
    return next((size for size in TEXT_SIZES if str(size) == str(chosen)), None)


def save_text_size(settings: QSettings, percent: int) -> None:
    """Store the text size for the next start."""
    settings.setValue(_TEXT_SIZE, percent)
    settings.sync()


def set_qt_language(language: str) -> None:
    """Set the language of Qt's own menus, dialogs and calendars.

    Existing widgets update their texts, but not their date formats.
    """
    app = QCoreApplication.instance()
    assert app is not None  # noqa: S101 - every window has an application
    before = app.findChild(QTranslator, _WORDS_OF_QT)
    if before is not None:
        app.removeTranslator(before)
        before.setParent(None)
    words = QTranslator(app)
    words.setObjectName(_WORDS_OF_QT)
    words.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    app.installTranslator(words)
    QLocale.setDefault(QLocale(language))
