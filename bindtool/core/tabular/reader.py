"""Reads the rows of a file: detects its kind by its content, chooses the reader, and the sheet of a workbook.

It knows the signatures of each kind, and checks that the file's name agrees. Reading is up to that kind's reader in
`formats`.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import replace
from enum import IntEnum
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.common.safe_text import first_few
from bindtool.core.common.untrusted_input import read_error
from bindtool.core.tabular.columns.layout import recognise
from bindtool.core.tabular.columns.written import written_columns
from bindtool.core.tabular.formats.delimited import read_text_table
from bindtool.core.tabular.rows import find_unplaced, take_rows
from bindtool.core.tabular.table.result import (
    NO_COLUMN,
    NOTHING_CHOSEN,
    NOTHING_KNOWN,
    Choices,
    Known,
    ListKind,
    Opened,
    ReadList,
    Workbook,
)
from bindtool.core.tabular.text_encoding import decode

if TYPE_CHECKING:
    from typing import BinaryIO

    from bindtool.core.profiles.profile import ListRules
    from bindtool.core.tabular.table.grid import Grid


def choose_sheet(workbook: Workbook, wanted: str | None, progress: ReadingProgress) -> tuple[int, tuple[str, ...]]:
    """Return the index of the sheet with this name; without one, of the sheet with the clearest column of ids.

    Also the names of the others that are as clear, so that a person has to choose. If no sheet has ids, it is the
    first that is not empty. A hidden sheet is chosen by a person only, unless there is no other.

    Raises:
        BadInput: "file.no_such_sheet"; "file.empty" for a workbook without a sheet; those of `Workbook.grid`.
    """
    sheets = workbook.sheets
    if wanted is not None:
        place = next((at for at, sheet in enumerate(sheets) if sheet.name == wanted), None)
        if place is None:
            names = ", ".join(first_few((sheet.name for sheet in sheets), _MOST_SHOWN))
            raise BadInput("file.no_such_sheet", sheet=wanted, sheets=names)
        return place, ()
    places = [at for at, sheet in enumerate(sheets) if not sheet.hidden] or list(range(len(sheets)))
    if not places:
        raise BadInput("file.empty")
    if len(places) == 1:
        return places[0], ()
    ranks = {place: _rank(workbook.head(place, progress)) for place in places}
    best = max(places, key=lambda place: (ranks[place], -place))
    rivals = [place for place in places if place != best and ranks[place] == ranks[best]]
    return best, tuple(sheets[place].name for place in rivals) if ranks[best] > _Rank.FILLED else ()


class _Rank(IntEnum):
    """The suitability of a sheet's first rows as the list."""

    EMPTY = 0
    FILLED = 1
    IN_DOUBT = 2
    CLEAR = 3


def _rank(head: Grid) -> _Rank:
    layout = recognise(head)
    if not head.rows or head.rows[-1].number <= layout.header:
        return _Rank.FILLED if head.rows else _Rank.EMPTY
    if not layout.candidates:
        return _Rank.FILLED
    return _Rank.IN_DOUBT if layout.id_column == NO_COLUMN else _Rank.CLEAR


_MOST_SHOWN = 12
"""Sheets to name if the wanted one is not there."""

MOST_BYTES = 256 * 1024 * 1024
"""Of a file: fifty times a full sheet with id and label."""

_PIECE = 1024 * 1024

_NOBODY = ReadingProgress()


def read_rows(
    opened: Opened,
    choices: Choices = NOTHING_CHOSEN,
    known: Known = NOTHING_KNOWN,
    progress: ReadingProgress = _NOBODY,
) -> ReadList:
    """Return the list in the cells of a file or the clipboard, which may have no row.

    Raises:
        ReadingStopped: `progress` said so.
    """
    named = choices
    if choices.names_no_column and known.lists.id_column:
        named = _named_by_profile(opened, choices, known.lists)
    layout = recognise(opened.grid, named, known)
    if opened.unclear_sheet is not None and choices.sheet is None and choices.id_column is None:
        layout = replace(layout, id_column=NO_COLUMN, doubt=opened.unclear_sheet)
    if layout.id_column == NO_COLUMN:
        return ReadList(opened, layout, ())
    rows = take_rows(opened, layout, progress)
    return ReadList(opened, layout, rows, find_unplaced(opened.grid, layout, rows))


def _named_by_profile(opened: Opened, choices: Choices, lists: ListRules) -> Choices:
    """Return the choices of a profile for lists; those of the person if this list lacks such a column."""
    with suppress(BadInput):
        named = written_columns(opened.grid, lists.id_column, lists.label_column)
        return replace(choices, header=named.header, id_column=named.id_column, label_column=named.label_column)
    return choices


def open_list(
    source: Path | bytes, name: str = "", choices: Choices = NOTHING_CHOSEN, progress: ReadingProgress = _NOBODY
) -> Opened:
    """Read a file's cells. Arguments and errors are those of `read_rows`, except for a file without a row."""
    data = source if isinstance(source, bytes) else _content(source, progress.quietly())
    kind = kind_of(data, name if isinstance(source, bytes) else source.name)
    if kind is ListKind.TEXT:
        return _open_text(data, choices, progress)
    if kind is ListKind.HTML:
        return _open_page(data, choices, progress)
    return _open_sheet(kind, _workbook(kind, data, progress), choices, progress)


