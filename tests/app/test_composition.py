"""Why there is no window, in a window of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from bindtool.app.composition import EXIT_UNUSABLE, explain
from bindtool.app.single_instance import SingleInstance
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import FolderInUse
from bindtool.gui.common.util.settings import set_qt_language
from bindtool.i18n.catalogue import LANGUAGES, Texts

WORDS = {
    "en": "This sheet is open in another account (chen)",
    "zh_CN": "这份清单正在另一个账户（chen）中打开",
}


@pytest.fixture(autouse=True)
def as_the_program(qapp: QApplication) -> Iterator[None]:
    """Let closing the box end nothing but its own loop; let the tests that follow find Qt as it was."""
    qapp.setQuitOnLastWindowClosed(False)
    yield
    set_qt_language("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_open_in_another_account(qapp: QApplication, tmp_path: Path, language: str) -> None:
    """It is named, with what to do; that account's window, which is on another desktop, is left alone."""
    folder = DataFolder(tmp_path)
    seen: list[tuple[str, str]] = []

    def read() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            seen.append((box.text(), box.informativeText()))
            box.close()

    called: list[bool] = []
    first = SingleInstance(tmp_path, lambda: False)
    first.called.connect(lambda: called.append(True))
    looking = QTimer(interval=10)
    looking.timeout.connect(read)
    looking.start()
    with folder.writing():
        (tmp_path / "lock.holder").write_text("chen\n4711\n", encoding="utf-8")
        with pytest.raises(FolderInUse) as caught, folder.writing():
            pass
        status = explain(qapp, Texts(language), folder, caught.value)
    looking.stop()
    first.close()
    assert status == EXIT_UNUSABLE
    assert not called
    [(title, hint)] = seen
    assert title == WORDS[language]
    assert str(tmp_path) in hint


def test_the_other_one_has_closed_meanwhile(qapp: QApplication, tmp_path: Path) -> None:
    """There can be a window now: nobody has to press again."""
    boxes: list[str] = []

    def close() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            boxes.append(box.text())
            box.close()

    looking = QTimer(interval=10)
    looking.timeout.connect(close)
    looking.start()
    status = explain(qapp, Texts("en"), DataFolder(tmp_path), FolderInUse("folder.in_use", path=str(tmp_path)))
    looking.stop()
    assert (status, boxes) == (None, [])
