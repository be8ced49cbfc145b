"""Small files that were made to take a program's memory or its time.

What a reader does is counted: characters, cells, calls. No clock is asked.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import FrameType

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress, ReadingStopped
from bindtool.core.tabular.formats import zip_xml
from bindtool.core.tabular.formats.delimited import LONGEST_LINE, MOST_LINES, lines_of, read_text_table
from bindtool.core.tabular.formats.number_format import GENERAL, NumberFormat
from bindtool.core.tabular.formats.zip_xml import Archive, Handlers
from bindtool.core.tabular.reader import MOST_BYTES, open_list, read_limited
from bindtool.core.tabular.table import grid
from tests.core.tabular.books import ods_of, ods_rows, xls_of, xlsx_of, xlsx_parts, zipped
from tests.core.tabular.reading import read_list

CELL = '<row><c s="0"><v>7</v></c></row>'


def xlsx(sheet: str, **more: str) -> bytes:
    """Return a workbook with one sheet of these rows, as XML."""
    return zipped(xlsx_parts(f"<sheetData>{sheet}</sheetData>", **more))


def calls_of(names: set[str], act: Callable[[], object]) -> int:
    """Return how often functions of these names are called."""
    found = 0

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal found
        found += event == "call" and frame.f_code.co_name in names

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return found


# ---------------------------------------------------------------- number formats


def test_a_number_format_longer_than_excels_is_none() -> None:
    """Excel's has 255 characters; one of 900,000 took 60 s and 1.2 GB, and shows the number as it is now."""
    assert NumberFormat.parse("0" * 256) is GENERAL
    assert NumberFormat.parse("0" * 255).whole == ("0",) * 255
    styles = f'<numFmts><numFmt numFmtId="164" formatCode="{"0" * 900_000}"/></numFmts>'
    styles += '<cellXfs><xf numFmtId="164"/></cellXfs>'
    assert read_list(xlsx(CELL, styles=styles)).rows[0].device_id == "7"


def test_a_number_format_is_taken_apart_once() -> None:
    """Thousands of styles with the same one cost as much as one."""
    styles = f'<numFmts><numFmt numFmtId="164" formatCode="{"0" * 200}"/></numFmts>'
    alike = '<xf numFmtId="164"/>' * 5000
    data = xlsx(CELL, styles=f"{styles}<cellXfs>{alike}</cellXfs>")
    read_list(xlsx(CELL))  # what a process parses once is none of it
    assert calls_of({"parse"}, lambda: read_list(data)) == 1


# ---------------------------------------------------------------- memory


@pytest.mark.parametrize("kind", ["xlsx", "ods", "html"])
def test_a_text_that_many_cells_share_counts_for_each(kind: str) -> None:
    """Cells that all have the same long text, or a row that is repeated, fill neither memory nor time."""
    long, times = "x" * grid.LONGEST_CELL, grid.MOST_CHARACTERS // grid.LONGEST_CELL + 1
    made = {
        "xlsx": lambda: xlsx('<row><c t="s"><v>0</v></c></row>' * times, strings=f"<si><t>{long}</t></si>"),
        "ods": lambda: ods_of(
            f'<table:table table:name="a"><table:table-row table:number-rows-repeated="{times}">'
            f"<table:table-cell><text:p>{long}</text:p></table:table-cell></table:table-row></table:table>"
        ),
        "html": lambda: b"<html><table><tr><td rowspan=9999>" + long.encode() + b"<tr><td><td>y" * times,
    }
    with pytest.raises(BadInput, match=r"file\.too_large"):
        read_list(made[kind]())


