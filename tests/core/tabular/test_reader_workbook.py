"""Which sheet of several is meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.tabular.reader import choose_sheet
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import SheetName, Workbook


def _chosen(
    *sheets: Sequence[str], hidden: Sequence[int] = (), wanted: str | None = None
) -> tuple[int, tuple[str, ...]]:
    """Choose one of these sheets, of which each line is a row."""
    names = [SheetName(f"S{place}", hidden=place in hidden) for place in range(len(sheets))]
    grids = [
        Grid(tuple(GridRow(number, tuple(row.split("|"))) for number, row in enumerate(rows, 1))) for rows in sheets
    ]
    return choose_sheet(Workbook(names, grids), wanted, ReadingProgress())


LIST = ("SN|name", "A1|x", "A2|y")
DOUBT = ("SN|序列号", "A1|B1", "A2|B2")
NO_LIST = ("how to fill this in", "write below")


def test_the_sheet_with_the_clearest_ids_is_chosen() -> None:
    """Then the first one that may have ids, then the first one with anything in it, then the first."""
    assert _chosen(NO_LIST, DOUBT, LIST, ("SN",), ()) == (2, ())
    assert _chosen(NO_LIST, DOUBT, ("SN",)) == (1, ())
    assert _chosen((), NO_LIST, ("SN",)) == (1, ())
    assert _chosen((), ()) == (0, ())


def test_of_sheets_as_clear_as_each_other_the_others_are_named() -> None:
    """Both are lists, or both may be."""
    assert _chosen(LIST, NO_LIST, LIST, LIST) == (0, ("S2", "S3"))
    assert _chosen(NO_LIST, DOUBT, DOUBT) == (1, ("S2",))


def test_a_hidden_sheet_is_the_last_choice() -> None:
    """It is taken where there is no other, or where a person says so."""
    assert _chosen(NO_LIST, LIST, hidden=[1]) == (0, ())
    assert _chosen(NO_LIST, LIST, hidden=[0, 1]) == (1, ())
    assert _chosen(NO_LIST, LIST, hidden=[1], wanted="S1") == (1, ())


def test_a_sheet_that_is_not_there_is_told() -> None:
    """By its name, with those that are; a workbook without any is empty."""
    with pytest.raises(BadInput) as caught:
        _chosen(NO_LIST, wanted="S9")
    assert (caught.value.id, caught.value.title.values) == ("file.no_such_sheet", {"sheet": "S9", "sheets": "S0"})
    with pytest.raises(BadInput, match=r"file\.empty"):
        _chosen()
