"""Long lists into the sheet, in pieces small enough that the window goes on breathing.

Owns the pieces, and that one undo takes all of them back. What a row becomes is decided in core.
"""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from bindtool.core.intake.intake import take_list

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bindtool.core.intake.intake import Arrival
    from bindtool.core.model.row import Source
    from bindtool.gui.sheet.document import SheetDesk

PIECE = 400
"""Rows: some 10 ms."""


async def take_in_pieces(desk: SheetDesk, arrivals: Iterable[Arrival], source: Source) -> bool:
    """Add a row for each of a list; return False where another sheet came onto the desk before the end.

    All is one edit, unless something else was edited in between: then what follows is another.
    """
    sheet, left, last = desk.sheet, iter(arrivals), None
    while piece := list(islice(left, PIECE)):
        if desk.sheet is not sheet:
            return False
        rows = desk.judged(take_list(sheet, piece, desk.stamp(source)))
        joined = last is not None and sheet.last_edit is last
        desk.do(partial(sheet.add, rows, joined=joined))
        last = sheet.last_edit
        await asyncio.sleep(0)
    return True
