"""There is an end to what is read."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.table.grid import MOST_CELLS, MOST_ROWS, Room


def test_room_is_taken_until_none_is_left() -> None:
    """Rows, cells and characters have their own."""
    room = Room(rows=2, cells=10, characters=100)
    room.take(characters=100)
    room.take(rows=2)
    room.take(cells=10)
    for more in ({"rows": 1}, {"cells": 1}, {"characters": 1}):
        with pytest.raises(BadInput, match=r"file\.too_large"):
            room.take(**more)


def test_a_full_sheet_has_room() -> None:
    """With nine columns; one row more has none."""
    room = Room()
    room.take(rows=MOST_ROWS, cells=9 * MOST_ROWS)
    assert 9 * MOST_ROWS < MOST_CELLS
    with pytest.raises(BadInput, match=r"file\.too_large"):
        room.take(rows=1)
