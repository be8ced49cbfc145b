"""A real LibreOffice writes a list in every kind of file, and each is read alike."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.table.result import Choices, ListKind, ReadList
from tests.core.tabular.books import saved, sheet_of
from tests.core.tabular.reading import read_list

_KINDS = {"ods": ListKind.ODS, "xls": ListKind.XLS, "xlsx": ListKind.XLSX}


def _book() -> bytes:
    book = openpyxl.Workbook()
    sheet_of(book).title = "说明"
    sheet_of(book)["A1"] = "how to fill this in"
    sheet = book.create_sheet("清单")
    sheet["A1"] = "2026年11月 设备清单"
    sheet.merge_cells("A1:C1")
    sheet["A3"], sheet["B3"], sheet["C3"] = "序号", "设备 ID", "设备名称"
    ids = ["00000123", 123, 123456789012345, 1234567890123456, "1.23E+11", datetime.date(2026, 11, 2), "=1/0", 1.1]
    for number, device_id in enumerate([*ids, "A9", "A10"], 4):
        sheet.cell(number, 1, number - 3)
        sheet.cell(number, 2).value = device_id
        sheet.cell(number, 3, f"音箱-{number}")
    sheet["B5"].number_format, sheet["B11"].number_format = '"SN"000000', "0.00"
    sheet.row_dimensions[12].hidden = True
    sheet["C13"] = None
    sheet.merge_cells("C12:C13")
    sheet["B14"], sheet["C14"] = "合计", 10
    sheet["B15"], sheet["B15"].font = "A11", Font(strike=True)
    sheet["B16"] = CellRichText(TextBlock(InlineFont(strike=True), "A"), TextBlock(InlineFont(), "12"))
    return saved(book)


def _lying_book() -> bytes:
    """Return a workbook with cells that are not what they seem, and with texts beneath merged cells."""
    book = openpyxl.Workbook()
    sheet = sheet_of(book)
    sheet.append(["SN", "name"])
    ids = ["000123", "'000124", True, 1299, 0.125, datetime.time(10, 30), "=1=1", "#SPILL!", "ＳＮ１２", "Line 2"]
    for number, device_id in enumerate(ids, 2):
        sheet.append([device_id, f"n{number}"])
    sheet["A2"].quotePrefix = True
    sheet["A5"].number_format, sheet["A6"].number_format = '"¥"#,##0.00', "0.00%"
    for device_id, label in (("M1", "x"), ("M2", "beneath"), ("M3", "y"), ("beneath", "z")):
        sheet.append([device_id, label])
    # openpyxl would clear what lies beneath.
    for cells in ("A11:B11", "B12:B13", "A14:A15"):
        sheet.merged_cells.add(cells)
    return saved(book)


def _written(folder: Path, book: bytes, ids: int = 0) -> dict[ListKind, ReadList]:
    """Return a workbook as LibreOffice writes it in every kind of file, read by its column `ids`."""
    office = shutil.which("soffice")
    assert office is not None, "packaging/debian-test-libraries.txt has LibreOffice"
    source = folder / "list.xlsx"
    source.write_bytes(book)
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    for ending in _KINDS:
        target = str(folder / ending)
        command = [office, profile, "--headless", "--convert-to", ending, "--outdir", target, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {
        kind: read_list(folder / ending / f"list.{ending}", choices=Choices(id_column=ids))
        for ending, kind in _KINDS.items()
    }


@pytest.mark.long
def test_cells_that_lie_are_found_in_what_libreoffice_writes(tmp_path: Path) -> None:
    """The mark of a text is none of it; truth, money, shares, times and errors are no ids; a merged cell is one."""
    for kind, found in _written(tmp_path, _lying_book()).items():
        assert found.opened.kind is kind
        assert [(row.number, row.device_id, row.label) for row in found.rows if row.refused is None] == [
            (2, "000123", "n2"),
            (3, "'000124", "n3"),
            (10, "ＳＮ１２", "n10"),
            (12, "M1", "x"),
            (13, "M2", "x"),
            (14, "M3", "y"),
        ]
        assert [(row.place, row.refused.reason) for row in found.rows if row.refused is not None] == [
            ("A4", HoldReason.CELL_BOOLEAN),
            ("A5", HoldReason.CELL_AMOUNT),
            ("A6", HoldReason.CELL_AMOUNT),
            ("A7", HoldReason.CELL_DATE),
            ("A8", HoldReason.CELL_BOOLEAN),
            ("A9", HoldReason.CELL_ERROR),
            ("A11", HoldReason.CELL_MERGED),
            ("A14", HoldReason.CELL_MERGED),
        ]
        assert [row.held.reason for row in found.held if row.held is not None] == [HoldReason.ID_MERGED]


@pytest.mark.long
def test_libreoffice_writes_what_is_read(tmp_path: Path) -> None:
    """Zeros, long numbers, lost ones, dates, errors, hidden, merged and struck-out cells come through alike."""
    for kind, found in _written(tmp_path, _book(), 1).items():
        assert (found.opened.kind, found.opened.sheet) == (kind, "清单")
        assert (found.layout.header, found.layout.id_column, found.layout.label_column) == (3, 1, 2)
        assert [(row.number, row.device_id, row.label) for row in found.rows if row.refused is None] == [
            (4, "00000123", "音箱-4"),
            (5, "SN000123", "音箱-5"),
            (6, "123456789012345", "音箱-6"),
            (11, "1.10", "音箱-11"),
            (12, "A9", "音箱-12"),
            (13, "A10", "音箱-12"),
            (14, "合计", "10"),
            (15, "A11", ""),
            (16, "A12", ""),
        ]
        assert [(row.place, row.refused.reason) for row in found.rows if row.refused is not None] == [
            ("B7", HoldReason.CELL_DIGITS),
            ("B8", HoldReason.CELL_SCIENTIFIC),
            ("B9", HoldReason.CELL_DATE),
            ("B10", HoldReason.CELL_ERROR),
        ]
        assert [(row.number, row.held.reason) for row in found.rows if row.held is not None] == [
            (12, HoldReason.HIDDEN_ROW),
            (14, HoldReason.SUM),
            (15, HoldReason.STRUCK_OUT),
            (16, HoldReason.STRUCK_OUT),
        ]
