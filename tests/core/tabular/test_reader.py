"""From a file to its rows, whatever it is."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Row, Source
from bindtool.core.profiles.profile import ListRules
from bindtool.core.reports.csv_writer import ReportLine, report_csv
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import open_list, read_rows
from bindtool.core.tabular.table.result import NO_COLUMN, Choices, Known, ListKind
from tests.core.tabular.books import ods_of, ods_rows, xls_of, xlsx_of
from tests.core.tabular.reading import read_list

ROWS = [
    ["2026-11 list"],
    [],
    ["no", "设备 ID", "名称"],
    ["1", "00000123", "音箱"],
    ["2", "A2", ""],
    ["", "合计", "2"],
]
_PAGE = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in ROWS)


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("gb18030")


FILES = {
    "list.csv": _csv(ROWS),
    "list.xlsx": xlsx_of(ROWS),
    "list.xls": xls_of(ROWS),
    "list.ods": ods_rows(ROWS),
    "list.html": f"<html><table>{_PAGE}</table></html>".encode(),
}


@pytest.mark.parametrize(("sign", "encoding"), [("\t", "gb18030"), (",", "utf-8-sig"), ("\t", "utf-16")])
def test_a_text_under_the_name_of_a_workbook(sign: str, encoding: str) -> None:
    """It is what an ERP system exports "for Excel", and is read as the text that it is."""
    lines = ("设备编号", "名称"), ("00000123", "客厅音箱"), ("00000124", "主卧音箱")
    data = "\r\n".join(map(sign.join, lines)).encode(encoding)
    found = read_list(data, "导出.xls")
    assert (found.opened.kind, found.opened.delimiter) == (ListKind.TEXT, sign)
    assert [(row.device_id, row.label) for row in found.rows] == [*lines[1:]]


@pytest.mark.parametrize("name", FILES)
def test_the_same_list_in_every_kind_of_file(name: str, tmp_path: Path) -> None:
    """Header, columns, numbers and reasons are the same, from the disk and from bytes."""
    path = tmp_path / name
    path.write_bytes(FILES[name])
    found = read_list(path)
    assert found == read_list(FILES[name], name)
    assert (found.layout.header, found.layout.id_column, found.layout.label_column) == (3, 1, 2)
    assert [(row.number, row.device_id, row.label, row.held is not None) for row in found.rows] == [
        (4, "00000123", "音箱", False),
        (5, "A2", "", False),
        (6, "合计", "2", True),
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_person_may_choose(name: str) -> None:
    """Columns and header are the same choice for every kind."""
    found = read_list(FILES[name], name, Choices(header=0, id_column=0, label_column=1))
    assert [(row.number, row.device_id, row.label) for row in found.rows[:3]] == [
        (1, "2026-11 list", ""),
        (3, "no", "设备 ID"),
        (4, "1", "00000123"),
    ]


def test_a_kind_has_its_own_facts() -> None:
    """Text has an encoding and a delimiter, a workbook has sheets."""
    text, book = open_list(FILES["list.csv"]), open_list(FILES["list.xlsx"])
    assert (text.kind, text.encoding, text.delimiter, text.sheet, text.sheets) == (
        ListKind.TEXT,
        "gb18030",
        ",",
        "",
        (),
    )
    assert (book.kind, book.encoding, book.delimiter, book.sheet) == (ListKind.XLSX, "", "", "Sheet")
    assert [sheet.name for sheet in book.sheets] == ["Sheet"]


def test_a_report_of_ours_is_a_list(tmp_path: Path) -> None:
    """It has twelve columns, and device id and label are found among them."""
    added = datetime(2026, 11, 25, tzinfo=UTC)
    rows = [Row(1, "=A1", "@x", Source.SCANNED, added), Row(2, "000", "'y", Source.SCANNED, added)]
    path = tmp_path / "report.csv"
    path.write_bytes(report_csv(ReportLine(row, State.READY) for row in rows))
    assert [(row.device_id, row.label) for row in read_list(path).rows] == [("=A1", "@x"), ("000", "'y")]


@pytest.mark.parametrize("data", [b"", xlsx_of([["device_id", "label"]]), xlsx_of([]), ods_of("")])
def test_a_file_without_a_row_is_told(data: bytes) -> None:
    """Nothing, a header alone, an empty sheet, a workbook without a sheet."""
    with pytest.raises(BadInput, match=r"file\.empty"):
        read_list(data)


@pytest.mark.parametrize("name", ["missing.csv", "nul\0.csv", ""])
def test_a_file_that_can_not_be_read_is_told(tmp_path: Path, name: str) -> None:
    """It is named, with the system's own words."""
    path = tmp_path / name
    with pytest.raises(BadInput, match=r"file\.unreadable") as caught:
        read_list(path)
    assert caught.value.title.values["path"] == str(path)
    assert caught.value.title.values["why"]


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path) -> None:
    """Its size on the disk is enough."""
    path = tmp_path / "list.csv"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    with pytest.raises(BadInput, match=r"file\.too_large"):
        read_list(path)


@pytest.mark.parametrize(
    ("lists", "taken"),
    [
        (ListRules("Spare", ""), (1, NO_COLUMN)),
        (ListRules("A", "C"), (0, 2)),
        (ListRules("A"), (0, 2)),
        (ListRules("IMEI"), None),
        (ListRules(label_column="C"), None),
    ],
)
def test_the_column_that_the_profile_names_is_taken(lists: ListRules, taken: tuple[int, int] | None) -> None:
    """Without asking; a list that has no such column is asked for as ever, and what is chosen goes before."""
    opened = open_clipboard("SN\tSpare\t位置\nSPK001\tSPK101\t客厅\nSPK002\tSPK102\t主卧")
    layout = read_rows(opened, known=Known(lists=lists)).layout
    assert (None if layout.doubt else (layout.id_column, layout.label_column)) == taken
    assert read_rows(opened, Choices(id_column=2), Known(lists=lists)).layout.id_column == 2


def test_a_profile_that_names_a_column_has_chosen_no_sheet() -> None:
    """Of several that may be the list a person chooses one, by it or by its column."""
    opened = replace(open_clipboard("SN\nSPK001\nSPK002"), sheet="May", rivals=("June",))
    known = Known(lists=ListRules("SN"))
    assert read_rows(opened, known=known).layout.doubt == Message.of("doubt.sheets", sheets="May / June")
    assert [row.device_id for row in read_rows(opened, Choices(id_column=0), known).rows] == ["SPK001", "SPK002"]
