"""Texts of lists, servers and other benches are shown as they are: none is HTML, none turns another around."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QPoint, Qt
from PySide6.QtGui import QClipboard, QHelpEvent, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMessageBox,
    QTextEdit,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

import bindtool.gui
from bindtool.core.intake.reconcile import WantedList
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Row, SheetHead
from bindtool.core.reports.rows import part_of
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.util.clipboard import copy_cells, copy_text
from bindtool.gui.common.widgets.form_field import FoldingSection
from bindtool.gui.history.past_sheet_page import PastSheetPage
from bindtool.gui.history.record_model import REQUEST_COLUMNS, RecordModel, headers, row_details, row_line
from bindtool.gui.history.record_table import RecordTable
from bindtool.gui.history.search_page import HistorySearchPage
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.reports.print_layout import print_pages
from bindtool.gui.scanning.scan_session import ScanResult
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.table_view import SheetTableView
from bindtool.gui.sheet.tools.list_import_page import ListImportPage
from bindtool.i18n.catalogue import Texts
from bindtool.i18n.report_text import report_of
from tests.core.store.samples import REFUSAL, START, row
from tests.gui.acting import key
from tests.gui.conftest import SMALLEST, Show
from tests.gui.paper import Paper
from tests.gui.samples import PROFILE
from tests.gui.whole_window import HEAD, EquippedWindow, whole_window

LARGE = 300
"""Pixels of a picture; as text its name is lower than that."""

FORMULA = '=HYPERLINK("http://h.example")'
TURNED = "bad \u202edevice\u202c"
TURNED_IS_SEEN = "bad \\u202edevice\\u202c"


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    """Return a text that opens a file where it is taken for HTML."""
    path = tmp_path / "picture.png"
    picture = QImage(LARGE, LARGE, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    assert picture.save(str(path))
    return f'<b>bound</b><img src="file://{path}">'


def evil_row(text: str) -> Row:
    """Return a refused row of whose texts everyone is this one."""
    answer = replace(REFUSAL, message=text, log_id=text)
    made = row(1, "SPK1", Outcome(State.REFUSED, answer), label=text)
    return replace(made, arrived=text, operator=text)


def tip() -> QLabel:
    """Return the tool tip that is shown."""
    (found,) = (one for one in QApplication.topLevelWidgets() if one.objectName() == "qtooltip_label")
    assert isinstance(found, QLabel)
    return found


@pytest.fixture(autouse=True)
def no_tips_are_left(qapp: QApplication) -> Iterator[None]:
    """Take the tool tip away again."""
    yield
    QToolTip.hideText()
    for one in QApplication.topLevelWidgets():
        if one.objectName() == "qtooltip_label":
            one.deleteLater()


# ---------------------------------------------------------------- widgets


def of_the_window() -> set[type[QWidget]]:
    """Return every class of a widget that the program has."""
    found: set[type[QWidget]] = set()
    for module in pkgutil.walk_packages(bindtool.gui.__path__, "bindtool.gui."):
        names = vars(importlib.import_module(module.name)).values()
        found |= {one for one in names if isinstance(one, type) and issubclass(one, QWidget)}
    return found


def test_every_label_is_plain_text(texts: Texts, show: Show) -> None:
    """Also one that nobody has said it of, of every class that the program has, before anything stands on it."""
    window = MainWindow(texts, practice=True)
    window.build_ui()
    show(window)
    folded = FoldingSection("More", QWidget(), values=lambda: "<b>value</b>")
    others = [HistorySearchPage(texts, practice=False), PastSheetPage(texts), folded]
    labels = [label for root in (window, *others) for label in root.findChildren(QLabel)]
    for label in labels:
        label.ensurePolished()
    wrong = [label for label in labels if label.textFormat() is not Qt.TextFormat.PlainText]
    assert wrong == []
    assert {one for one in of_the_window() if issubclass(one, QLabel)} <= {QLabel, *map(type, labels)}


def test_nobody_makes_rich_text() -> None:
    """The guide's pages are ours; nothing else knows what Qt has for HTML besides labels."""
    rich = re.compile(
        r"\.(setHtml|insertHtml|setMarkdown|insertMarkdown|appendHtml|setWhatsThis)\(|\.(RichText|AutoText|MarkdownText)\b"
        r"|\b(QTextDocument|QStaticText|QErrorMessage|QWhatsThis|QGraphicsTextItem|mightBeRichText)\b"
    )
    sources = Path(bindtool.gui.__path__[0]).rglob("*.py")
    found = {path.name for path in sources if rich.search(path.read_text(encoding="utf-8"))}
    assert found == {"guide_dialog.py"}
    assert {one.__name__ for one in of_the_window() if issubclass(one, QTextEdit)} == {"QTextBrowser"}


