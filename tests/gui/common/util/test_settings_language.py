"""The language that was chosen, and what is Qt's own in it: buttons, menus, dialogs, days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QDate, QLocale, QSettings, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from bindtool.gui.common.util.settings import chosen_language, save_language, set_qt_language
from bindtool.i18n.catalogue import LANGUAGES
from tests.gui.conftest import Show

AHEAD_OF_ITS_CATALOGUE = {"&Look in:", "Files of &type:"}
"""What Qt 6.11 says in its dialog for files: its Chinese catalogue knows both without the `&` alone."""


@pytest.fixture(autouse=True)
def english_afterwards(qapp: QApplication) -> Iterator[None]:
    """Let the tests that follow find Qt as it was."""
    yield
    set_qt_language("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_choice_is_kept(settings: QSettings, tmp_path: Path, language: str) -> None:
    """The next start finds it in the file."""
    assert chosen_language(settings) is None
    save_language(settings, language)
    again = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    assert chosen_language(again) == language


@pytest.mark.parametrize("written", ["fr", "../en", "", "en_US"])
def test_a_language_that_is_none_of_ours(settings: QSettings, written: str) -> None:
    """A file that somebody has written into may hold anything: then nothing was chosen."""
    settings.setValue("language", written)
    assert chosen_language(settings) is None


def words(actions: list[QAction]) -> list[str]:
    """Return the words of a menu's entries, without their keys and the letters that are underlined."""
    return [one.text().partition("\t")[0].replace("&", "") for one in actions if not one.isSeparator()]


def menu_of(widget: QWidget) -> list[str]:
    """Ask a widget for its context menu as a person does; return its words."""
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        menu: QMenu = widget.createStandardContextMenu()
        found = words(menu.actions())
        menu.deleteLater()
        return found
    raise TypeError(widget)


def test_menus_of_fields(show: Show) -> None:
    """Copy and paste by the right mouse button, in a line and in a text of several lines."""
    line, text = QLineEdit("SPK1"), QPlainTextEdit("SPK1")
    show(line)
    for language, copy, paste in (("zh_CN", "复制", "粘贴"), ("en", "Copy", "Paste")):
        set_qt_language(language)
        for widget in (line, text):
            found = [one.partition("(")[0] for one in menu_of(widget)]
            assert copy in found
            assert paste in found


def test_a_question_of_qt(show: Show) -> None:
    """The buttons that Qt names itself, while the box is open too."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "bindtool", "…")
    box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
    show(box)
    for language, expected in (("zh_CN", {"确定", "取消"}), ("en", {"OK", "Cancel"}), ("zh_CN", {"确定", "取消"})):
        set_qt_language(language)
        QApplication.processEvents()
        assert {one.text().replace("&", "") for one in box.findChildren(QPushButton)} == expected


def test_the_dialog_for_files(show: Show) -> None:
    """All that Qt's own dialog says is Chinese: labels, buttons, tool tips, the heads of the columns."""
    set_qt_language("zh_CN")
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    show(dialog)
    said = {label.text() for label in dialog.findChildren(QLabel) if label.isVisible()}
    said |= {button.text() for button in dialog.findChildren(QPushButton) if button.isVisible()}
    said |= {button.toolTip() for button in dialog.findChildren(QToolButton) if button.isVisible()}
    english = {one for one in said if any("a" <= letter <= "z" for letter in one)}
    assert len(said) > 5
    assert english <= AHEAD_OF_ITS_CATALOGUE


def test_days(qapp: QApplication) -> None:
    """A calendar that is opened says its months as the window speaks."""
    for language, month in (("zh_CN", "十月"), ("en", "October")):
        set_qt_language(language)
        assert QLocale().toString(QDate(2026, 10, 9), "MMMM") == month


def test_one_translator_at_a_time(qapp: QApplication) -> None:
    """Whoever changes often leaves nothing behind."""
    for language in (*LANGUAGES, *LANGUAGES):
        set_qt_language(language)
    QApplication.processEvents()
    assert len(qapp.findChildren(QTranslator, options=Qt.FindChildOption.FindDirectChildrenOnly)) == 1
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
