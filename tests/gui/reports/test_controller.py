"""Reports from the menu: what each is about, its file and its pages, and what is said where there is none."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import platform
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from bindtool.core.common.concurrency import start_daemon_thread
from bindtool.core.model.outcome import Answer, State
from bindtool.core.model.row import Row
from bindtool.core.profiles.profile import Profile
from bindtool.core.reports.csv_writer import TO_HANDLE_COLUMNS
from bindtool.core.store import Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.reports.controller import ReportController, ReportScope, ReportSources
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import CHANNEL, START, devices, row, sending, settled, told
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE, finish
from tests.gui.services import services_on

PROFILE = Profile("Line 2/b", "7412345678901234567", who_to_ask="Lin")
YESTERDAY = START - timedelta(days=1)


class Person:
    """Somebody at a window, who saves and prints."""

    def __init__(self, qtbot: QtBot, window: MainWindow, document: SheetDocument, store: Store) -> None:
        self._qtbot = qtbot
        self.window = window
        self._document = document
        self._store = store

    def has_rows(self, *rows: Row) -> None:
        """Let the sheet have these rows."""
        assert self._document.head is not None
        self._store.sheets.save(self._document.head.sheet_id, rows).result()
        finish(self._qtbot, self._document.open(PROFILE))

    def has_sent(self, number: int, state: State, answer: Answer) -> None:
        """Let a run have sent a row, alone."""
        assert self._document.head is not None
        run_id = self._store.runs.begin(self._document.head.sheet_id, CHANNEL, devices(row(number))).result()
        self._store.runs.begin_request(run_id, 1, sending(number)).result()
        self._store.runs.settle(run_id, settled(state, number, answer=answer), 1).result()
        finish(self._qtbot, self._document.open(PROFILE))

    def choose(self, action: str) -> None:
        """Choose an entry of the menu, and wait until it is asked where to, or said why not."""
        self.window.actions_[action].trigger()
        self._qtbot.waitUntil(lambda: bool(self.notice or self.window.findChildren(QDialog)), timeout=PATIENCE)

    def file_dialog(self) -> QFileDialog:
        """Return the dialog that asks for a file."""
        (dialog,) = self.window.findChildren(QFileDialog)
        return dialog

    def save_to(self, action: str, path: Path) -> None:
        """Choose the entry of the menu, name a file, and wait for the word."""
        self.choose(action)
        dialog = self.file_dialog()
        dialog.fileSelected.emit(str(path))
        dialog.close()
        dialog.deleteLater()
        self.sees(str(path))

    def sees(self, words: str) -> None:
        """Wait until the banner has these words."""
        self._qtbot.waitUntil(lambda: words in self.notice, timeout=PATIENCE)

    @property
    def notice(self) -> str:
        """What passes, else what the banner says."""
        shown = (one for one in (self.window.news, self.window.message_bar) if one.isVisible())
        return next((one.accessibleDescription() for one in shown), "")


@pytest.fixture
def practice() -> bool:
    """Say whether it is practice."""
    return False


@pytest.fixture
def services(store: Store, clock: HandClock, tasks: BackgroundTasks, tmp_path: Path, practice: bool) -> Services:
    """Give what a window stands on."""
    services = replace(services_on(store, clock, tasks, tmp_path), practice=practice)
    services.repository.add(PROFILE)
    return services


@pytest.fixture
def document(window: MainWindow, texts: Texts, services: Services) -> SheetDocument:
    """Give the document of that window, on which no sheet lies yet; the entries of its menu work."""
    document = SheetDocument(window.model, services.store, services.clock, services.tasks)
    sources = ReportSources(texts, document, services)
    ReportController(window, texts, sources, services)
    return document


@pytest.fixture
def person(qtbot: QtBot, window: MainWindow, document: SheetDocument, store: Store) -> Person:
    """Give somebody with an empty sheet."""
    finish(qtbot, document.open(PROFILE))
    return Person(qtbot, window, document, store)


def lines_of(path: Path) -> list[dict[str, str]]:
    """Return the lines of a report."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("save_run", "Nothing has been sent from this sheet yet"),
        ("save_today", "Nothing was scanned or bound today"),
        ("save_benches", "No other bench is known here: "),
        ("save_to_handle", "Nothing to handle: no row is refused, unknown or not sent"),
        ("print_run", "Nothing has been sent from this sheet yet"),
        ("print_today", "Nothing was scanned or bound today"),
    ],
)
def test_there_is_nothing_to_report(person: Person, action: str, words: str) -> None:
    """That is said, and nobody is asked where to."""
    person.has_rows(replace(row(1), added_at=YESTERDAY))
    person.choose(action)
    assert person.notice.startswith(words)
    assert person.window.findChildren(QFileDialog) == []


