"""Whether a list that was read by guesses may go in at once, or somebody should look at it first.

Owns that decision. What is guessed is for `layout` and the readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.tabular.table.result import NO_HEADER, Kind

if TYPE_CHECKING:
    from bindtool.core.tabular.table.result import ReadList

_ID_AND_LABEL = 2


def is_certain(read: ReadList) -> bool:
    """Tell whether nothing in a list needs a look.

    Its columns have names that are known, or it is a text of ids, with labels or without; there is one sheet that
    can be seen; and every row can be taken.
    """
    opened, layout = read.opened, read.layout
    if read.refused or sum(not sheet.hidden for sheet in opened.sheets) > 1:
        return False
    if layout.header != NO_HEADER:
        return True
    return opened.kind is Kind.TEXT and opened.grid.width <= _ID_AND_LABEL
