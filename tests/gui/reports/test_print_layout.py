"""Reports on pages."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter
from PySide6.QtWidgets import QApplication

from bindtool.core.common.errors import BadInput
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import SheetHead
from bindtool.core.reports.layout import Report
from bindtool.core.reports.rows import ReportPart, part_of
from bindtool.core.sheet.sheet import Sheet
from bindtool.gui.reports.print_layout import print_pages, set_landscape
from bindtool.i18n.catalogue import Texts
from bindtool.i18n.report_text import report_of
from tests.core.store.samples import ANSWER, REFUSAL, START, row
from tests.gui.paper import Paper

ENGLISH = Texts("en")


@pytest.fixture
def paper(qapp: QApplication) -> Paper:
    """Give pages that lie."""
    paper = Paper()
    set_landscape(paper)
    return paper


def _part(job: str, count: int, answer: Answer = ANSWER) -> ReportPart:
    state = State.BOUND if answer.code == 0 else State.REFUSED
    rows = [row(number, outcome=Outcome(state, answer)) for number in range(1, count + 1)]
    return part_of(SheetHead(1, START, "Line 2", job, 400), Sheet(rows), unchecked=True)


def _report(*parts: ReportPart, practice: bool = False, texts: Texts = ENGLISH) -> Report:
    return report_of(texts, "Report for 2026-11-25", parts, START, practice=practice)


def test_what_it_is_about_comes_first(paper: Paper) -> None:
    """Title, job, operators, day and sums, then a line for each device with what became of it."""
    assert asyncio.run(print_pages(_report(_part("WO-1125", 2), _part("WO-1126", 1, REFUSAL)), ENGLISH, paper)) == 1
    (page,) = paper.pages
    for words in ("Report for 2026-11-25", "WO-1125, WO-1126", "A12", "Total", "SPK0002", ANSWER.log_id):
        assert words in page
    assert page.index("bound") < page.index("refused") < page.index("bad parameter")
    assert page[-2:] == ["Report for 2026-11-25", "1 of 1"]


def test_each_page_has_its_head_and_its_number(paper: Paper) -> None:
    """The names of the columns and the number stand on every page; no line is lost between two."""
    pages = asyncio.run(print_pages(_report(_part("WO-1125", 120), practice=True), ENGLISH, paper))
    assert pages == len(paper.pages) > 2
    for number, page in enumerate(paper.pages, 1):
        assert "Device ID" in page
        assert page[-2:] == ["Practice: nothing was sent to Coze · Report for 2026-11-25", f"{number} of {pages}"]
    for page in paper.pages[1:]:
        assert page[:2] == ["#", "Device ID"]
    found = [text for page in paper.pages for text in page if text.startswith("SPK")]
    assert found == [f"SPK{number:04}" for number in range(1, 121)]


def test_a_head_is_never_left_alone(paper: Paper) -> None:
    """The name of the next sheet goes to the page on which its lines begin, wherever the one before ends."""
    name = "WO-1126 · Line 2"
    for count in range(20, 60):
        paper.pages[:] = [[]]
        asyncio.run(print_pages(_report(_part("WO-1125", count), _part("WO-1126", 1)), ENGLISH, paper))
        first, *others = paper.pages
        begun = [page for page in others if name in page] + [first] * (first.count(name) == 2)
        (page,) = begun
        assert page[page.index(name, page.index("#") if page is first else 0) :].count("SPK0001") == 1


def test_a_long_message_takes_the_lines_that_it_needs(paper: Paper) -> None:
    """It is read to its end, and one without end can't keep the report from being printed."""
    part = _part("WO-1125", 1, replace(REFUSAL, message="a reason\nof many words " * 5))
    assert asyncio.run(print_pages(_report(part), ENGLISH, paper)) == 1
    assert "".join(paper.pages[0]).count("a reason") == 5
    endless = _part("WO-1125", 2, replace(REFUSAL, message="x" * 100_000))
    assert asyncio.run(print_pages(_report(endless), ENGLISH, paper)) == 3


def test_more_rows_than_are_placed_at_once(paper: Paper) -> None:
    """The window gets its turn in between."""
    turns = 0

    async def both() -> None:
        nonlocal turns
        printing = asyncio.ensure_future(print_pages(_report(_part("WO-1125", 450)), ENGLISH, paper))
        while not printing.done():
            turns += 1
            await asyncio.sleep(0)

    asyncio.run(both())
    assert turns > len(paper.pages)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_real_pdf(qapp: QApplication, tmp_path: Path, language: str) -> None:
    """Qt makes pages of it that lie, and every glyph is found."""
    path = tmp_path / "报告.pdf"
    texts = Texts(language)
    device = QPdfWriter(str(path))
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    set_landscape(device)
    assert device.pageLayout().orientation() is QPageLayout.Orientation.Landscape
    pages = asyncio.run(print_pages(_report(_part("工单一", 60), texts=texts), texts, device))
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == pages > 1


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_device_that_takes_nothing(qapp: QApplication, tmp_path: Path) -> None:
    """A file that can't be written is told, and nothing is drawn."""
    device = QPdfWriter(str(tmp_path / "missing" / "report.pdf"))
    with pytest.raises(BadInput, match=r"print\.failed"):
        asyncio.run(print_pages(_report(_part("WO-1125", 1)), ENGLISH, device))