def test_a_tool_tip_is_plain_text(qtbot: QtBot, hostile: str, show: Show) -> None:
    """Whatever widget it belongs to: no file is opened by it."""
    widget = QWidget()
    show(widget)
    QToolTip.showText(QPoint(20, 20), hostile, widget)
    assert tip().textFormat() is Qt.TextFormat.PlainText
    assert tip().text() == hostile
    assert tip().sizeHint().height() < LARGE


@pytest.mark.parametrize("kind", [QMessageBox, QInputDialog])
def test_a_box_is_plain_text(qtbot: QtBot, hostile: str, kind: type[QMessageBox | QInputDialog]) -> None:
    """An error names a file or a profile."""
    box = kind()
    qtbot.addWidget(box)
    if isinstance(box, QMessageBox):
        box.setText(hostile)
        box.setInformativeText(hostile)
    else:
        box.setLabelText(hostile)
    box.show()
    labels = [label for label in box.findChildren(QLabel) if label.text() == hostile]
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    assert box.sizeHint().height() < LARGE


# ---------------------------------------------------------------- models


def models(texts: Texts, text: str) -> list[QAbstractItemModel]:
    """Return the program's models with this text wherever one from outside may stand."""
    sheet = Sheet([evil_row(text)])
    shown = SheetTableModel(texts)
    shown.show(sheet)
    rows: RecordModel[Row] = RecordModel(headers(texts, REQUEST_COLUMNS), lambda one: row_line(texts, sheet, one))
    rows.show(list(sheet))
    return [shown, rows]


def texts_of(model: QAbstractItemModel) -> Iterator[tuple[Qt.ItemDataRole, str]]:
    """Yield every text that a model has, with its role."""
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for line in range(model.rowCount()):
        for column in range(columns):
            for role in Qt.ItemDataRole:
                value = model.index(line, column).data(role)
                if isinstance(value, str):
                    yield role, value
    for column in range(columns):
        for role in Qt.ItemDataRole:
            value = model.headerData(column, Qt.Orientation.Horizontal, role)
            if isinstance(value, str):
                yield role, value


def test_every_role_of_every_model_has_the_text_as_it_is(texts: Texts, hostile: str, dressed: None) -> None:
    """Nothing is made of it, and nothing goes where only HTML is understood."""
    for model in models(texts, hostile):
        found = list(texts_of(model))
        assert any(hostile in text for _, text in found)
        assert [text for _, text in found if "&lt;" in text or "<p>" in text] == []
        assert {role for role, _ in found}.isdisjoint(
            {Qt.ItemDataRole.WhatsThisRole, Qt.ItemDataRole.StatusTipRole}
        )


def test_no_role_turns_anything_around(texts: Texts, dressed: None) -> None:
    """A mark of direction is seen as its code; what is edited or copied is the text itself."""
    for model in models(texts, TURNED):
        found = list(texts_of(model))
        assert any(TURNED_IS_SEEN in text for _, text in found)
        assert {role for role, text in found if "\u202e" in text} == {Qt.ItemDataRole.EditRole}


@pytest.mark.parametrize("column", [Column.DEVICE_ID, Column.LABEL, Column.MESSAGE, Column.LOG_ID])
def test_the_tool_tip_of_a_cell(texts: Texts, hostile: str, show: Show, column: Column) -> None:
    """Pointing at a cell of the sheet shows what stands in it, and opens no file."""
    model = SheetTableModel(texts)
    model.show(Sheet([evil_row(hostile)]))
    view = SheetTableView(texts, model)
    show(view)
    point_at(view, column)
    assert hostile in tip().text()
    assert tip().sizeHint().height() < LARGE


def test_the_tool_tip_of_what_was_found(texts: Texts, hostile: str, show: Show) -> None:
    """The same in the history, where texts of other benches stand."""
    sheet = Sheet([evil_row(hostile)])
    model: RecordModel[Row] = RecordModel(["a"] * 8, lambda one: row_line(texts, sheet, one))
    model.show(list(sheet))
    view = RecordTable("Rows", model, [(80, 1)] * 8)
    show(view)
    point_at(view, 2)
    assert tip().text() == hostile
    assert tip().sizeHint().height() < LARGE


def point_at(view: QAbstractItemView, column: int) -> None:
    """Rest with the mouse on the first row."""
    at = view.visualRect(view.model().index(0, column)).center()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)


def test_details_turn_nothing_around(texts: Texts) -> None:
    """All that is known of a row stands in one line: no part of it changes places with another."""
    sheet = Sheet([evil_row(TURNED)])
    details = row_details(texts, sheet, sheet[1])
    assert "\u202e" not in details
    assert TURNED_IS_SEEN in details


