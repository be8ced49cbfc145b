"""`bindtool bind` opens what the window opens, and says of each row whether it would go."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import Workbook

from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk, Done
from tests.core.tabular.books import ods_of, xls_of, xlsx_of

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
    assert "B4 is a number of more than 15 digits" in rows[1]["message"]
    assert rows[2]["message"] == "the same ID as row 3"
    assert "looks like a total" in rows[4]["message"]
    assert "row 2 has the column names; IDs are in column B, “设备 ID”" in done.err
    assert "2 devices would be sent; nothing was sent." in done.err


def test_a_workbook_is_bound(desk: Desk, server: PracticeServer) -> None:
    """What can be taken goes, zeros and all; the rest is named, and the status is 1."""
    done = _bind(desk, "list.xlsx", FILES["list.xlsx"])
    assert done.status == 1
    assert list(server.bound) == ["00000123", "SPK0004"]
    assert [cells[0] for cells in done.cells] == ["incomplete"] * 3 + ["bound"] * 2


def test_rows_that_somebody_should_look_at(desk: Desk, server: PracticeServer) -> None:
    """An id in another case, a label with a mark that nobody sees, a marked code, two codes: none of them goes."""
    rows = [
        ("device_id", "label"),
        *(("SN26A001", "one"), ("sn26a001", "two"), ("SN26A003", "Room \u202e210")),
        *(("'SN:SN26A004;MAC:001122", "four"), ("SN26A005SN26A006", "five")),
    ]
    done = _bind(desk, "list.csv", "\n".join(map(",".join, rows)).encode())
    assert done.status == 1
    assert list(server.bound) == ["SN26A001"]
    messages = [cells[-1] for cells in done.cells if cells[0] == "incomplete"]
    assert len(messages) == 4
    assert messages[0].startswith("the same as row 2 but for upper and lower case")
    assert messages[1].startswith("the label has invisible characters: Room [U+202E]210")


def test_a_workbook_from_standard_input(desk: Desk) -> None:
    """It has no name, and is what is in it."""
    done = desk.run("bind", "-", "--dry-run", stdin=FILES["list.xls"])
    assert done.status == 1
    assert "2 devices would be sent" in done.err


ERP = "Order 4711\nPos,Article,Serial,Room\n" + "".join(
    f"{number},SPK-2,SPK26113F200{number},客厅{number}\n" for number in (1, 2, 3)
)


@pytest.mark.parametrize(
    "options",
    [
        ("--id-column", "C", "--label-column", "D"),
        ("--id-column", "3", "--label-column", "4"),
        ("--id-column", "serial", "--label-column", "ｒｏｏｍ"),
    ],
)
def test_columns_that_are_given(desk: Desk, server: PracticeServer, options: tuple[str, ...]) -> None:
    """By letter, number or name they are taken, and nothing is guessed."""
    done = _bind(desk, "erp.csv", ERP.encode(), *options)
    assert done.status == 0
    assert {name: binding.label for name, binding in server.bound.items()} == {
        f"SPK26113F200{number}": f"客厅{number}" for number in (1, 2, 3)
    }
    assert "erp.csv: row 2 has the column names; IDs are in column C, “Serial”; labels from D." in done.err


def test_no_column_of_labels(desk: Desk, server: PracticeServer) -> None:
    """The profile's template makes the labels."""
    assert _bind(desk, "list.csv", "SN,名称\nSPK0001,客厅\n".encode(), "--label-column", "").status == 0
    assert [binding.label for binding in server.bound.values()] == ["PK0001"]


def test_a_sheet_that_is_given(desk: Desk) -> None:
    """It is read although another one comes first."""
    book = Workbook()
    book.create_sheet("箱 1", 0).append(["A1"])
    book.create_sheet("箱 2").append(["B1"])
    data = io.BytesIO()
    book.save(data)
    done = _bind(desk, "two.xlsx", data.getvalue(), "--sheet", "箱 2", "--id-column", "A")
    assert done.states == {"B1": "bound"}


