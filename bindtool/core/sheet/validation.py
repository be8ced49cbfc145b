"""What is wrong with a row by itself, whatever else its sheet has.

Repeats and labels that two devices have are found in `sheet`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.model.device import is_plain
from bindtool.core.model.row import HoldReason

if TYPE_CHECKING:
    from bindtool.core.barcode.code import Code
    from bindtool.core.common.messages import Message
    from bindtool.core.model.row import Hold, Row


def id_problem_of(row: Row) -> Message | Hold | None:
    """Say why the id of a row can't be sent; where it has parts or is missing, why it is held says more."""
    problem = text_problem(row)
    if problem is not None and row.held is not None and (not row.device_id or parts_problem(row) is not None):
        return row.held
    return problem


def text_problem(row: Row) -> Message | None:
    """Say why the id of a row can't be sent: one that has parts and no rule for them, or unfit."""
    return None if is_plain(row.device_id) else code_of(row.device_id).problem(code_of(row.arrived))


def parts_problem(row: Row) -> Message | None:
    """Say what parts the id of a row has; None where it has none, or where a rule has taken it out of a code."""
    return code_of(row.device_id).parts_problem(code_of(row.arrived))


def no_number(row: Row) -> Hold | None:
    """Say why a row has no label where its bench has run out of running numbers; no tick would help."""
    return row.held if row.held_for is HoldReason.NO_NUMBER and not row.label else None


@lru_cache(maxsize=256)
def code_of(text: str) -> Code:
    """Return the code of a row's text. The last rows are judged with every scan; none has an access token."""
    return parse(text)
