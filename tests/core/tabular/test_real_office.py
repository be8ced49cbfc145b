"""A real LibreOffice writes a list in every kind of file, and each is read alike."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from typing import TYPE_CHECKING

import openpyxl
import pytest

from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.reader import read_list
from bindtool.core.tabular.table.result import ListKind
from tests.core.tabular.books import saved, sheet_of

if TYPE_CHECKING:
    from pathlib import Path

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
    return saved(book)


@pytest.mark.long
def test_libreoffice_writes_what_is_read(tmp_path: Path) -> None:
    """Zeros, long numbers, lost ones, dates, errors, hidden and merged cells come through its files alike."""
    office = shutil.which("soffice")
    assert office is not None, "packaging/debian-test-libraries.txt has LibreOffice"
    source = tmp_path / "list.xlsx"
    source.write_bytes(_book())
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    for ending in _KINDS:
        target = str(tmp_path / ending)
        command = [office, profile, "--headless", "--convert-to", ending, "--outdir", target, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    for ending, kind in _KINDS.items():
        found = read_list(tmp_path / ending / f"list.{ending}")
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
        ]
