"""A file is what is in it, and a name that says something else is told."""

from __future__ import annotations

import io

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.reader import kind_of
from bindtool.core.tabular.table.result import ListKind
from tests.core.tabular.books import ods_of, xls_of, xlsx_of, xlsx_parts, zipped

XLSX = xlsx_of([["A1"]])
XLS = xls_of([["A1"]])
ODS = ods_of("")
HTML = b"\xef\xbb\xbf\r\n<html><body><table><tr><td>A1</table>"
XML_OF_2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
SAMPLES = {ListKind.TEXT: b"A1\n", ListKind.XLSX: XLSX, ListKind.XLS: XLS, ListKind.ODS: ODS, ListKind.HTML: HTML}
ENDINGS = {
    ListKind.TEXT: ".csv",
    ListKind.XLSX: ".xlsx",
    ListKind.XLS: ".xls",
    ListKind.ODS: ".ods",
    ListKind.HTML: ".html",
}
ALIKE = {
    ListKind.TEXT: {".tsv", ".txt", ".xls", ".xlt"},
    ListKind.XLSX: {".xlsm", ".xltx", ".xltm"},
    ListKind.XLS: {".xlt"},
    ListKind.ODS: {".ots"},
    ListKind.HTML: {".htm", ".xls", ".xlt"},
}
"""Other endings that a kind may have."""


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_kind_is_seen(kind: ListKind) -> None:
    """Under its own name, under no name, and under one that says nothing."""
    for name in ("", f"list{ENDINGS[kind]}", f"LIST{ENDINGS[kind].upper()}", "list.dat", "list"):
        assert kind_of(SAMPLES[kind], name) is kind


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("ending", sorted({*ENDINGS.values()}.union(*ALIKE.values())))
def test_a_wrong_name_is_told(kind: ListKind, ending: str) -> None:
    """A list under the name of another kind is refused and says what it is; pages and texts may be called .xls."""
    if ending in {ENDINGS[kind]} | ALIKE[kind]:
        assert kind_of(SAMPLES[kind], f"list{ending}") is kind
        return
    with pytest.raises(BadInput) as caught:
        kind_of(SAMPLES[kind], f"list{ending}")
    assert caught.value.id == f"file.misnamed_{kind}"
    assert caught.value.title.values == {"ending": ending}


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"\x89PNG\r\n",
        b"\xff\xd8\xff\xe0",
        b"PK\x05\x06" + bytes(18),
        b"\xd0\xcf\x11\xe0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        zipped({"word/document.xml": ""}),
    ],
)
def test_what_is_no_list_is_told(data: bytes) -> None:
    """A document, a picture, an archive."""
    with pytest.raises(BadInput, match=r"file\.not_a_table"):
        kind_of(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + "EncryptedPackage".encode("utf-16-le")),
        ("list.ods", zipped({"mimetype": "", "META-INF/manifest.xml": "", "encrypted-package": b"x"})),
    ],
)
def test_what_needs_a_password_is_told(name: str, data: bytes) -> None:
    """A workbook with a password is a container of another kind, in which it lies."""
    with pytest.raises(BadInput, match=r"file\.encrypted"):
        kind_of(data, name)


@pytest.mark.parametrize(
    "data",
    [
        zipped({"xl/workbook.bin": b"\x83\x01"}),
        XML_OF_2003.encode(),
        f"\ufeff{XML_OF_2003}".encode("utf-16"),
        b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n",
    ],
)
def test_other_workbooks_are_told(data: bytes) -> None:
    """Binary, XML of 2003 and a web archive are rare, and Excel saves them anew."""
    with pytest.raises(BadInput, match=r"file\.other_workbook"):
        kind_of(data, "list.xls")


def test_half_a_file_is_told() -> None:
    """A download that broke off has no list of its parts."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        kind_of(XLSX[:-100])


def test_xml_that_is_no_page_is_text() -> None:
    """It is shown as what it is, and a list may begin with such a sign."""
    assert kind_of(b"<A1>\n") is ListKind.TEXT
    assert kind_of(b"A1\n<html>") is ListKind.TEXT


def test_parts_may_be_in_capitals() -> None:
    """Their case does not count."""
    parts = {name.upper(): content for name, content in xlsx_parts("").items()}
    assert kind_of(zipped(parts)) is ListKind.XLSX
    assert kind_of(io.BytesIO(ODS).getvalue()) is ListKind.ODS
