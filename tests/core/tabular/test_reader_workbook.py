"""Which sheet of several is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.tabular.reader import choose_sheet
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import SheetName, Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence


def _chosen(*cells: tuple[str, ...], hidden: Sequence[int] = (), wanted: str | None = None) -> int:
    sheets = [SheetName(f"S{place}", hidden=place in hidden) for place in range(len(cells))]
    grids = [Grid((GridRow(1, row),) if row else ()) for row in cells]
    return choose_sheet(Workbook(sheets, grids), wanted, ReadingProgress())


def test_the_sheet_that_names_most_is_chosen() -> None:
    """Then the first one that names ids, then the first one with anything in it, then the first."""
    assert _chosen(("x",), ("SN",), ("SN", "name"), ("SN", "name")) == 2
    assert _chosen(("x",), ("SN",), ("SN",)) == 1
    assert _chosen((), ("x",), ("y",)) == 1
    assert _chosen((), ()) == 0


def test_a_hidden_sheet_is_the_last_choice() -> None:
    """It is taken where there is no other, or where a person says so."""
    assert _chosen(("x",), ("SN", "name"), hidden=[1]) == 0
    assert _chosen(("x",), ("SN",), hidden=[0, 1]) == 1
    assert _chosen(("x",), ("SN",), hidden=[1], wanted="S1") == 1


def test_a_sheet_that_is_not_there_is_told() -> None:
    """By its name, with those that are; a workbook without any is empty."""
    with pytest.raises(BadInput) as caught:
        _chosen(("x",), wanted="S9")
    assert (caught.value.id, caught.value.title.values) == ("file.no_such_sheet", {"sheet": "S9", "sheets": "S0"})
    with pytest.raises(BadInput, match=r"file\.empty"):
        _chosen()
