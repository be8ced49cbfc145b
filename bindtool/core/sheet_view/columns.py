"""The columns of a sheet's table, in their order.

A module of its own: sorting, filters, the clipboard and the table all name them. `gui/sheet/table_header.py` has
their widths and shows them, `gui/sheet/table_model.py` has the texts of their cells. The columns of a list that is
read are in `core.tabular.columns`.
"""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Column(IntEnum):
    """The columns of a table in their order; rows can be sorted by each."""

    NUMBER = 0
    DEVICE_ID = 1
    LABEL = 2
    STATUS = 3
    MESSAGE = 4
    LOG_ID = 5
    TIME = 6

    @property
    def title(self) -> str:
        """The message id of its title."""
        return _TITLES[self]


_TITLES: Mapping[Column, str] = MappingProxyType(
    {
        Column.NUMBER: "column.number",
        Column.DEVICE_ID: "column.device_id",
        Column.LABEL: "column.label",
        Column.STATUS: "column.status",
        Column.MESSAGE: "column.message",
        Column.LOG_ID: "column.log_id",
        Column.TIME: "column.time",
    }
)