@pytest.mark.parametrize("options", [(), ("--id-column", "SN")])
def test_two_sheets_that_may_be_the_list(desk: Desk, server: PracticeServer, options: tuple[str, ...]) -> None:
    """Neither is taken, whether or not the column is named; it is said how to name one."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in ("箱 1", "箱 2"):
        sheet = book.create_sheet(name)
        for row in (("SN", "名称"), (f"SPK26113F2{name[-1]}01", "客厅")):
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    done = _bind(desk, "two.xlsx", data.getvalue(), *options)
    assert (done.status, done.out, server.requests) == (2, "", ())
    assert "two.xlsx: more than one sheet could be the list: 箱 1 / 箱 2" in done.err
    assert 'for example --sheet "箱 1"' in done.err
    chosen = _bind(desk, "two.xlsx", data.getvalue(), "--sheet", "箱 2", *options)
    assert chosen.states == {"SPK26113F2201": "bound"}


RARE = "SN,name\nA1,𠮷㐂䶵\n".encode("gb18030")


@pytest.mark.parametrize(
    ("name", "data", "options", "words"),
    [
        ("erp.csv", ERP.encode(), ("--id-column", "MAC"), "There is no column “MAC” in this list"),
        ("erp.csv", ERP.encode(), ("--id-column", "MAC"), "A “Pos”; B “Article”; C “Serial”; D “Room”"),
        (
            "erp.csv",
            ERP.encode(),
            ("--label-column", "Room", "--id-column", "Order 4711"),
            "no column “Order 4711”",
        ),
        ("a.csv", b"C,SN,Name\nA1,B1,x\n", ("--id-column", "C"), "“C” could be more than one column of this list"),
        ("a.csv", b"SN\nA1\n", ("--sheet", "Box 2"), "a.csv has no sheets"),
        ("list.xlsx", FILES["list.xlsx"], ("--sheet", "Box 2"), "There is no sheet “Box 2” in this file"),
        ("list.xlsx", FILES["list.xlsx"], ("--sheet", "Box 2"), "Choose one that is there: Sheet."),
        ("a.csv", b"", ("--id-column", "A"), "There are no devices in this file"),
        ("a.csv", "SN,name\nA1,x\nA2,Gerät\n".encode("cp1252"), (), "read as Windows-1252, row 3 says “Gerät”"),
        ("a.csv", "SN,name\nGerät,x\n".encode("cp1252"), (), "read as Windows-1252, row 2 says “Gerät”"),
        ("a.csv", RARE, (), "for example --encoding GB18030"),
        ("a.csv", RARE, ("--encoding", "EBCDIC"), "bindtool knows no text encoding “EBCDIC”"),
        ("a.csv", RARE, ("--encoding", ""), "UTF-8, GB18030, Big5, Shift-JIS, EUC-KR, Windows-1252, UTF-16"),
        ("a.csv", RARE, ("--encoding", "utf-8"), "The text encoding of this file can't be read"),
        ("list.xlsx", FILES["list.xlsx"], ("--encoding", "gbk"), "list.xlsx is a workbook"),
    ],
)
def test_a_list_of_which_nothing_is_sent(
    desk: Desk, server: PracticeServer, name: str, data: bytes, options: tuple[str, ...], words: str
) -> None:
    """What is asked for and not there, or what can't be told: status 2, and what to do about it."""
    done = _bind(desk, name, data, *options)
    assert (done.status, done.out, server.requests) == (2, "", ())
    assert words in done.err


STATES = "".join(f"SPK26{n:04},客厅{n},{'已报废' if n > 4 else '在库'}\n" for n in range(1, 7))


@pytest.mark.parametrize("names", ["SN,名称,状态", "device_id,label,state"])
def test_a_column_that_says_what_becomes_of_a_row(desk: Desk, server: PracticeServer, names: str) -> None:
    """It is never interpreted: a script takes such a table only where it names the column of the ids."""
    data = f"{names}\n{STATES}".encode()
    refused = _bind(desk, "list.csv", data)
    assert (refused.status, refused.out, server.requests) == (2, "", ())
    assert "在库 4 · 已报废 2" in refused.err
    assert "for example --id-column A" in refused.err
    done = _bind(desk, "list.csv", data, "--id-column", "A")
    assert (done.status, len(server.bound)) == (0, 6)
    assert f"{names.rpartition(',')[2]}: 在库 4 · 已报废 2" in done.err


