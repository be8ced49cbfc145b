"""The dialog that asks where a report is to go."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QStandardPaths, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from bindtool.gui.common.util.file_dialogs import SaveDialog, file_name, report_folder
from tests.gui.conftest import Show
from tests.hung_share import hung_share, needs_hung_share

KINDS = {"Excel workbook (*.xlsx)": ".xlsx", "CSV (*.csv)": ".csv"}


@pytest.fixture
def chosen() -> list[Path]:
    """Give the list of what was chosen."""
    return []


@pytest.fixture
def parent(show: Show) -> QWidget:
    """Give the window that asks."""
    parent = QWidget()
    show(parent)
    return parent


@pytest.fixture
def dialog(show: Show, parent: QWidget, settings: QSettings, chosen: list[Path], tmp_path: Path) -> SaveDialog:
    """Give the dialog on the screen; the last report went into a folder of its own."""
    folder = tmp_path / "reports"
    folder.mkdir()
    dialog = SaveDialog(parent, "Save report", KINDS, "Line 2/b 0.1", chosen.append, str(folder), settings)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    show(dialog)
    return dialog


def name_in(dialog: SaveDialog) -> QLineEdit:
    """Return the line of the name."""
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    return line


def choose_kind(dialog: SaveDialog, place: int) -> None:
    """Choose a kind of file, as a person does."""
    kinds = dialog.findChild(QComboBox, "fileTypeCombo")
    assert kinds is not None
    kinds.setFocus()
    QTest.keyClick(kinds, Qt.Key.Key_Down if place else Qt.Key.Key_Up)
    assert kinds.currentIndex() == place


def test_one_press_saves(dialog: SaveDialog, chosen: list[Path], tmp_path: Path) -> None:
    """Name, kind and folder are ready: accepting is all that is left."""
    assert name_in(dialog).text() == "Line 2-b 0.1.xlsx"
    dialog.accept()
    assert chosen == [tmp_path / "reports" / "Line 2-b 0.1.xlsx"]


def test_another_kind(dialog: SaveDialog, chosen: list[Path], tmp_path: Path) -> None:
    """The name gets the ending of the kind that is chosen, and so does one without an ending."""
    choose_kind(dialog, 1)
    assert name_in(dialog).text() == "Line 2-b 0.1.csv"
    name_in(dialog).setText("day")
    choose_kind(dialog, 0)
    dialog.accept()
    assert chosen == [tmp_path / "reports" / "day.xlsx"]


def test_the_folder_is_remembered(dialog: SaveDialog, settings: QSettings, tmp_path: Path) -> None:
    """The next report is offered the folder of this one."""
    name_in(dialog).setText(str(tmp_path / "day.csv"))
    dialog.accept()
    assert asyncio.run(report_folder(settings)) == str(tmp_path)


def test_a_folder_that_is_gone(settings: QSettings, tmp_path: Path) -> None:
    """A stick that was pulled out is not asked for again: the documents are offered, else the home."""
    settings.setValue("report_folder", str(tmp_path / "stick"))
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    assert Path(asyncio.run(report_folder(settings))) == (documents if documents.is_dir() else Path.home())


@needs_hung_share
def test_a_folder_that_does_not_answer(settings: QSettings, tmp_path: Path) -> None:
    """Others go on meanwhile, and after a while the next one is offered."""
    settings.setValue("report_folder", str(tmp_path / "share"))

    async def offered() -> str:
        looking = asyncio.ensure_future(report_folder(settings))
        await asyncio.sleep(0)
        assert not looking.done()
        return await looking

    with hung_share(tmp_path / "share"):
        assert "share" not in asyncio.run(offered())


def test_names_that_every_system_takes() -> None:
    """What one of them refuses becomes a dash."""
    assert file_name('a\\b/c:d*e?f"g<h>i|j 音箱') == "a-b-c-d-e-f-g-h-i-j 音箱"
