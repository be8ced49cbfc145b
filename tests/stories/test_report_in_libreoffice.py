"""The report's workbook in a real spreadsheet."""

from __future__ import annotations

import csv
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import SheetHead
from bindtool.core.reports.rows import part_of
from bindtool.core.sheet.sheet import Sheet
from bindtool.i18n.catalogue import Texts
from bindtool.i18n.report_text import WORKBOOK, report_file, report_of
from tests.core.store.samples import START, row

IDS = ("0012", "=1+1", "'007", "12345678901234567890", "1.23E+11", "@A", "TRUE", "a\tb", "_x000D_", "2026-11-25")
TO_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""LibreOffice, "Filter Options for CSV": commas, UTF-8, cells as they are kept and not as shown, every sheet."""


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this computer")
def test_a_real_spreadsheet_reads_it(tmp_path: Path) -> None:
    """Every id is the text that it was, nothing has run, and the sums stand on the second sheet."""
    texts = Texts("zh_CN")
    outcome = Outcome(State.REFUSED, Answer(START, 4000, '=HYPERLINK("x")', "LOG1"), 1)
    rows = [replace(row(number, device_id, outcome), label="音箱") for number, device_id in enumerate(IDS, 1)]
    part = part_of(SheetHead(1, START, "二号线", "WO-1125"), Sheet(rows))
    path = tmp_path / f"报告{WORKBOOK}"
    path.write_bytes(report_file(report_of(texts, "报告", [part], START, practice=False), WORKBOOK))
    folder = f"-env:UserInstallation={(tmp_path / 'libreoffice').as_uri()}"
    command = ["soffice", "--headless", folder, "--convert-to", TO_CSV, "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    head, *lines = _read(tmp_path / "报告-设备.csv")
    assert head[:3] == ["row", "device_id", "label"]
    assert [line[1] for line in lines] == list(IDS)
    assert {line[5] for line in lines} == {'=HYPERLINK("x")'}
    assert ["WO-1125 · 二号线", "", "10", "0", "10", "0", "0"] in _read(tmp_path / "报告-汇总.csv")


def _read(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
