"""Workbooks are unpacked without trusting them."""

from __future__ import annotations

import io
import zipfile

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.tabular.formats.zip_xml import MOST_BYTES, Archive, Handlers, path_of
from tests.core.tabular.books import zipped


def _read(content: str | bytes, progress: ReadingProgress | None = None) -> list[str]:
    heard: list[str] = []
    handlers = Handlers(
        {"urn:x d": lambda attributes: heard.append(str(attributes))},
        {"urn:x a": lambda: heard.append(handlers.take())},
        ["urn:x b"],
        ["urn:x c"],
        between="+",
    )
    Archive(zipped({"Part.xml": content})).read_xml("part.XML", handlers, progress or ReadingProgress())
    return heard


def test_a_part_is_taken_apart() -> None:
    """Elements are known by their namespace, whatever the prefix; case does not count in names of parts."""
    assert _read('<z:a xmlns:z="urn:x"><z:d n="1"/><d n="2"/></z:a>') == ["{'n': '1'}", ""]


def test_text_is_kept_of_some_elements() -> None:
    """What stands in the others is left out, and what parts two is put between them."""
    text = "<b>t<e>u</e><c>no<b>no</b></c>v</b>no<c><b>no</b></c><b>w</b>"
    assert _read(f'<a xmlns="urn:x">{text}</a>') == ["tuv+w"]


def test_only_what_is_wanted_is_called() -> None:
    """Ends and text can be left out."""
    heard: list[object] = []
    archive = Archive(zipped({"part.xml": "<a><b/>text</a>"}))
    archive.read_xml("part.xml", Handlers({"b": heard.append}), ReadingProgress())
    assert heard == [{}]


def test_a_part_that_is_not_there() -> None:
    """It has nothing in it and no size."""
    archive = Archive(zipped({"a": "123"}))
    archive.read_xml("b", Handlers({}), ReadingProgress())
    assert ("A" in archive, "b" in archive, archive.size("a"), archive.size("b")) == (True, False, 3, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
    ],
)
def test_entities_are_not_even_looked_at(document_type: str, encoding: str) -> None:
    """Ones that explode and ones that fetch files are refused in every encoding."""
    content = f'<?xml version="1.0" encoding="{encoding}"?>{document_type}<a>&c;</a>'
    with pytest.raises(BadInput, match=r"file\.hostile"):
        _read(content.encode(encoding))


def test_a_bomb_is_not_unpacked() -> None:
    """Ten megabytes of nothing in ten kilobytes were packed to harm; they are judged by what the archive says."""
    with pytest.raises(BadInput, match=r"file\.hostile"):
        _read(" " * 10_000_000)


@pytest.mark.parametrize(
    "content",
    [
        "".join(f"<a{number}>" for number in range(200)),
        "<a " + "".join(f"a{number}='{number * 7919}' " for number in range(150_000)),
        "<a b='" + "".join(f"{number * 7919} " for number in range(300_000)),
        "<!--" + "".join(f"{number * 7919} " for number in range(300_000)),
    ],
)
def test_xml_that_is_made_to_take_long_is_refused(content: str) -> None:
    """Elements in elements without end, a tag and a comment that do not end: none is waited for."""
    with pytest.raises(BadInput, match=r"file\.hostile"):
        _read(content)


def test_a_part_beyond_all_measure_is_not_unpacked() -> None:
    """Its size stands in the archive, so none of it is read."""
    data = bytearray(zipped({"part.xml": bytes(8)}, zipfile.ZIP_STORED))
    size = (MOST_BYTES + 1).to_bytes(4, "little")
    directory = data.index(b"PK\x01\x02")
    data[directory + 20 : directory + 28] = size + size
    with pytest.raises(BadInput, match=r"file\.too_large"):
        Archive(bytes(data)).read_xml("part.xml", Handlers({}), ReadingProgress())


def test_a_part_cannot_be_larger_than_it_says() -> None:
    """A false size ends the reading there."""
    data = bytearray(zipped({"part.xml": "<a>" + "x" * 10_000 + "</a>"}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    with pytest.raises(BadInput, match=r"file\.damaged"):
        Archive(bytes(data)).read_xml("part.xml", Handlers({}), ReadingProgress())


def test_a_locked_part_is_told() -> None:
    """A zip may have a password of its own."""
    data = bytearray(zipped({"part.xml": "<a/>"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadInput, match=r"file\.encrypted"):
        Archive(bytes(data)).read_xml("part.xml", Handlers({}), ReadingProgress())


@pytest.mark.parametrize(
    "content",
    ["", "<a>", "<a></b>", "no xml", "<a>\0</a>", "<a>&b;</a>", "<?xml version='1.0' encoding='utf48'?><a/>"],
)
def test_broken_xml_is_told(content: str) -> None:
    """Half a part, another one's end, no part at all, an entity that nobody made."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        _read(content)


def test_a_broken_archive_is_told() -> None:
    """Bytes that changed on the way, a way of packing that nobody knows, and no archive at all."""
    whole = zipped({"part.xml": "<a>" + "".join(map(chr, range(40, 59))) * 50 + "</a>"})
    spoilt = bytearray(whole)
    spoilt[45:50] = b"\xff\xff\xff\xff\xff"
    strange = bytearray(whole)
    directory = strange.index(b"PK\x01\x02")
    strange[directory + 10] = strange[8] = 99
    for data in (bytes(spoilt), bytes(strange)):
        with pytest.raises(BadInput, match=r"file\.damaged"):
            Archive(data).read_xml("part.xml", Handlers({}), ReadingProgress())
    misnamed = bytearray(whole)
    misnamed[7] |= 8
    misnamed[30] = 0xFF
    with pytest.raises(BadInput, match=r"file\.damaged"):
        Archive(bytes(misnamed)).read_xml("part.xml", Handlers({}), ReadingProgress())
    with pytest.raises(BadInput, match=r"file\.damaged"):
        Archive(b"PK\x03\x04")


@pytest.mark.parametrize(
    ("base", "target", "path"),
    [
        ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/workbook.xml", "/xl/sheet1.xml", "xl/sheet1.xml"),
        ("xl/a/b.xml", "../sheet1.xml", "xl/sheet1.xml"),
        ("", "xl/workbook.xml", "xl/workbook.xml"),
        ("a.xml", "../../../b.xml", "b.xml"),
    ],
)
def test_parts_name_each_other(base: str, target: str, path: str) -> None:
    """From where they lie, or from the top; nothing lies outside."""
    assert path_of(base, target) == path


def test_an_archive_is_only_read() -> None:
    """Nothing of it is written to a disk, so no name in it can lead anywhere."""
    data = zipped({"../../outside.xml": "<a/>"})
    Archive(data).read_xml("../../outside.xml", Handlers({}), ReadingProgress())
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["../../outside.xml"]
