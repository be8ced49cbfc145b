"""Which columns of a table have the ids and the labels: by the names that people give them, else by place."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.tabular.table.grid import HEAD, column_name, has_text
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, Choices, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.tabular.table.grid import Grid, GridRow

_ID_NAMES = (
    *("deviceid", "设备id", "设备标识", "终端id", "终端标识"),
    *("设备编号", "设备号", "设备编码", "终端编号", "deviceno", "devicenumber", "devicecode"),
    *("devicesn", "设备sn", "设备序列号", "设备sn码", "产品序列号", "终端序列号", "整机序列号", "整机sn"),
    *(
        "sn",
        "sn码",
        "sn号",
        "序列号",
        "serialnumber",
        "serialno",
        "serial",
        "机身号",
        "机身编号",
        "出厂编号",
        "产品sn",
    ),
    *("id", "编号"),
)
_LABEL_NAMES = (
    *("label", "标签", "设备标签", "标签名", "标签名称", "devicelabel"),
    *("设备名称", "设备名", "名称", "devicename", "name", "设备别名", "别名", "alias", "备注名"),
)
IDS = {name: rank for rank, name in enumerate(_ID_NAMES)}
LABELS = {name: rank for rank, name in enumerate(_LABEL_NAMES)}
"""The names that a column may have, with how surely each is meant, 0 for surest."""

_LONGEST = 40
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NO_LETTER = re.compile(r"[\W_]+")


def names_an_id(name: str) -> bool:
    """Tell whether a name is that of the ids."""
    return rank(name, IDS) is not None


def rank(name: str, ranks: Mapping[str, int]) -> int | None:
    """Return how surely a name is one of `ranks`; None where it is not. Case, signs and remarks do not count."""
    if len(name) > _LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", name).casefold()
    found = ranks.get(_NO_LETTER.sub("", folded))
    return ranks.get(_NO_LETTER.sub("", _REMARK.sub("", folded))) if found is None else found


_NOTHING_CHOSEN = Choices()


def lay_out(grid: Grid, choices: Choices = _NOTHING_CHOSEN) -> Layout:
    """Return where id and label stand: as chosen, else by a header in the first rows, else the first columns.

    A header is a row with a cell that names the ids; one that names the labels too goes before it.
    """
    header = _header(grid, choices)
    names = header.cells if header is not None else ()
    by_name = _named(names, IDS)
    id_column = choices.id_column
    if id_column is None:
        id_column = by_name if by_name != NO_COLUMN else _first_column(grid, header)
    label_column = choices.label_column
    if label_column is None:
        label_column = _named(names, LABELS, but=id_column)
        if label_column == NO_COLUMN and by_name == NO_COLUMN:
            label_column = id_column + 1 if id_column + 1 < grid.width else NO_COLUMN
    number = header.number if header is not None else NO_HEADER
    return Layout(number, id_column, label_column, _why(header, id_column))


def named_columns(grid: Grid) -> int:
    """Return how many of the two columns a header names: 0, 1 or 2. The sheet with the ids has most."""
    return max(map(_columns_named, grid.rows[:HEAD]), default=0)


def _header(grid: Grid, choices: Choices) -> GridRow | None:
    if choices.header is not None:
        return next((row for row in grid.rows if row.number == choices.header), None)
    best = max(grid.rows[:HEAD], key=_columns_named, default=None)
    return best if best is not None and _columns_named(best) else None


def _columns_named(row: GridRow) -> int:
    ids = _named(row.cells, IDS)
    return 0 if ids == NO_COLUMN else 1 + (_named(row.cells, LABELS, but=ids) != NO_COLUMN)


def _named(names: tuple[str, ...], ranks: Mapping[str, int], but: int = NO_COLUMN) -> int:
    ranked = [(rank(name, ranks), column) for column, name in enumerate(names) if column != but]
    return min(((at, column) for at, column in ranked if at is not None), default=(0, NO_COLUMN))[1]


def _first_column(grid: Grid, header: GridRow | None) -> int:
    """Return the first column that holds anything."""
    rows = [row for row in grid.rows if header is None or row.number > header.number][:HEAD]
    filled = (column for row in rows for column, cell in enumerate(row.cells) if has_text(cell))
    return min(filled, default=0)


def _why(header: GridRow | None, id_column: int) -> Message:
    column = column_name(id_column)
    if header is None:
        return Message.of("layout.no_header", column=column)
    return Message.of("layout.header", row=header.number, column=column, name=header.cell(id_column).strip())