def test_there_is_nothing_of_today_at_any_bench(person: Person, store: Store) -> None:
    """What others have bound on other days is not of today."""
    store.benches.take_in([told(1, minutes=-24 * 60)]).result()
    person.choose("save_benches")
    assert person.notice == "Nothing was scanned or bound today"


@pytest.mark.parametrize("action", ["save_report", "save_run", "save_to_handle", "print_sheet"])
def test_no_sheet_is_open(
    qtbot: QtBot, window: MainWindow, document: SheetDocument, store: Store, action: str
) -> None:
    """While the window is still opening one there is nothing to report of it."""
    person = Person(qtbot, window, document, store)
    person.choose(action)
    assert person.notice == "No sheet is open"


@pytest.mark.parametrize(
    ("action", "name", "practice"),
    [
        ("save_report", "Line 2-b WO-1125 2026-11-25 0930.xlsx", False),
        ("save_run", "Line 2-b WO-1125 last run 2026-11-25 0930.xlsx", False),
        ("save_to_handle", "Line 2-b WO-1125 to handle 2026-11-25 0930.xlsx", False),
        ("save_today", "report 2026-11-25.xlsx", False),
        ("save_today", "report 2026-11-25 Practice.xlsx", True),
        ("save_benches", "report of all benches 2026-11-25.xlsx", False),
    ],
)
def test_the_name_is_ready(person: Person, document: SheetDocument, store: Store, action: str, name: str) -> None:
    """It says of what and when, and that it was practice; every system takes it."""
    person.has_rows(row(1))
    person.has_sent(1, State.REFUSED, Answer(START, 4000))
    store.benches.take_in([told(1)]).result()
    document.describe(job="WO-1125", expected=None, operator="")
    person.choose(action)
    dialog = person.file_dialog()
    (chosen,) = dialog.selectedFiles()
    assert chosen.endswith(f"/{name}")
    dialog.close()


def test_the_sheet(person: Person, tmp_path: Path) -> None:
    """All rows as they stand when the file is named, with the words of the window."""
    person.has_rows(row(1), row(2, "SPK0001"))
    person.save_to("save_report", tmp_path / "sheet.csv")
    assert person.notice == f"Report saved: {tmp_path / 'sheet.csv'}"
    lines = lines_of(tmp_path / "sheet.csv")
    assert [(line["status"], line["message"]) for line in lines] == [
        ("ready", ""),
        ("incomplete", "the same ID as row 1"),
    ]
    assert {line["profile"] for line in lines} == {"Line 2/b"}


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_what_each_is_about(person: Person, document: SheetDocument, texts: Texts, services: Services) -> None:
    """The title says it, and the columns are the report's but for what is to be handled."""
    person.has_rows(row(1), row(2))
    person.has_sent(2, State.REFUSED, Answer(START, 4000))
    sources = ReportSources(texts, document, services)
    made = {scope: sources.take(scope)() for scope in ReportScope}
    sheet = "2026-11-25 09:30 · Line 2/b"
    assert {scope: report.title for scope, report in made.items()} == {
        ReportScope.SHEET: texts("report.of_sheet", name=sheet),
        ReportScope.RUN: texts("report.of_run", name=sheet),
        ReportScope.DAY: texts("report.of_day", name="2026-11-25"),
        ReportScope.BENCHES: texts("report.of_benches", name="2026-11-25"),
        ReportScope.TO_HANDLE: texts("report.of_to_handle", name=sheet),
    }
    numbers = {scope: [line.row.number for line in report.lines] for scope, report in made.items()}
    assert numbers == {
        ReportScope.SHEET: [1, 2],
        ReportScope.RUN: [2],
        ReportScope.DAY: [1, 2],
        ReportScope.BENCHES: [1, 2],
        ReportScope.TO_HANDLE: [2],
    }
    assert [scope for scope, report in made.items() if "bench" in report.columns] == [ReportScope.BENCHES]
    assert [scope for scope, report in made.items() if report.columns == TO_HANDLE_COLUMNS] == [
        ReportScope.TO_HANDLE
    ]


