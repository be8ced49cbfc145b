"""Tables come in whole: every encoding, delimiter and quote that a spreadsheet writes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.errors import BadInput
from bindtool.core.tabular import Table, TableRow, decode, read_clipboard, read_file, read_table

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "devices.csv"


def _devices(text: str) -> list[tuple[int, str, str]]:
    return [(row.line, row.device_id, row.label) for row in read_table(text.encode()).rows]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("编号".encode(), "utf-8"),
        ("编号".encode("utf-8-sig"), "utf-8-sig"),
        ("编号".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "编号".encode("utf-16-be"), "utf-16"),
        ("编号".encode("gbk"), "gb18030"),
        ("编号𠮷".encode("gb18030"), "gb18030"),
    ],
)
def test_an_encoding_is_found(data: bytes, encoding: str) -> None:
    """A byte order mark decides, then strict UTF-8, then what Chinese Excel writes."""
    decoded = decode(data)
    assert decoded.text.startswith("编号")
    assert decoded.encoding == encoding


@pytest.mark.parametrize("data", [b"caf\xe9\xff", b"\xef\xbb\xbf\xff", b"\xff\xfeA"])
def test_an_unreadable_encoding_is_told(data: bytes) -> None:
    """Bytes that no encoding gives are refused, and a wrong byte order mark is not guessed around."""
    with pytest.raises(BadInput, match=r"file\.encoding"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04xl/workbook.xml",
        b"%PDF-1.7",
        b"\x89PNG\r\n",
        b"\xd0\xcf\x11\xe0",
        b"\xff\xd8\xff\xe0",
        b"SQLite format 3\0",
        b"\xff\0\xff",
        "a\0b".encode("utf-16"),
        b"A" * 200_000,
    ],
)
def test_a_file_that_is_no_table_is_told(data: bytes) -> None:
    """A workbook, a picture, a document, a database: none is read as text."""
    with pytest.raises(BadInput, match=r"file\.not_a_table"):
        read_table(data)


@pytest.mark.parametrize("text", ["", "\ufeff", "\n \r\n, ,\n", "device_id,label\n", "设备ID\n\n"])
def test_a_file_without_a_row_is_told(text: str) -> None:
    """Nothing, blank lines and a header alone are an empty file."""
    with pytest.raises(BadInput, match=r"file\.empty"):
        read_table(text.encode())


def test_the_sample_sheet_is_read() -> None:
    """The sample that comes with the program is a table with a header."""
    table = read_table(SAMPLE.read_bytes())
    assert table.header
    assert table.delimiter == ","
    assert table.rows[0] == TableRow(2, "SPK26113F2001", "智能音箱-3F2001")
    assert len(table.rows) == len(SAMPLE.read_bytes().splitlines()) - 1


@pytest.mark.parametrize(
    "header", ["device_id", "DEVICE_ID", " 设备ID ", "设备id", "设备编号", "SN", "sn", "序列号", "\ufeff设备ＩＤ"]
)
@pytest.mark.parametrize("label", ["label", "标签", "名称", "设备名称"])
def test_a_header_names_the_columns(header: str, label: str) -> None:
    """Columns are found by either language's names, wherever they stand."""
    table = read_table(f"no,{label},{header}\n1,音箱,00000123\n".encode())
    assert table == Table((TableRow(2, "00000123", "音箱"),), header=True, delimiter=",", encoding="utf-8")


def test_a_header_may_name_no_label() -> None:
    """Without a label column every label is empty, whatever else the row holds."""
    assert _devices("device_id,colour\nA1,red\n") == [(2, "A1", "")]


def test_without_a_header_the_first_two_columns_count() -> None:
    """The first line is a device like the others."""
    table = read_table(b"A1,speaker\nA2,speaker 2\n")
    assert not table.header
    assert table.rows == (TableRow(1, "A1", "speaker"), TableRow(2, "A2", "speaker 2"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_one_id_a_line(end: str) -> None:
    """A list of ids needs no header and no delimiter; lines end as they like and blank ones do not count."""
    text = end.join(["00000123", "", "  ", "12345678901234567890", "A3"])
    assert _devices(text) == [(1, "00000123", ""), (4, "12345678901234567890", ""), (5, "A3", "")]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("A1\tx, y", "\t"),
        ("A1;Lautsprecher, klein", ";"),
        ("A1,x;y", ","),
        ('"A;1",x', ","),
        ('"A;\n1",x', ","),
        ('"A"";",x', ","),
        ("A0\nA1;x", ";"),
        ("A1", ""),
        ('"A1"', ""),
    ],
)
def test_a_delimiter_is_guessed(text: str, delimiter: str) -> None:
    """The first delimiter outside quotes decides, a tab before the others."""
    assert read_table(text.encode()).delimiter == delimiter


@pytest.mark.parametrize(
    "code",
    ['{"sn":"A1","mac":"AA"}', "SN:A1;MAC:AA", "https://iot.example/?sn=A1,2", "(01)06901234567892(21)A;1"],
)
def test_a_whole_code_a_line_is_not_taken_apart(code: str) -> None:
    """A list of QR texts stays one text a line, so that none of their parts is taken for an id."""
    assert _devices(f"{code}\n{code}\n") == [(1, code, ""), (2, code, "")]
    assert _devices(f"SN\n{code}\n") == [(2, code, "")]


