"""What every kind of workbook can be asked: which sheets it has, and the cells of one.

Owns the choice of the sheet with the ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.table.layout import knows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.common.progress import Watch
    from bindtool.core.tabular.table.grid import Grid
    from bindtool.core.tabular.table.result import SheetName


class Workbook(Protocol):
    """A file that is open."""

    @property
    def sheets(self) -> Sequence[SheetName]:
        """Its sheets, from left to right."""

    def head(self, place: int, watch: Watch) -> Grid:
        """Return the first rows of a sheet, those in which a header is looked for, or more."""

    def grid(self, place: int, watch: Watch) -> Grid:
        """Return all rows of a sheet.

        Raises:
            BadInput: "file.damaged", "file.encrypted", "file.hostile", "file.too_large".
            ReadingStopped: `watch` says so.
        """


def choose_sheet(workbook: Workbook, wanted: str | None, watch: Watch) -> int:
    """Return the place of the sheet with this name; without one, of the sheet that names ids and labels.

    Where none does, it is the first one with anything in it. A hidden sheet is chosen by a person only,
    unless there is no other.

    Raises:
        BadInput: "file.no_such_sheet"; "file.empty" for a workbook without a sheet; those of `Workbook.grid`.
    """
    sheets = workbook.sheets
    if wanted is not None:
        place = next((at for at, sheet in enumerate(sheets) if sheet.name == wanted), None)
        if place is None:
            raise BadInput("file.no_such_sheet", sheet=wanted)
        return place
    places = [at for at, sheet in enumerate(sheets) if not sheet.hidden] or list(range(len(sheets)))
    if not places:
        raise BadInput("file.empty")
    if len(places) == 1:
        return places[0]
    heads = {place: workbook.head(place, watch) for place in places}
    return max(places, key=lambda place: (knows(heads[place]), bool(heads[place].rows), -place))
