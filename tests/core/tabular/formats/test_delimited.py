"""Text comes in whole: every delimiter and quote that a spreadsheet writes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.errors import BadInput
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.formats.delimited import LONGEST_FIELD
from bindtool.core.tabular.table.result import Choices, ListRow, ReadList
from tests.checkout import ROOT
from tests.core.tabular.reading import read_list

SAMPLE = ROOT / "resources" / "sample" / "devices.csv"


def _devices(text: str) -> list[tuple[int, str, str]]:
    return [(row.number, row.device_id, row.label) for row in read_list(text.encode()).rows]


@pytest.mark.parametrize(
    "data", [b"SQLite format 3\0", b"\xff\0\xff", "a\0b".encode("utf-16"), b"A" * LONGEST_FIELD * 2]
)
def test_a_file_that_is_no_text_is_told(data: bytes) -> None:
    """A database and a line that never ends are no lists."""
    with pytest.raises(BadInput, match=r"file\.not_a_table"):
        read_list(data)


@pytest.mark.parametrize("text", ["", "\ufeff", "\n \r\n, ,\n", "device_id,label\n", "设备ID\n\n"])
def test_a_file_without_a_row_is_told(text: str) -> None:
    """Nothing, blank lines and a header alone are an empty file."""
    with pytest.raises(BadInput, match=r"file\.empty"):
        read_list(text.encode())


def test_the_sample_sheet_is_read() -> None:
    """The sample that comes with the program is a table with a header."""
    found = read_list(SAMPLE)
    assert (found.layout.header, found.opened.delimiter) == (1, ",")
    assert found.rows[0] == ListRow(2, "SPK26113F2001", "智能音箱-3F2001")
    assert len(found.rows) == len(SAMPLE.read_bytes().splitlines()) - 1


def test_without_a_header_the_first_two_columns_count() -> None:
    """The first line is a device like the others."""
    found = read_list(b"A1,speaker\nA2,speaker 2\n")
    assert found.layout.header == 0
    assert found.rows == (ListRow(1, "A1", "speaker"), ListRow(2, "A2", "speaker 2"))


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
        ("A1|x", ""),
        ("设备ID|名称\nA1|x, y", "|"),
        ('2026-11, list\n"SN";"name"\nA1;x', ";"),
    ],
)
def test_a_delimiter_is_guessed(text: str, delimiter: str) -> None:
    """The header's decides, else the first one outside quotes, a tab before the others; a pipe needs a header."""
    assert read_list(text.encode()).opened.delimiter == delimiter


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|", ""])
def test_a_delimiter_may_be_chosen(delimiter: str) -> None:
    """What a person says goes before the guess."""
    text = "A1\tb,c;d|e"
    found = read_list(text.encode(), choices=Choices(delimiter=delimiter, id_column=0))
    assert found.opened.delimiter == delimiter
    assert found.rows[0].device_id == (text.split(delimiter, maxsplit=1)[0] if delimiter else text)


@pytest.mark.parametrize(
    "code", ['{"sn":"A1","mac":"AA"}', "SN:A1;MAC:AA", "https://iot.example/?sn=A1,2", "(01)06901234567892(21)A;1"]
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
    assert _devices("A1,x\n,y\nA3,z,7\n") == [(1, "A1", "x"), (2, "", "y"), (3, "A3", "z")]


def test_ids_stay_as_they_stand() -> None:
    """Spaces, zeros and what a spreadsheet made of a number are not touched here."""
    assert _devices('device_id,label\n 001 ,x\n1.23E+11,y\n"a ""b""",z') == [
        (2, " 001 ", "x"),
        (3, "1.23E+11", "y"),
        (4, 'a "b"', "z"),
    ]


def test_an_apostrophe_before_a_formula_is_taken_off() -> None:
    """What a report added goes again, and no other apostrophe does."""
    assert _devices("'=A1,'@x\n'A2,''=y") == [(1, "=A1", "@x"), (2, "'A2", "'=y")]


@pytest.mark.parametrize("text", ['A1,x\n\nA2,"open\nA3,x\n', 'A1,x\n\n"A2"x,y\n'])
def test_broken_quotes_are_told_with_their_line(text: str) -> None:
    """A quote that does not end would swallow the rest of the file; the line where it begins is named."""
    with pytest.raises(BadInput, match=r"file\.broken_quotes") as caught:
        read_list(text.encode())
    assert caught.value.title.values == {"line": 3}


_MEGABYTE = "x" * 1024 * 1024


@pytest.mark.parametrize(
    ("text", "delimiter", "refused"),
    [
        (f"A1,x\nA2,{_MEGABYTE}\nA3,z\n", ",", "B2"),
        (f"{_MEGABYTE},A2\nA1,x\n", ",", "A1"),
        (f"{_MEGABYTE}\nA1\n", "", "A1"),
        ('A0;x\n"' + "x\n" * 100_000 + '";A2\nA1;x\n', ";", "A2"),
        (f"SN\tname\tremark\nA1\tx\t{_MEGABYTE}\n", "\t", ""),
    ],
)
def test_a_cell_of_a_megabyte_is_its_rows_problem(text: str, delimiter: str, refused: str) -> None:
    """The other rows come in, whatever line it stands in, and so does its own where nobody needs the cell."""
    found = read_list(text.encode())
    assert found.opened.delimiter == delimiter
    assert [row.place for row in found.refused] == [refused] * bool(refused)
    assert all(row.refused.reason is HoldReason.CELL_LONG for row in found.refused if row.refused is not None)
    assert "A1" in {row.device_id for row in found.rows if row.refused is None}
    assert found.opened.grid.width < 4
    assert max(len(cell) for row in found.opened.grid.rows for cell in row.cells) <= 40


def test_a_quote_that_does_not_end_is_told_in_a_long_file_too() -> None:
    """Its end is not looked for in all of it."""
    with pytest.raises(BadInput, match=r"file\.broken_quotes"):
        read_list(('A1\n"A2\n' + "x\n" * LONGEST_FIELD).encode())


def test_cells_without_end_are_refused() -> None:
    """Lines of nothing but delimiters fill no memory."""
    with pytest.raises(BadInput, match=r"file\.too_large"):
        read_list((b"x" + b"," * 60_000 + b"\n") * 170)


@given(st.binary())
def test_any_file_is_read_or_refused(data: bytes) -> None:
    """Whatever the bytes are, there is a list or a message about the file."""
    try:
        found: ReadList | None = read_list(data)
    except BadInput as error:
        found, refusal = None, error.id
    assert found.rows or found.layout.doubt if found else refusal.startswith("file.")


_id = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Cf"], exclude_characters="'"), min_size=1
).filter(
    lambda text: any(map(str.isalnum, text))  # else it may be one that nobody can see
)


@given(st.lists(st.tuples(_id, _id), min_size=1), st.sampled_from([",", ";", "\t", "|"]))
def test_what_csv_writes_is_read(devices: list[tuple[str, str]], delimiter: str) -> None:
    """Python's own writer is understood with each delimiter."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([("device_id", "label"), *devices])
    found = read_list(text.getvalue().encode())
    assert found.opened.delimiter == delimiter
    assert [(row.device_id, row.label) for row in found.rows] == devices
