"""The settings that the windows of a computer keep from one start to the next: language, theme, size of texts."""

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
"""A hundred times what windows remember."""


def settings_in(folder: Path) -> QSettings:
    """Return the settings of the windows that work in `folder`; without a file they are empty.

    Qt would wait for a pipe and take in a file of any size, so what is no such file is put aside.
    """
    path = folder / "window.ini"
    with suppress(OSError):  # there is none yet
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            path.replace(path.with_suffix(".ini.unread"))
    return QSettings(str(path), QSettings.Format.IniFormat)


_LANGUAGE = "language"
_SCHEME = "theme"
_TEXT_SIZE = "text_size"
_WORDS_OF_QT = "words of Qt"


def chosen_language(settings: QSettings) -> str | None:
    """Return the language that somebody has chosen; None where nobody has, or it is none of ours."""
    chosen = settings.value(_LANGUAGE, "")
    return next((language for language in LANGUAGES if language == chosen), None)


def save_language(settings: QSettings, language: str) -> None:
    """Remember a choice for the next start."""
    settings.setValue(_LANGUAGE, language)
    settings.sync()


def chosen_scheme(settings: QSettings) -> Scheme | None:
    """Return the colours that somebody has chosen; None where nobody has, or there are none of that name."""
    chosen = settings.value(_SCHEME, "")
    return next((scheme for scheme in Scheme if scheme == chosen), None)


def save_scheme(settings: QSettings, scheme: Scheme) -> None:
    """Remember a choice for the next start."""
    settings.setValue(_SCHEME, scheme.value)
    settings.sync()


def chosen_text_size(settings: QSettings) -> int | None:
    """Return the size of texts that somebody has chosen, in percent; None where it is none of ours."""
    chosen = settings.value(_TEXT_SIZE, "")
    return next((size for size in TEXT_SIZES if str(size) == str(chosen)), None)


def save_text_size(settings: QSettings, percent: int) -> None:
    """Remember a choice for the next start."""
    settings.setValue(_TEXT_SIZE, percent)
    settings.sync()


def set_qt_language(language: str) -> None:
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