def test_spaces_that_are_counted_fill_no_memory() -> None:
    """A workbook says "1,000 spaces" in thirty characters, as often as it likes."""
    spaces = '<text:s text:c="1000"/>' * (grid.MOST_CHARACTERS // 1000 + 1)
    table = f"<table:table><table:table-row><table:table-cell><text:p>{spaces}</text:p></table:table-cell>"
    with pytest.raises(BadInput, match=r"file\.(too_large|hostile)"):
        read_list(ods_of(f"{table}</table:table-row></table:table>"))


@pytest.mark.parametrize("kind", ["xlsx", "ods", "html"])
def test_sheets_without_end(kind: str) -> None:
    """More sheets than any spreadsheet has are not opened."""
    book = xlsx_parts(CELL)
    sheet = '<sheet name="S1" sheetId="1" r:id="r1"/>'
    book["xl/workbook.xml"] = book["xl/workbook.xml"].replace(sheet, sheet * (grid.MOST_SHEETS + 1))
    made = {
        "xlsx": lambda: zipped(book),
        "ods": lambda: ods_of("".join(f'<table:table table:name="{n}"/>' for n in range(grid.MOST_SHEETS + 1))),
        "html": lambda: b"<html>" + b"<table><tr><td>" * (grid.MOST_SHEETS + 1),
    }
    with pytest.raises(BadInput, match=r"file\.too_large"):
        read_list(made[kind]())


def test_columns_without_end() -> None:
    """A line of a text has no more columns than a sheet; no name of one is looked for beyond them."""
    line = ",".join("a" * (grid.MOST_COLUMNS + 1))
    with pytest.raises(BadInput, match=r"file\.too_large"):
        read_list(line.encode())


def test_an_archive_of_very_many_parts_is_not_opened() -> None:
    """Its directory alone would fill the memory."""
    data = zipped({"part.xml": "<a/>"}) + b"PK\x01\x02" * zip_xml.MOST_PARTS
    with pytest.raises(BadInput, match=r"file\.hostile"):
        Archive(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_that_is_packed_otherwise_is_not_unpacked(method: int) -> None:
    """No spreadsheet packs so, and one block of it unpacks to any size."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        Archive(zipped({"part.xml": "<a/>"}, method)).read_xml("part.xml", Handlers({}), ReadingProgress())


def test_a_name_with_a_very_long_namespace_is_refused() -> None:
    """It would be spelt out for each element."""
    with pytest.raises(BadInput, match=r"file\.hostile"):
        Archive(zipped({"part.xml": f'<a xmlns="{"n" * 2000}"><b/><b/></a>'})).read_xml(
            "part.xml", Handlers({}), ReadingProgress()
        )


class Endless(io.RawIOBase):
    """A device that never ends."""

    def read(self, size: int = -1) -> bytes:
        """Give all that was asked for."""
        assert size > 0
        return bytes(size)


def test_a_file_without_an_end_is_left() -> None:
    """/dev/zero and standard input say no size: no more than a list has is read of them; Stop reaches it."""
    with pytest.raises(BadInput, match=r"file\.too_large"):
        read_limited(Endless())  # type: ignore[arg-type]  # of a file, reading is all that is asked
    with pytest.raises(ReadingStopped):
        read_limited(Endless(), ReadingProgress(cancelled=lambda: True))  # type: ignore[arg-type]  # the same
    assert read_limited(io.BytesIO(b"x" * 10)) == b"x" * 10
    assert MOST_BYTES > 10


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_list_from_a_pipe(tmp_path: Path) -> None:
    """What another program writes is read to its end."""
    pipe = tmp_path / "list.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"A1\nA2\n"))
    writer.start()
    assert [row.device_id for row in read_list(pipe).rows] == ["A1", "A2"]
    writer.join()


def test_a_long_line_is_refused_before_it_is_copied() -> None:
    """A file of 200 MB without a line break took 1.4 GB: a copy of it has four bytes for each character."""
    text = "x" * (2 * LONGEST_LINE)
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match=r"file\.not_a_table"):
            read_text_table(text, None, ReadingProgress())
        assert tracemalloc.get_traced_memory()[1] < LONGEST_LINE
    finally:
        tracemalloc.stop()


def test_a_text_longer_than_a_line_may_be() -> None:
    """Its lines count, whatever ends them."""
    for end in ("\n", "\r"):
        table, _ = read_text_table(("A" * 5000 + end) * (LONGEST_LINE // 5000 + 1), None, ReadingProgress())
        assert len(table.rows) == LONGEST_LINE // 5000 + 1


def test_a_long_text_is_not_copied_as_a_whole() -> None:
    """Line for line it costs what a line takes."""
    text = ("x" * 30_000 + "\n") * 1000
    tracemalloc.start()
    try:
        assert sum(map(len, lines_of(text))) == len(text)
        assert tracemalloc.get_traced_memory()[1] < len(text) // 10
    finally:
        tracemalloc.stop()


# ---------------------------------------------------------------- time


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_blank_lines_without_end_are_not_gone_through(end: str) -> None:
    """30 MB of them took half a minute; a list with some thousands of them is read."""

    def read() -> None:
        with pytest.raises(BadInput, match=r"file\.too_large"):
            read_text_table(f"A1{end}{end * MOST_LINES}", None, ReadingProgress())

    assert calls_of({"records"}, read) == 0
    table, _ = read_text_table(f"A1{end}{end * 5000}A2", None, ReadingProgress())
    assert [row.number for row in table.rows] == [1, 5002]


@pytest.mark.parametrize("mark", ["<!--", "<!-- x ", "</a ", "<![CDATA[", "<a b='", "<?"])
def test_markup_that_does_not_end_is_looked_at_once(mark: str) -> None:
    """250,000 × `<!--` took 333 s in one call: each mark was tried anew at the end of the page."""
    page = f"<html><table><tr><td>A1</table>{mark * 5000}".encode()
    names = {"parse_comment", "parse_html_declaration", "parse_endtag", "parse_starttag", "parse_pi"}
    assert calls_of(names, lambda: read_list(page)) < 50


@pytest.mark.parametrize("harm", [f"&#{'1' * 5000};", f"<td title='&#{'1' * 5000};'>"])
def test_markup_that_pythons_parser_gives_up_on(harm: str) -> None:
    """It is a damaged file, and no fault of the program."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        read_list(f"<html><table><tr><td>A1{harm} </table>".encode())


def test_markup_that_some_pythons_give_up_on() -> None:
    """Python's parser fails on this up to some release: then it is a damaged file, and otherwise a list."""
    said = ""
    try:
        read_list(b"<html><table><tr><td>A1<![< </table>")
    except BadInput as error:
        said = error.id
    assert said in {"", "file.damaged"}


def lists() -> dict[str, bytes]:
    """Return a list of each kind, with what takes time in it."""
    rows = [[f"A{number}"] for number in range(1500)]
    merged = "".join(f'<mergeCell ref="A{number}:A{number + 1}"/>' for number in range(1, 300))
    cells = "".join(f'<row r="{number}"><c><v>{number}</v></c></row>' for number in range(1, 1500))
    return {
        "blank lines": b"\n" * 5000 + b"A1\n",
        "text": b"".join(f"A{number}\n".encode() for number in range(3000)),
        "xlsx": zipped(xlsx_parts(f"<sheetData>{cells}</sheetData><mergeCells>{merged}</mergeCells>")),
        "xls": xls_of(rows),
        "ods": ods_rows(rows),
        "html": b"<html><table>" + b"<tr><td rowspan=2>A1" * 1000,
    }


@pytest.mark.long
@pytest.mark.parametrize("kind", ["blank lines", "html", "ods", "text", "xls", "xlsx"])
def test_every_reader_stops_wherever_it_is_stopped(kind: str) -> None:
    """It asks again and again whether anybody still waits, and ends at once where nobody does."""
    data = lists()[kind]
    asked = count()
    read_list(data, progress=ReadingProgress(cancelled=lambda: next(asked) < 0))
    times = next(asked)
    assert times >= 5
    for at in range(times):
        asked = count()
        with pytest.raises(ReadingStopped):
            read_list(data, progress=ReadingProgress(cancelled=lambda at=at, asked=asked: next(asked) >= at))  # type: ignore[misc]  # bound now


@pytest.mark.parametrize(
    ("kind", "steps", "last"), [("html", 4, 0.9), ("ods", 4, 1), ("text", 3, 0.6), ("xlsx", 4, 1)]
)
def test_every_reader_says_how_far_it_is(kind: str, steps: int, last: float) -> None:
    """Its share grows step by step, to nearly all."""
    long = {
        "html": b"<html><table>" + b"<tr><td>A1" * 10_000,
        "ods": ods_rows([f"A{number * 7919}"] for number in range(3000)),
        "text": b"A1,x\n" * 3000,
        "xlsx": xlsx_of([f"SPK{number * 7919}", f"x{number}"] for number in range(3000)),
    }
    heard: list[float] = []
    open_list(long[kind], progress=ReadingProgress(heard.append))
    assert heard == sorted(heard)
    assert len({round(share, 1) for share in heard}) >= steps
    assert last <= heard[-1] <= 1