def test_paper_turns_nothing_around(texts: Texts, qapp: QApplication) -> None:
    """A printed report shows marks of direction as their codes, wherever they stand, and HTML as it is written."""
    paper = Paper()
    head = SheetHead(1, START, TURNED, TURNED, operator=TURNED)
    part = part_of(head, Sheet([evil_row(TURNED + "<b>x</b>")]), unchecked=False)
    asyncio.run(print_pages(report_of(texts, TURNED, [part], START, practice=False), texts, paper))
    written = "".join(text for page in paper.pages for text in page)
    assert "\u202e" not in written
    assert written.count("202e") >= 6
    assert "<b>x</b>" in written


@pytest.fixture
def window(texts: Texts) -> Iterator[EquippedWindow]:
    """Give the whole window."""
    with whole_window(texts, SMALLEST) as window:
        window.show_page(window.sheet_page)
        yield window


def compares_with(window: EquippedWindow, text: str) -> None:
    """Compare an empty sheet with a list of this name, in which it is the only id."""
    window.lay([])
    window.compared_lists[HEAD.sheet_id] = text, WantedList((text,))
    window.compare().begin()


def test_the_window_turns_nothing_around(window: EquippedWindow) -> None:
    """Names of profiles and of who works, the last scan, a list beside the sheet: what stands there by itself."""
    profile = replace(PROFILE, name=TURNED, user_name=TURNED)
    window.header.show_profiles([profile], profile, TURNED)
    window.scan_bar.show_last(TURNED, "is ready", ScanResult.ADDED, START)
    compares_with(window, TURNED)
    said: list[str] = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, (QLabel, QAbstractButton)):
            said += [widget.text(), widget.toolTip()]
        elif isinstance(widget, QListView):
            said += [text for _, text in texts_of(widget.model())]
        elif isinstance(widget, QMenu):
            said += [action.text() for action in widget.actions()]
    assert sum(TURNED_IS_SEEN in text for text in said) >= 6
    assert [text for text in said if "\u202e" in text] == []


# ---------------------------------------------------------------- copies


def test_a_copied_text_has_no_formula(clipboard: QClipboard) -> None:
    """Each line and each cell of it is harmless, whatever stands in front."""
    copy_text(f"{FORMULA}\nLog ID: {FORMULA}\t{FORMULA}\r\n+1")
    assert clipboard.text() == f"'{FORMULA}\nLog ID: {FORMULA}\t'{FORMULA}\n'+1"
    copy_cells([["a", FORMULA], ["b\tc", "-1"]])
    assert clipboard.text() == f'a\t"\'{FORMULA.replace(chr(34), chr(34) * 2)}"\n"b\tc"\t\'-1'


def test_what_was_found_is_copied_without_formulas(texts: Texts, show: Show, clipboard: QClipboard) -> None:
    """Another bench's label is no command to a spreadsheet, and what is turned around stays as it was."""
    sheet = Sheet([evil_row(FORMULA[:4] + TURNED)])
    model: RecordModel[Row] = RecordModel(["a"] * 8, lambda one: row_line(texts, sheet, one))
    model.show(list(sheet))
    view = RecordTable("Rows", model, [(80, 1)] * 8)
    show(view)
    view.select([0])
    key(view, Qt.Key.Key_C, ctrl=True)
    assert clipboard.text().split("\t")[2] == f"'{FORMULA[:4]}{TURNED}"


def test_every_list_copies_without_formulas(
    texts: Texts, window: EquippedWindow, show: Show, clipboard: QClipboard
) -> None:
    """The lists for which nobody has thought of copying have it from Qt, which takes the text as it is."""
    imported, refusals = ListImportPage(texts, QLineEdit()), window.to_handle()
    imported.reasons.addItem(FORMULA)
    imported.rows.setRowCount(1)
    imported.rows.setColumnCount(1)
    imported.rows.model().setData(imported.rows.model().index(0, 0), FORMULA)
    refusals.show_causes(1, [(Mark.REFUSED, FORMULA)], 1)
    compares_with(window, FORMULA)
    refusals.show()
    show(imported)
    roots: tuple[QWidget, ...] = window.compare(), imported, refusals
    for root in roots:
        for view in root.findChildren(QAbstractItemView):
            if isinstance(view, QHeaderView) or view.window().inherits("QComboBoxPrivateContainer"):
                continue  # the keys never go there, or not for longer than it takes to choose
            last = view.model().index(view.model().rowCount() - 1, 0)
            view.setCurrentIndex(last)
            clipboard.clear()
            key(view, Qt.Key.Key_C, ctrl=True)
            assert clipboard.text().lstrip('"').startswith("'="), view
