"""From a file to its rows: what kind it is, who reads it, and what is in it.

Owns the order. Each reader is loaded when a file needs it: none of them is of use at the program's start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.errors import BadInput
from bindtool.core.tabular.kind import kind_of
from bindtool.core.tabular.layout import lay_out
from bindtool.core.tabular.listing import Choices, Kind, Opened, ReadList
from bindtool.core.tabular.taking import take_rows
from bindtool.core.tabular.text_table import decode, read_text_table
from bindtool.core.tabular.watch import Watch

if TYPE_CHECKING:
    from pathlib import Path

_NOTHING_CHOSEN = Choices()
_NOBODY = Watch()


def read_list(
    source: Path | bytes, name: str = "", choices: Choices = _NOTHING_CHOSEN, watch: Watch = _NOBODY
) -> ReadList:
    """Read a list of devices, of whatever kind the file is.

    Args:
        source: the file, or what was in it.
        name: the file's name, which must fit what is in it; "" for one without a name. A path has its own.
        choices: what a person chose; all else is guessed.
        watch: hears how far it is and may stop it.

    Raises:
        BadInput: "file.…": the file can't be read, or there is no row in it.
        ReadingStopped: `watch` said so.
    """
    opened = open_list(source, name, choices, watch)
    layout = lay_out(opened.grid, choices)
    rows = take_rows(opened, layout)
    if not rows:
        raise BadInput("file.empty")
    return ReadList(opened, layout, rows)


def open_list(
    source: Path | bytes, name: str = "", choices: Choices = _NOTHING_CHOSEN, watch: Watch = _NOBODY
) -> Opened:
    """Read a file's cells. Arguments and errors are those of `read_list`, but for a file without a row."""
    data = source if isinstance(source, bytes) else _content(source)
    kind = kind_of(data, name if isinstance(source, bytes) else source.name)
    if kind is not Kind.TEXT:
        raise BadInput("file.not_a_table")
    decoded = decode(data, choices.encoding)
    grid, delimiter = read_text_table(decoded.text, choices.delimiter, watch)
    return Opened(Kind.TEXT, grid, decoded.encoding, delimiter)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("file.unreadable", path=str(path), why=error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the name
        raise BadInput("file.unreadable", path=str(path), why=str(error)) from error