LISTS = {
    'id_column = "Serial"\nlabel_column = "Room"': {"SPK26113F2001": "Hall", "SPK26113F2002": "Desk"},
    'id_column = "C"\nlabel_column = ""\nsheet = "Box 2"': {"SPK26113F2001": "3F2001", "SPK26113F2002": "3F2002"},
}
"""What stands in `[list]`, and what becomes of a table of two devices."""


@pytest.mark.parametrize("said", LISTS)
def test_what_the_profile_says_of_lists(desk: Desk, server: PracticeServer, said: str) -> None:
    """Its columns are taken, in a text and in the sheet that it names; an option goes before each of them."""
    rows = [
        ("Pos", "Article", "Serial", "Room"),
        (10, "X1", "SPK26113F2001", "Hall"),
        (20, "X2", "SPK26113F2002", "Desk"),
    ]
    (file,) = (desk.folder / "data" / "profiles").glob("*.toml")
    file.write_text(f"{file.read_text(encoding='utf-8')}\n[list]\n{said}\n", encoding="utf-8")
    text = "\n".join(",".join(map(str, row)) for row in rows)
    assert _bind(desk, "erp.csv", text.encode()).status == 0
    assert {name: binding.label for name, binding in server.bound.items()} == LISTS[said]
    book = Workbook()
    for name in ("Box 1", "Box 2"):
        sheet = book.create_sheet(name)
        for row in rows if name == "Box 2" else [("Serial", "Room"), ("SPK1", "x")]:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    sheet_option = () if "sheet" in said else ("--sheet", "Box 2")
    assert [*_bind(desk, "two.xlsx", data.getvalue(), *sheet_option).states] == [*LISTS[said]]
    other = _bind(desk, "erp.csv", text.encode(), "--id-column", "Article", "--label-column", "Pos", "--dry-run")
    assert "IDs are in column B, “Article”; labels from A" in other.err
    assert "There is no column" in _bind(desk, "a.csv", b"device_id\nA1\n").err


TWO = "".join(f"SPK26113F20{number:02},WH7K2M90{number:02}\n" for number in range(1, 7))


def test_a_list_in_doubt(desk: Desk, server: PracticeServer) -> None:
    """It is said which columns may have the ids, what is in them and which option settles it; nothing is sent."""
    done = _bind(desk, "two.csv", TWO.encode())
    assert (done.status, done.out, server.requests) == (2, "", ())
    assert "A (SPK26113F2001, SPK26113F2002, SPK26113F2003); B (WH7K2M9001" in done.err
    assert "for example --id-column A" in done.err
    assert "Nothing was sent." in done.err


def test_a_doubt_that_an_option_settles(desk: Desk, server: PracticeServer) -> None:
    """What was bound so is not remembered: the same file gives the same on every computer."""
    settled = _bind(desk, "two.csv", TWO.encode(), "--id-column", "B", "--label-column", "")
    assert (settled.status, list(server.bound)) == (0, [f"WH7K2M90{number:02}" for number in range(1, 7)])
    assert _bind(desk, "two.csv", TWO.encode()).status == 2


@pytest.mark.parametrize("name", ["GB18030", "gbk", "Gb_2312"])
def test_an_encoding_that_is_given(desk: Desk, server: PracticeServer, name: str) -> None:
    """Rare hanzi are read then; of a page it counts as well."""
    assert _bind(desk, "a.csv", RARE, "--encoding", name).states == {"A1": "bound"}
    page = "<html><meta charset=utf-8><table><tr><td>SN<td>name<tr><td>A2<td>𠮷㐂</table>".encode("gb18030")
    assert _bind(desk, "a.html", page, "--encoding", name).states == {"A2": "bound"}
    assert [binding.label for binding in server.bound.values()] == ["𠮷㐂䶵", "𠮷㐂"]
