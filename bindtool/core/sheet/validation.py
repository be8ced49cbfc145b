"""What is wrong with a row by itself, whatever else its sheet has.

Repeats and labels that two devices have are found in `sheet`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.barcode.classify import HasParts, is_taken_out, read_scan
from bindtool.core.model.device import id_problem, is_plain
from bindtool.core.model.row import HoldReason

if TYPE_CHECKING:
    from bindtool.core.common.messages import Message
    from bindtool.core.model.row import Hold, Row


def id_problem_of(row: Row) -> Message | Hold | None:
    """Say why the id of a row can't be sent, if it is not a plain one."""
    parts = parts_problem(row.device_id, row.arrived)
    if parts is not None:
        return row.held or parts
    if not row.device_id and row.held is not None:
        return row.held
    return id_problem(row.device_id)


def no_number(row: Row) -> Hold | None:
    """Say why a row has no label where its bench has run out of running numbers; no tick would help."""
    out = row.held is not None and row.held.reason is HoldReason.NO_NUMBER
    return row.held if out and not row.label else None


def text_problem(text: str, arrived: str = "") -> Message | None:
    """Say why a text can't be sent as a device id: one that has parts and no rule for them, or unfit."""
    return None if is_plain(text) else parts_problem(text, arrived) or id_problem(text)


def parts_problem(text: str, arrived: str = "") -> Message | None:
    """Say what parts a text has; None where it has none, or where a rule has taken it out of what `arrived`."""
    if is_taken_out(text, arrived):
        return None
    scan = read_scan(text)
    return scan.reason if isinstance(scan, HasParts) else None
