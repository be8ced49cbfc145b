"""Lists read in one call, as the window and the command line read them in two."""

from __future__ import annotations

from pathlib import Path

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import open_list, read_rows
from bindtool.core.tabular.table.result import NOTHING_CHOSEN, NOTHING_KNOWN, Choices, Known, Opened, ReadList
from tests.core.tabular.corpus.lists import Cell, ListCase, SheetCells
from tests.core.tabular.corpus.programs import clipboard_of, file_of, is_clipboard

_NOBODY = ReadingProgress()


def opened_as(
    program: str,
    *rows: str,
    merged: tuple[str, ...] = (),
    hidden_rows: frozenset[int] = frozenset(),
    struck_rows: frozenset[int] = frozenset(),
) -> Opened:
    """Open a table as a program writes or copies it; each row has its cells, as of `Cell.of`, parted by "|"."""
    cells = tuple(tuple(map(Cell.of, row.split("|"))) for row in rows)
    sheet = SheetCells(cells, merged=merged, hidden_rows=hidden_rows, struck_rows=struck_rows)
    case = ListCase("", "", program, "no", (), sheets=(sheet,))
    return open_clipboard(*clipboard_of(case)) if is_clipboard(case) else open_list(*file_of(case))


def read_list(
    source: Path | bytes,
    name: str = "",
    choices: Choices = NOTHING_CHOSEN,
    known: Known = NOTHING_KNOWN,
    progress: ReadingProgress = _NOBODY,
) -> ReadList:
    """Read a list of devices, of whatever kind the file is.

    Args:
        source: the file, or its content.
        name: the file's name, which must match its content; "" for none. A path has its own.
        choices: the user's choices; everything else is guessed.
        known: the knowledge about ids.
        progress: receives the progress and may stop reading.

    Raises:
        BadInput: "file.…": the file can't be read, or there is no row in it.
        ReadingStopped: `progress` requested it.
    """
    read = read_rows(open_list(source, name, choices, progress), choices, known, progress.quietly())
    if not read.rows and read.layout.doubt is None:
        raise BadInput("file.empty")
    return read
