"""What a person is told at the end of a recovery."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from bindtool.app.database import recover
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.store import Store
from bindtool.i18n.catalogue import Texts
from tests.core.store.spoilt import fill, ledger_pages, root_of, spoil
from tests.gui.loop import finish, running_loop


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Devices bound since {}", "Rows scanned since {}", "11 devices that were bound")),
        ("zh_CN", ("绑定的设备：{}。", "{} 以后扫入的行", "11 台设备")),
    ],
)
@pytest.mark.parametrize("damaged", [False, True])
def test_since_when_devices_may_be_missing(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, language: str, words: tuple[str, ...], damaged: bool
) -> None:
    """The last box says it, and since when rows may be: since the copy."""
    folder = DataFolder(tmp_path / "data")
    folder.create()
    clock = SystemClock()
    fill(folder.database, clock, 2, 60)
    with Store(folder.database, clock, copies=folder.copies) as store:
        assert store.copies.make()
        copied = store.copies.files[0].made_at.astimezone()
    fill(folder.database, clock, 1, 12)
    if damaged:
        for page in (*ledger_pages(folder.database), root_of(folder.database, "sheet_row")):
            spoil(folder.database, page)
    told: list[str] = []

    def read() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox) and box.informativeText():
            told.append(box.informativeText())
            box.close()

    looking = QTimer(interval=10)
    looking.timeout.connect(read)
    looking.start()
    with running_loop(qapp):
        finish(qtbot, recover(Texts(language), folder, SystemClock()))
    looking.stop()
    (text,) = told
    assert [word.format(f"{copied:%Y-%m-%d %H:%M}") in text for word in words] == [damaged] * 3
