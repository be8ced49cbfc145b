"""What a person is told at the end of a recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from bindtool.app.database_recovery import recover
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.data_folder import DataFolder
from bindtool.i18n.catalogue import Texts
from tests.core.store.spoilt import fill, ledger_pages, spoil
from tests.gui.loop import finish, running_loop

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("language", "since"), [("en", "since 2026-11-25 09:30"), ("zh_CN", "：2026-11-25 09:30。")]
)
@pytest.mark.parametrize("damaged", [False, True])
def test_since_when_devices_may_be_missing(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, language: str, since: str, damaged: bool
) -> None:
    """The last box says it, where devices may be missing."""
    folder = DataFolder(tmp_path / "data")
    folder.create()
    fill(folder.database, SystemClock(), 2, 60)
    if damaged:
        spoil(folder.database, ledger_pages(folder.database)[1])
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
    assert [since in text for text in told] == [damaged]
