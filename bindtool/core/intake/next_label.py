"""Labels that are scanned after their devices: which code is one, and to which row it belongs.

In doubt a label goes to no row, which a person is told: a device that is bound with another's label stays so. The
window carries this out in `gui/scanning/next_label.py`.
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
    """What a scanned code is."""

    DEVICE = auto()
    """A device's, or one that could not be read."""
    LABEL = auto()
    EITHER = auto()
    """It fits both patterns."""


@dataclass(frozen=True, slots=True)
class ScannedLabel:
    """A label that was scanned. `before`: what came before a pause, and may belong to it; "" for nothing."""

    text: str
    before: str = ""


def kind_of(found: Reading, id_pattern: str, label_pattern: str) -> CodeKind:
    """Tell what a scanned code is by the profile's patterns, "" for none; one of them has to be there.

    Without a pattern for labels a code is one where it is no id. What a scanner's fault may have made of an id is
    none then.
    """
    held = None if found.held is None else found.held.reason
    if found.refused is not None or len(lines_of(found.code.arrived)) != 1:
        return CodeKind.DEVICE
    texts = (found.device_id, *(choice.value for choice in choices(found.code)))
    is_id = bool(id_pattern) and any(fits(id_pattern, text) for text in texts)
    if not label_pattern:
        # Where ids are a part of their code, a label has no such part.
        return CodeKind.DEVICE if is_id or held not in {None, *_OF_PARTS} else CodeKind.LABEL
    if not LinearPattern(label_pattern).fits(label_of(found.code)):
        return CodeKind.DEVICE
    return CodeKind.EITHER if is_id else CodeKind.LABEL


_OF_PARTS = frozenset(reason for reason in HoldReason if reason.startswith("part_"))
"""Why a code has not the part that is the id."""


def label_of(code: Code) -> str:
    """Return the label that a code is: all of it, without a scanner's mark."""
    return strip_name(strip_name(code.sent).removeprefix(code.mark))


@dataclass(frozen=True, slots=True)
class NamedRow:
    """The row that a scan has named: a new one, or for a repeat the first with its device.

    `newest`: the newest edit when a repeat was scanned.
    """

    number: int
    repeat: bool = False
    newest: Edit | None = None

    def is_last(self, sheet: Sheet, newest: Edit | None) -> bool:
        """Tell whether `sheet` still has the row, and nothing was edited since the scan.

        More lines of a code change its row; that is part of the edit that has added it.
        """
        if self.number not in sheet:
            return False
        if self.repeat:
            return newest is self.newest
        return newest is not None and not newest.before and [row.number for row in newest.after] == [self.number]


class Placing(Enum):
    """What is done with a label and the row that it is for."""

    GIVE = auto()
    ASK = auto()
    SAME = auto()
    """The row has it already."""


_IS_DEVICE = frozenset({
    *(HoldReason.BOUND_BEFORE, HoldReason.BOUND_THERE, HoldReason.CLAIMED),
    *(HoldReason.LABEL_BOUND, HoldReason.LABEL_IN_ROW, HoldReason.LABEL_LONG, HoldReason.LABEL_UNSEEN),
})  # fmt: skip
"""Reasons to hold a row that leave no doubt about which device it is."""


def place_label(sheet: Sheet, named: NamedRow | None, label: ScannedLabel) -> Placing | Message:
    """Say what to do with a label for a row, which is the last one that was named; or why it goes to none."""
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