def test_the_last_run_names_what_it_has_bound_and_is_gone(
    person: Person, document: SheetDocument, texts: Texts, services: Services
) -> None:
    """Who reads it sees that it is not all that the run has bound."""
    person.has_rows(row(1), row(2))
    person.has_sent(1, State.BOUND, Answer(START, 0))
    sources = ReportSources(texts, document, services)
    document.delete([1])
    assert sources.take(ReportScope.RUN)().notes[1:] == (texts("report.gone", n=1, ids="SPK0001"),)


def test_the_day(person: Person, document: SheetDocument, qtbot: QtBot, store: Store, tmp_path: Path) -> None:
    """Sheet by sheet, closed ones too, whoever scanned: a workbook with totals, and what is not checked."""
    person.has_rows(row(1), replace(row(2), added_at=YESTERDAY))
    person.has_sent(1, State.BOUND, Answer(START, 0))
    finish(qtbot, document.renew())
    person.has_rows(replace(row(1), operator="B07"), replace(row(2), operator="B07"))
    store.sheets.create(profile="Line 3", put=[replace(row(1), added_at=YESTERDAY)]).result()
    person.save_to("save_today", tmp_path / "day.xlsx")
    lines, summary = load_workbook(tmp_path / "day.xlsx").worksheets
    found = list(lines.iter_rows(min_row=2, values_only=True))
    assert [(line[0], line[3], line[10]) for line in found] == [
        (1, "bound", "A12"),
        (1, "ready", "B07"),
        (2, "ready", "B07"),
    ]
    said = [[cell for cell in line if cell is not None] for line in summary.iter_rows(values_only=True)]
    assert ["Operator", "A12, B07"] in said
    assert ["Total", 3, 1, 0, 0, 2] in said
    assert [
        "Line 2/b: it has not been checked whether bound devices stay on the channel when others are sent"
    ] in said


def test_the_day_of_all_benches(person: Person, store: Store, tmp_path: Path) -> None:
    """This bench's rows as they stand, called by its computer's name; then what the others have bound today."""
    person.has_rows(row(1), row(2))
    person.has_sent(1, State.BOUND, Answer(START, 0))
    others = [told(1), told(2, minutes=-24 * 60), told(3, "SPK0001", machine="bench-3")]
    store.benches.take_in(others).result()
    person.save_to("save_benches", tmp_path / "day.csv")
    lines = lines_of(tmp_path / "day.csv")
    own = platform.node()
    assert [(line["row"], line["device_id"], line["status"], line["bench"]) for line in lines] == [
        ("1", "SPK0001", "bound", own),
        ("2", "SPK0002", "ready", own),
        ("", "SPK9001", "bound", "bench-2"),
        ("", "SPK0001", "bound", "bench-3"),
    ]
    person.window.notices.clear()
    person.save_to("save_benches", tmp_path / "day.xlsx")
    summary = load_workbook(tmp_path / "day.xlsx").worksheets[1]
    said = [[cell for cell in line if cell is not None] for line in summary.iter_rows(values_only=True)]
    assert ["Total", 3, 2, "09:30"] in said
    person.window.notices.clear()
    person.save_to("save_today", tmp_path / "own.csv")
    assert [line["device_id"] for line in lines_of(tmp_path / "own.csv")] == ["SPK0001", "SPK0002"]


