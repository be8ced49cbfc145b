"""Labels scanned after their devices: recognises a label's code, and finds its row.

`gui/scanning/next_label.py` applies it in the window. A doubtful label is assigned to no row, and the user is told:
a device bound with another device's label can't be corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from bindtool.core.barcode.extract import Reading, choices
from bindtool.core.barcode.patterns import LinearPattern, fits
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import strip_name, visible
from bindtool.core.intake.code_lines import lines_of
from bindtool.core.model.device import label_problem
from bindtool.core.model.row import HoldReason
from bindtool.core.sheet.status import text_problem

if TYPE_CHECKING:
    from bindtool.core.barcode.code import Code
    from bindtool.core.sheet.sheet import Edit, Sheet


class CodeKind(Enum):
    """The meaning of a scanned code."""

    DEVICE = auto()
    """A device's code, or an unreadable code."""
    LABEL = auto()
    EITHER = auto()
    """It fits both patterns."""


@dataclass(frozen=True, slots=True)
class ScannedLabel:
    """A scanned label. `before`: characters before a pause, which may belong to it; "" for none."""

    text: str
    before: str = ""


def kind_of(found: Reading, id_pattern: str, label_pattern: str) -> CodeKind:
    """Classify a scanned code by the profile's patterns, "" for none; at least one pattern is required.

    Without a label pattern, a code that is no id is a label, except an id possibly damaged by a scanner fault.
    """
    held = None if found.held is None else found.held.reason
    if found.refused is not None or len(lines_of(found.code.arrived)) != 1:
        return CodeKind.DEVICE
    texts = (found.device_id, *(choice.value for choice in choices(found.code)))
    is_id = bool(id_pattern) and any(fits(id_pattern, text) for text in texts)
    if not label_pattern:
        # If ids are a part of their code, a label lacks that part.
        return CodeKind.DEVICE if is_id or held not in {None, *_OF_PARTS} else CodeKind.LABEL
    if not LinearPattern(label_pattern).fits(label_of(found.code)):
        return CodeKind.DEVICE
    return CodeKind.EITHER if is_id else CodeKind.LABEL


_OF_PARTS = frozenset(reason for reason in HoldReason if reason.name.startswith("PART_"))
"""Reasons why a code lacks the part with the id."""


def label_of(code: Code) -> str:
    """Return a code's label: the whole text without a scanner's mark."""
    return strip_name(strip_name(code.sent).removeprefix(code.mark))


@dataclass(frozen=True, slots=True)
class NamedRow:
    """The row of the last device scan: a new row, or for a repeat the first with its device.

    `newest`: the newest edit at the time of a repeat's scan.
    """

    number: int
    repeat: bool = False
    newest: Edit | None = None

    def is_last(self, sheet: Sheet, newest: Edit | None) -> bool:
        """Return whether `sheet` still has the row, and nothing was edited since the scan.

        More lines of a code change its row as part of the edit that has added it.
        """
        if self.number not in sheet:
            return False
        if self.repeat:
            return newest is self.newest
        return newest is not None and not newest.before and [row.number for row in newest.after] == [self.number]


class Placing(Enum):
    """The action for a label and its row."""

    GIVE = auto()
    ASK = auto()
    SAME = auto()
    """The row already has this label."""


_IS_DEVICE = frozenset({
    *(HoldReason.BOUND_BEFORE, HoldReason.BOUND_THERE, HoldReason.CLAIMED),
    *(HoldReason.LABEL_BOUND, HoldReason.LABEL_IN_ROW, HoldReason.LABEL_LONG, HoldReason.LABEL_UNSEEN),
})  # fmt: skip
"""Reasons to hold a row that leave its device's identity certain."""


def place_label(sheet: Sheet, named: NamedRow | None, label: ScannedLabel) -> Placing | Message:
    """Return the action for a label of the last named row, or why it is assigned to no row."""
    if label.before:
        return Message.of("next_label.paused", text=label.text, before=visible(label.before))
    problem = label_problem(label.text)
    if problem is not None:
        return problem
    row = None if named is None else sheet[named.number]
    if named is None or row is None or text_problem(row) is not None:
        return Message.of("next_label.no_device", text=label.text)
    if sheet.is_taken(row.number):
        return Message.of("next_label.run_has_it", text=label.text, row=row.number)
    if row.held is not None and row.held.reason not in _IS_DEVICE:
        return Message.of("next_label.held", text=label.text, row=row.number)
    if row.label == label.text:
        return Placing.SAME
    return Placing.ASK if named.repeat or row.label else Placing.GIVE
