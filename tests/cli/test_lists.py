"""`bindtool bind` opens what the window opens, and says of each row whether it would go."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.core.tabular.books import ods_of, xls_of, xlsx_of

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.cli.desk import Desk, Done

ROWS: list[list[object]] = [
    ["2026年11月设备清单"],
    ["序号", "设备 ID", "设备名称"],
    [1, "00000123", "音箱-1"],
    [2, 1234567890123456, "音箱-2"],
    [3, "00000123", "音箱-3"],
    [4, "SPK0004", None],
    [None, "合计", 4],
]
TABLE = "".join(
    "<table:table-row>"
    + "".join(
        f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        if isinstance(cell, int)
        else f"<table:table-cell><text:p>{cell or ''}</text:p></table:table-cell>"
        for cell in row
    )
    + "</table:table-row>"
    for row in ROWS
)
PAGE = "".join(f"<tr>{''.join(f'<td>{cell or str()}' for cell in row)}" for row in ROWS)
FILES = {
    "list.xlsx": xlsx_of(ROWS),
    "list.xls": xls_of(ROWS),
    "list.ods": ods_of(f'<table:table table:name="Sheet">{TABLE}</table:table>'),
}


def _bind(desk: Desk, name: str, data: bytes, *options: str) -> Done:
    path = desk.folder / name
    path.write_bytes(data)
    return desk.bind(str(path), *options)


@pytest.mark.parametrize("name", FILES)
def test_a_dry_run_of_a_workbook(desk: Desk, server: PracticeServer, name: str) -> None:
    """The report has the workbook's row numbers, `ready` or `incomplete`, and the reason with the cell's name."""
    report = desk.folder / "report.csv"
    done = _bind(desk, name, FILES[name], "--dry-run", "--report", str(report))
    assert (done.status, server.requests) == (1, ())
    rows = list(csv.DictReader(io.StringIO(desk.report())))
    assert [(row["row"], row["device_id"], row["label"], row["status"]) for row in rows] == [
        ("3", "00000123", "音箱-1", "ready"),
        ("4", "", "音箱-2", "incomplete"),
        ("5", "00000123", "音箱-3", "incomplete"),
        ("6", "SPK0004", "PK0004", "ready"),
        ("7", "合计", "4", "incomplete"),
    ]
    assert "B4 holds a number of more than 15 digits" in rows[1]["message"]
    assert rows[2]["message"] == "the same ID as row 3"
    assert "looks like a sum" in rows[4]["message"]
    assert "row 2 names the columns; IDs are in column B, “设备 ID”" in done.err
    assert "2 devices would go; nothing was sent." in done.err


def test_a_workbook_is_bound(desk: Desk, server: PracticeServer) -> None:
    """What can be taken goes, zeros and all; the rest is named, and the status is 1."""
    done = _bind(desk, "list.xlsx", FILES["list.xlsx"])
    assert done.status == 1
    assert list(server.bound) == ["00000123", "SPK0004"]
    assert [cells[0] for cells in done.cells] == ["incomplete"] * 3 + ["bound"] * 2


def test_a_workbook_whose_rows_all_would_go(desk: Desk) -> None:
    """The status is 0."""
    assert _bind(desk, "list.xlsx", xlsx_of([["SN", "name"], ["A1", "x"]]), "--dry-run").status == 0


def test_a_workbook_from_standard_input(desk: Desk) -> None:
    """It has no name, and is what is in it."""
    done = desk.run("bind", "-", "--dry-run", stdin=FILES["list.xls"])
    assert done.status == 1
    assert "2 devices would go" in done.err


def test_a_page_that_is_called_a_workbook(desk: Desk) -> None:
    """Many an ERP system exports it so."""
    done = _bind(desk, "list.xls", f"<html><table>{PAGE}</table></html>".encode(), "--dry-run")
    assert "3 devices would go" in done.err


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.xlsx", b"device_id,label\nA1,x\n", "this file is plain text"),
        ("list.csv", FILES["list.xlsx"], "this file is an Excel workbook"),
        ("list.xlsx", FILES["list.xlsx"][:-200], "This file is damaged"),
        ("list.pdf", b"%PDF-1.7", "This file is no list of devices"),
    ],
)
def test_a_file_that_is_refused(desk: Desk, name: str, data: bytes, words: str) -> None:
    """Status 2, and what is wrong with it."""
    done = _bind(desk, name, data, "--dry-run")
    assert (done.status, done.out) == (2, "")
    assert words in done.err
