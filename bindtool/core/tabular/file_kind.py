"""What kind of file a list is, by its content, and whether its name says the same.

It knows the marks of each kind. Reading it is up to that kind's reader in `formats`.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from types import MappingProxyType

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.table.result import ListKind

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
    b"PK",  # a zip that is empty, or a part of one
    b"\xd0\xcf\x11\xe0",
)
_HEAD = 4096
_HTML = rb"(?i)<(?:!doctype\s+html|html|head|meta|table)\b"
_OTHER_SHEET = re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet|^MIME-Version:", re.IGNORECASE)

_ENDINGS = MappingProxyType(
    {
        **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), (ListKind.TEXT,)),
        **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), (ListKind.XLSX,)),
        # Many an ERP system calls a table of HTML so, or a text with tabs, and Excel opens it.
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
    """Return what a file is.

    Raises:
        BadInput: "file.not_a_table" for a picture and the like; "file.encrypted" with a password;
            "file.other_workbook" for a workbook of a kind that is not read; "file.misnamed_<kind>" with `ending`
            where the name says something else than what is in the file; "file.damaged" for half an archive.
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
    """The names of the parts stand in the file as UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise BadInput("file.encrypted")
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return ListKind.XLS
    raise BadInput("file.not_a_table")