@pytest.mark.parametrize("practice", [True])
def test_practice(person: Person, tmp_path: Path) -> None:
    """Each line says that nothing was sent."""
    person.has_rows(row(1))
    person.save_to("save_report", tmp_path / "sheet.csv")
    (line,) = lines_of(tmp_path / "sheet.csv")
    assert line["profile"] == "Line 2/b (practice: not sent to Coze)"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_closed_before_it_is_written(person: Person, qtbot: QtBot, tasks: BackgroundTasks, tmp_path: Path) -> None:
    """Saved to a slow disk at the end of the day, the report is there although the window was closed at once."""
    path = tmp_path / "slow.csv"
    os.mkfifo(path)
    person.has_rows(row(1))
    person.choose("save_report")
    dialog = person.file_dialog()
    dialog.fileSelected.emit(str(path))
    dialog.close()
    dialog.deleteLater()
    closing = asyncio.get_running_loop().create_task(tasks.close())
    for _ in range(20):
        finish(qtbot, asyncio.sleep(0))
    waits = not closing.done()
    # Nothing can be written before somebody reads.
    read = start_daemon_thread(path.read_bytes, name="reader")
    qtbot.waitUntil(lambda: closing.done() and read.done(), timeout=PATIENCE)
    assert waits
    assert b"SPK0001" in read.result()


def test_a_place_where_nothing_can_be_written(person: Person, tmp_path: Path) -> None:
    """The banner says which file and why."""
    person.has_rows(row(1))
    person.save_to("save_report", tmp_path / "no such folder" / "sheet.xlsx")
    assert "No such file or directory" in person.notice


def test_print(person: Person, tmp_path: Path) -> None:
    """The dialog of the system: it has a printer that makes PDF files, and the banner says how many pages came."""
    from PySide6.QtPrintSupport import QPrintDialog

    person.has_rows(row(1))
    for action in ("print_sheet", "print_today"):
        person.choose(action)
        (dialog,) = person.window.findChildren(QPrintDialog)
        print_to(dialog, tmp_path / f"{action}.pdf")
        person.sees("Printed: 1 page")
        assert (tmp_path / f"{action}.pdf").read_bytes().startswith(b"%PDF-")
        person.window.notices.clear()


def print_to(dialog: QPrintDialog, path: Path) -> None:
    """Choose the printer that makes a PDF file, name the file, and press Print."""
    printers = dialog.findChild(QComboBox, "printers")
    file = dialog.findChild(QLineEdit, "filename")
    buttons = dialog.findChild(QDialogButtonBox)
    assert printers is not None
    assert file is not None
    assert buttons is not None
    printers.setCurrentIndex(printers.count() - 1)
    file.setText(str(path))
    next(each for each in buttons.buttons() if "Print" in each.text()).click()


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_takes_nothing(person: Person) -> None:
    """The banner says so, and what else can be done."""
    from PySide6.QtPrintSupport import QPrinter

    person.has_rows(row(1), row(2))
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName("")
    (printing,) = person.window.findChildren(ReportController)
    printing.print_on(ReportScope.SHEET, printer)
    person.sees("The printer does not answer")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_the_window_waits_for_no_file_that_is_printed(person: Person, qtbot: QtBot, tmp_path: Path) -> None:
    """GIVEN a place that takes nothing yet WHEN a PDF is printed there THEN the window works on, then it comes."""
    from PySide6.QtPrintSupport import QPrinter

    path = tmp_path / "slow.pdf"
    os.mkfifo(path)
    person.has_rows(row(1))
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    (printing,) = person.window.findChildren(ReportController)
    printing.print_on(ReportScope.SHEET, printer)
    for _ in range(20):
        finish(qtbot, asyncio.sleep(0))
    read = start_daemon_thread(path.read_bytes, name="reader")
    person.sees("Printed: 1 page")
    assert read.result(PATIENCE).startswith(b"%PDF-")


@pytest.mark.parametrize("action", ["save_report", "save_today"])
def test_a_report_over_the_ledger_is_refused(person: Person, services: Services, action: str) -> None:
    """What a person picks in the dialog is not the database, whatever its name ends in; the banner says why."""
    person.has_rows(row(1))
    database = services.store.path
    person.save_to(action, database)
    assert f"{database} is one of bindtool's own files" in person.notice
    assert database.read_bytes().startswith(b"SQLite format 3")