def test_a_record_is_numbered_by_the_line_where_it_begins() -> None:
    """Line breaks in quotes count, so that a person finds the row."""
    text = 'device_id,label\r\nA1,"two\r\nlines"\r\nA2,"three\n\nlines"\r\nA3,x\r\n'
    assert _devices(text) == [(2, "A1", "two\r\nlines"), (4, "A2", "three\n\nlines"), (7, "A3", "x")]


def test_odd_rows_are_kept() -> None:
    """Too many cells, too few, no id: each row is there for a person to look at."""
    assert _devices("label,device_id\nx,A1,more\ny\nz,\n") == [(2, "A1", "x"), (3, "", "y"), (4, "", "z")]
    assert _devices("A1,x,more\n,y\n") == [(1, "A1", "x"), (2, "", "y")]


def test_ids_stay_as_they_stand() -> None:
    """Spaces, zeros and what a spreadsheet made of a number are not touched here."""
    assert _devices(' 001 ,x\n1.23E+11,y\n"a ""b""",z') == [
        (1, " 001 ", "x"),
        (2, "1.23E+11", "y"),
        (3, 'a "b"', "z"),
    ]


def test_an_apostrophe_before_a_formula_is_taken_off() -> None:
    """What a report added goes again, and no other apostrophe does."""
    assert _devices("'=A1,'@x\n'A2,''=y") == [(1, "=A1", "@x"), (2, "'A2", "'=y")]


@pytest.mark.parametrize("text", ['A1,x\n\nA2,"open\nA3,x\n', 'A1,x\n\n"A2"x,y\n'])
def test_broken_quotes_are_told_with_their_line(text: str) -> None:
    """A quote that does not end would swallow the rest of the file; the line where it begins is named."""
    with pytest.raises(BadInput) as caught:
        read_table(text.encode())
    assert caught.value.id == "file.broken_quotes"
    assert caught.value.title.values == {"line": 3}


def test_the_clipboard_of_an_editor() -> None:
    """One id a line; a comma is no delimiter here."""
    assert read_clipboard("A1\r\n\r\n A2,x\n") == (TableRow(1, "A1", ""), TableRow(3, " A2,x", ""))


def test_the_clipboard_of_a_spreadsheet() -> None:
    """Id TAB label, with or without the header, and a cell with a line break in quotes."""
    assert read_clipboard('A1\t"two\nlines"\nA2\tx') == (TableRow(1, "A1", "two\nlines"), TableRow(3, "A2", "x"))
    assert read_clipboard("标签\t设备ID\nx\tA1") == (TableRow(2, "A1", "x"),)


def test_quotes_on_the_clipboard_that_do_not_fit() -> None:
    """An inch mark at the start of a label costs nothing."""
    assert read_clipboard('A1\t"x\r\nA2\ty\rA3') == (
        TableRow(1, "A1", '"x'),
        TableRow(2, "A2", "y"),
        TableRow(3, "A3", ""),
    )


def test_an_empty_clipboard_gives_no_row() -> None:
    """Nothing to paste is nothing, not an error."""
    assert read_clipboard(" \n") == ()


@given(st.text(st.characters(exclude_categories=[])))
def test_any_clipboard_is_read(text: str) -> None:
    """No text raises, and no line with something in it is lost."""
    rows = read_clipboard(text)
    assert all(row.line >= 1 for row in rows)
    assert rows or not any(character.isalnum() for character in text) or len(text.splitlines()) == 1


@given(st.binary())
def test_any_file_is_read_or_refused(data: bytes) -> None:
    """Whatever the bytes are, there is a table or a message about the file."""
    try:
        table: Table | None = read_table(data)
    except BadInput as error:
        table, refusal = None, error.id
    assert table.rows if table else refusal.startswith("file.")


_id = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Cf"], exclude_characters="'"), min_size=1)


@given(st.lists(st.tuples(_id, _id), min_size=1), st.sampled_from([",", ";", "\t"]))
def test_what_csv_writes_is_read(devices: list[tuple[str, str]], delimiter: str) -> None:
    """Python's own writer is understood with each delimiter."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([("device_id", "label"), *devices])
    table = read_table(text.getvalue().encode())
    assert table.delimiter == delimiter
    assert [(row.device_id, row.label) for row in table.rows] == devices


def test_a_file_is_read_from_the_disk(tmp_path: Path) -> None:
    """What stands in it is read as a table."""
    path = tmp_path / "devices.csv"
    path.write_text("device_id,label\nA1,one\n", encoding="utf-8")
    assert read_file(path).rows == (TableRow(2, "A1", "one"),)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is named, with the system's own words."""
    with pytest.raises(BadInput) as caught:
        read_file(tmp_path / "missing.csv")
    assert caught.value.id == "file.unreadable"
    assert caught.value.title.values["path"] == str(tmp_path / "missing.csv")