def _open_text(data: bytes, choices: Choices, progress: ReadingProgress) -> Opened:
    decoded = decode(data, choices.encoding)
    grid, delimiter = read_text_table(decoded.text, choices.delimiter, progress)
    return Opened(ListKind.TEXT, grid, decoded.encoding, delimiter, unclear=decoded.unclear)


def _open_page(data: bytes, choices: Choices, progress: ReadingProgress) -> Opened:
    from bindtool.core.tabular.formats.html import decode_page, read_html

    page = decode_page(data, choices.encoding)
    opened = _open_sheet(ListKind.HTML, read_html(page.text, progress), choices, progress)
    return replace(opened, encoding=page.encoding, unclear=page.unclear)


def _open_sheet(kind: ListKind, workbook: Workbook, choices: Choices, progress: ReadingProgress) -> Opened:
    place, rivals = choose_sheet(workbook, choices.sheet, progress.quietly())
    grid = workbook.grid(place, progress)
    return Opened(kind, grid, sheet=workbook.sheets[place].name, sheets=tuple(workbook.sheets), rivals=rivals)


def _workbook(kind: ListKind, data: bytes, progress: ReadingProgress) -> Workbook:
    """Import the reader only for a file that needs it."""
    if kind is ListKind.XLSX:
        from bindtool.core.tabular.formats.xlsx import XlsxWorkbook

        return XlsxWorkbook(data, progress)
    if kind is ListKind.XLS:
        from bindtool.core.tabular.formats.xls import XlsWorkbook

        return XlsWorkbook(data, progress)
    from bindtool.core.tabular.formats.ods import read_ods

    return read_ods(data, progress)


def read_limited(file: BinaryIO, progress: ReadingProgress = _NOBODY) -> bytes:
    """Return the rest of a file or a pipe, which may have no known size.

    Raises:
        BadInput: "file.too_large"; no more than that was read.
        OSError: it can't be read.
        ReadingStopped: `progress` says so.
    """
    data = bytearray()
    while piece := file.read(_PIECE):
        progress.at(0)
        data += piece
        if len(data) > MOST_BYTES:
            raise BadInput("file.too_large")
    return bytes(data)


def _content(path: Path, progress: ReadingProgress) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise BadInput("file.too_large")
            return read_limited(file, progress)
    except (OSError, ValueError) as error:
        raise read_error(path, error) from error


_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"\x1f\x8b",  # gzip
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
    b"PK",  # an empty zip, or a part of one
    b"\xd0\xcf\x11\xe0",
)
_HEAD = 4096
_HTML = rb"(?i)<(?:!doctype\s+html|html|head|meta|table)\b"
_OTHER_SHEET = re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet|^MIME-Version:", re.IGNORECASE)

_ENDINGS = MappingProxyType(
    {
        **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), (ListKind.TEXT,)),
        **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), (ListKind.XLSX,)),
        # Many ERP systems give this name to an HTML table or a text with tabs, and Excel opens it.
        **dict.fromkeys((".xls", ".xlt", ".et"), (ListKind.XLS, ListKind.HTML, ListKind.TEXT)),
        **dict.fromkeys((".ods", ".ots"), (ListKind.ODS,)),
        **dict.fromkeys((".html", ".htm"), (ListKind.HTML,)),
    }
)

_MISNAMED = MappingProxyType(
    {
        ListKind.TEXT: "file.misnamed_text",
        ListKind.XLSX: "file.misnamed_xlsx",
        ListKind.XLS: "file.misnamed_xls",
        ListKind.ODS: "file.misnamed_ods",
        ListKind.HTML: "file.misnamed_html",
    }
)


def kind_of(data: bytes, name: str = "") -> ListKind:
    """Return the kind of a file.

    Raises:
        BadInput: "file.not_a_table" for a picture and the like; "file.encrypted" with a password;
            "file.other_workbook" for an unsupported kind of workbook; "file.misnamed_<kind>" with `ending`
            if the name does not agree with the content; "file.damaged" for an incomplete archive.
    """
    kind = _kind(data)
    ending = PurePath(name).suffix.lower()
    if kind not in _ENDINGS.get(ending, (kind,)):
        raise BadInput(_MISNAMED[kind], ending=ending)
    return kind


def _kind(data: bytes) -> ListKind:
    if data.startswith(_ZIP):
        return _kind_of_archive(data)
    if data.startswith(_COMPOUND):
        return _kind_of_compound(data)
    if data.startswith(_OTHERS):
        raise BadInput("file.not_a_table")
    head = data[:_HEAD].replace(b"\0", b"")
    if _OTHER_SHEET.search(head):
        raise BadInput("file.other_workbook")
    starts = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
    return ListKind.HTML if starts and re.search(_HTML, head) else ListKind.TEXT


def _kind_of_archive(data: bytes) -> ListKind:
    # zipfile takes 10 ms to load, and most lists are text.
    from bindtool.core.tabular.formats.zip_xml import Archive

    names = Archive(data).names
    if "xl/workbook.bin" in names:
        raise BadInput("file.other_workbook")
    if any(name.startswith("xl/") for name in names):
        return ListKind.XLSX
    if "encrypted-package" in names:  # LibreOffice from 24.2 on: all parts lie in that one
        raise BadInput("file.encrypted")
    if {"content.xml", "meta-inf/manifest.xml"} <= names:
        return ListKind.ODS
    raise BadInput("file.not_a_table")


def _kind_of_compound(data: bytes) -> ListKind:
    """Decide by the names of the parts, which the file contains as UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise BadInput("file.encrypted")
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return ListKind.XLS
    raise BadInput("file.not_a_table")
