"""No reader is led around in circles."""

from __future__ import annotations

import struct

import pytest

from bindtool.core.errors import BadInput
from bindtool.core.tabular.compound import goes_in_circles
from bindtool.core.tabular.opening import read_list
from tests.core.tabular.books import xls_of

WHOLE = xls_of([["A1"]])


def _short(*after: int, table_at: int | None = None) -> bytes:
    """Return a workbook that says it is short, with this table of short sectors at its end."""
    data = bytearray(WHOLE)
    entry = data.index("Workbook\0".encode("utf-16-le"))
    struct.pack_into("<i", data, entry + 120, 1000)
    struct.pack_into("<i", data, 60, (len(data) - 512) // 512 if table_at is None else table_at)
    return bytes(data) + struct.pack("<128i", *after, *[-2] * (128 - len(after)))


@pytest.mark.parametrize("after", [(0,), (1, 0), (1, 2, 3, 1), (3, -2, 1, 2, 5, 4)])
def test_a_chain_that_bites_its_tail_is_told(after: tuple[int, ...]) -> None:
    """Wherever the circle begins."""
    assert goes_in_circles(_short(*after))


def test_a_workbook_that_leads_in_circles_is_refused() -> None:
    """It would be read for ever."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        read_list(_short(*range(128)))


def test_a_chain_that_ends_is_no_circle() -> None:
    """Nor is one that is joined by another, and one that leads outside."""
    assert not goes_in_circles(_short(1, 2, -2, 2, 999))
    assert not goes_in_circles(_short(table_at=-2))
    assert not goes_in_circles(WHOLE)


def test_a_table_that_goes_in_circles_itself_ends() -> None:
    """It is no larger than its file."""
    data = bytearray(_short())
    last = (len(data) - 1024) // 512
    sectors = 512 + 512 * struct.unpack_from("<i", data, 76)[0]
    struct.pack_into("<i", data, sectors + 4 * last, last)
    assert not goes_in_circles(bytes(data))


def test_a_table_that_is_not_there_leads_nowhere() -> None:
    """Nothing is followed."""
    assert goes_in_circles(_short(table_at=9999))
    assert goes_in_circles(b"")
