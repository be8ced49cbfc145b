"""The workbook is found wherever it lies in its container, and no reader is led around in circles."""

from __future__ import annotations

import struct

import pytest
from xlrd.compdoc import CompDocError

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.formats.xls import workbook_stream
from tests.core.tabular.books import xls_of
from tests.core.tabular.reading import read_list

WHOLE = xls_of([[f"A{number}"] for number in range(20)])
NAME = "Workbook\0".encode("utf-16-le")
SECTOR = 512
SHORT = 64
END = -2


def _numbers(data: bytes | bytearray, at: int, count: int) -> list[int]:
    return list(struct.unpack_from(f"<{count}i", data, at))


def _sector(number: int) -> int:
    """Return where a sector lies."""
    return SECTOR + SECTOR * number


def _table(data: bytes | bytearray) -> int:
    """Return where the table lies that says which sector follows on each."""
    return _sector(_numbers(data, 76, 1)[0])


def _begin_and_size(data: bytes | bytearray) -> tuple[int, int]:
    begin, size = _numbers(data, data.index(NAME) + 116, 2)
    return begin, size


def _short(after: list[int] | None = None) -> bytes:
    """Return a container whose workbook lies in short sectors, which follow on each other as said."""
    data = bytearray(WHOLE)
    begin, size = _begin_and_size(data)
    sectors = size // SHORT
    chain = [*range(1, sectors), END] if after is None else after
    added = (len(data) - SECTOR) // SECTOR
    root = _sector(_numbers(data, 48, 1)[0])
    struct.pack_into("<2i", data, root + 116, begin, size)
    struct.pack_into("<i", data, data.index(NAME) + 116, 0)
    struct.pack_into("<i", data, 56, size + 1)
    struct.pack_into("<2i", data, 60, added, 1)
    struct.pack_into("<i", data, _table(data) + 4 * added, END)
    return bytes(data) + struct.pack("<128i", *chain, *[END] * (128 - len(chain)))


def _in_pieces() -> bytes:
    """Return a container in which the third sector of the workbook lies at the end."""
    data = bytearray(WHOLE)
    begin, _ = _begin_and_size(data)
    moved, added = begin + 2, (len(data) - SECTOR) // SECTOR
    content = bytes(data[_sector(moved) : _sector(moved + 1)])
    data[_sector(moved) : _sector(moved + 1)] = bytes(SECTOR)
    table = _table(data)
    struct.pack_into("<2i", data, table + 4 * (moved - 1), added, END)
    struct.pack_into("<i", data, table + 4 * added, moved + 1)
    return bytes(data) + content


@pytest.mark.parametrize("data", [WHOLE, _short(), _in_pieces()])
def test_the_workbook_is_found_wherever_it_lies(data: bytes) -> None:
    """In one piece, in short sectors, and here and there."""
    begin, size = _begin_and_size(WHOLE)
    assert workbook_stream(data) == WHOLE[_sector(begin) :][:size]
    assert [row.device_id for row in read_list(data).rows] == [f"A{number}" for number in range(20)]


@pytest.mark.parametrize("after", [[0], [1, 0], [1, 2, 3, 1], [3, END, 1, 2, 5, 4]])
def test_a_workbook_that_leads_in_circles_is_refused(after: list[int]) -> None:
    """Wherever the circle begins: it would be read for ever."""
    with pytest.raises(ValueError, match="lead back"):
        workbook_stream(_short(after))
    with pytest.raises(BadInput, match=r"file\.damaged"):
        read_list(_short(after))


def test_a_chain_that_ends_is_no_circle() -> None:
    """Nor is one that is joined by another, and one that leads outside, where the library stops by itself."""
    assert workbook_stream(_short([1, 2, END, 2])) != b""
    with pytest.raises(CompDocError):
        workbook_stream(_short([1, 2, 999]))


@pytest.mark.parametrize("name", ["WORKBOOK", "Wor\N{KELVIN SIGN}book"])
def test_a_name_is_compared_as_the_library_does(name: str) -> None:
    """Whatever it finds is looked at before."""
    data = _short([1, 0]).replace(NAME, f"{name}\0".encode("utf-16-le"))
    with pytest.raises(ValueError, match="lead back"):
        workbook_stream(data)


def test_a_container_without_a_workbook_has_none() -> None:
    """A document of another program, for example."""
    data = WHOLE.replace(NAME, "Workbuch\0".encode("utf-16-le"))
    assert workbook_stream(data) == b""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        read_list(data + NAME)
