"""A row of a sheet, and the sheet's head: the values that are shown, stored and reported.

The order of rows, repeats and undo are in `core/sheet/sheet.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from bindtool.core.common.messages import Message, Parameter
from bindtool.core.model.outcome import Outcome

if TYPE_CHECKING:
    from datetime import datetime


class Source(StrEnum):
    """The source of a row's id; the values appear in reports."""

    SCANNED = "scanned"
    PASTED = "pasted"
    TYPED = "typed"
    FILE = "file"


class HoldReason(StrEnum):
    """Why a person has to check a row. The value is the text's id; the database stores the name in lower case."""

    ABOVE_HEADER = "reason.above_header"
    BEYOND_ASCII = "reason.beyond_ascii"
    BOUND_BEFORE = "reason.bound_before"
    BOUND_THERE = "reason.bound_there"
    CAPS_LOCK = "reason.caps_lock"
    CELL_AMOUNT = "reason.cell_amount"
    CELL_BOOLEAN = "reason.cell_boolean"
    CELL_DATE = "reason.cell_date"
    CELL_DIGITS = "reason.cell_digits"
    CELL_ERROR = "reason.cell_error"
    CELL_FORMULA = "reason.cell_formula"
    CELL_LONG = "reason.cell_long"
    CELL_MERGED = "reason.cell_merged"
    CELL_SCIENTIFIC = "reason.cell_scientific"
    CHECK_DIGIT = "reason.check_digit"
    CLAIMED = "reason.claimed"
    CODE_TOO_LONG = "reason.code_too_long"
    DROPPED = "reason.dropped"
    GS1_NO_ELEMENT = "reason.gs1_no_element"
    GS1_NO_END = "reason.gs1_no_end"
    GS1_UNREAD = "reason.gs1_unread"
    HEADER_AGAIN = "reason.header_again"
    HIDDEN_ROW = "reason.hidden_row"
    ID_AMOUNT = "reason.id_amount"
    ID_DATE = "reason.id_date"
    ID_IS_LABEL = "reason.id_is_label"
    ID_MERGED = "reason.id_merged"
    ID_NO_VALUE = "reason.id_no_value"
    ID_NUMBERED = "reason.id_numbered"
    ID_OR_LABEL = "reason.id_or_label"
    ID_REPEATED = "reason.id_repeated"
    ID_ROUNDED = "reason.id_rounded"
    ID_SIGN = "reason.id_sign"
    ID_UNSEEN = "reason.id_unseen"
    ID_ZEROS_LOST = "reason.id_zeros_lost"
    JOINED = "reason.joined"
    KEYBOARD = "reason.keyboard"
    LABEL_BOUND = "reason.label_bound"
    LABEL_IN_ROW = "reason.label_in_row"
    LABEL_LONG = "reason.label_long"
    LABEL_UNSEEN = "reason.label_unseen"
    LINES = "reason.lines"
    MORE_CELLS = "reason.more_cells"
    NO_DEVICE = "reason.no_device"
    NO_NUMBER = "reason.no_number"
    ODD_ONE_OUT = "reason.odd_one_out"
    OTHER_CASE = "reason.other_case"
    OTHER_COLUMNS = "reason.other_columns"
    OTHER_LENGTH = "reason.other_length"
    OTHER_PATTERN = "reason.other_pattern"
    PART_EMPTY = "reason.part_empty"
    PART_IS_ADDRESS = "reason.part_is_address"
    PART_NO_ADDRESS = "reason.part_no_address"
    PART_NO_FIELD = "reason.part_no_field"
    PART_NO_JSON = "reason.part_no_json"
    PART_NO_PATTERN = "reason.part_no_pattern"
    PART_NO_PLACE = "reason.part_no_place"
    PART_PLAIN = "reason.part_plain"
    PART_TWICE = "reason.part_twice"
    PASTE_DIGITS = "reason.paste_digits"
    PAUSED = "reason.paused"
    RUN_TOGETHER = "reason.run_together"
    SECOND_TABLE = "reason.second_table"
    SHIFT_LOST = "reason.shift_lost"
    STRUCK_OUT = "reason.struck_out"
    SUM = "reason.sum"
    TRADE_ITEM = "reason.trade_item"
    UNKNOWN = "reason.unknown"
    """A hold reason of another version that this version does not know."""


class NoteReason(StrEnum):
    """A remark on a row. The value is the text's id; the database stores the name in lower case."""

    APOSTROPHE = "note.apostrophe"
    CHANGED = "note.changed"
    CHANGED_MARK = "note.changed_mark"
    CHANGED_SPACES = "note.changed_spaces"
    HIDDEN_REMOVED = "note.hidden_removed"
    KEYBOARD = "note.keyboard"
    LABEL_BOUND = "note.label_bound"
    LABEL_IN_ROW = "note.label_in_row"
    LABEL_LONG = "note.label_long"
    LABEL_NOT_KNOWN = "note.label_not_known"
    LET_IN = "note.let_in"
    """Somebody has ticked the row, which was held: `Row.let_in` says for what."""
    MENDED = "note.mended"
    OLD_ID_BOUND = "note.old_id_bound"
    PUT_BACK = "note.put_back"
    TOKEN_REMOVED = "note.token_removed"  # noqa: S105 - a reason, not a token
    UNKNOWN = "note.unknown"
    """A note of another version that this version does not know."""


Reason = TypeVar("Reason", HoldReason, NoteReason)


@dataclass(frozen=True, slots=True)
class _Reasoned(Generic[Reason]):
    """A reason and the parameters of its text; `stored`: the database's value, for an unknown reason."""

    reason: Reason
    parameters: tuple[tuple[str, Parameter], ...] = ()
    reasons: ClassVar[type[Any]]

    @classmethod
    def of(cls, reason: Reason, /, **parameters: Parameter) -> Self:
        """Create one with its parameters in a fixed order, so that equal ones compare equal."""
        return cls(reason, tuple(sorted(parameters.items())))

    @property
    def message(self) -> Message:
        """The text for a person."""
        return Message(self.reason.value, self.parameters)

    def to_json(self) -> str:
        """Return the form for a database column; `from_json` reads it."""
        values = dict(self.parameters)
        if self.reason is self.reasons.UNKNOWN:
            return str(values["stored"])
        return json.dumps({"reason": self.reason.name.lower(), "values": values}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse the form of `to_json`; an unreadable text becomes an unknown reason and is kept unchanged."""
        unknown = cls.reasons.UNKNOWN
        try:
            stored = json.loads(text)
            found = cls.of(cls.reasons[str(stored["reason"]).upper()], **stored["values"])
        except (ValueError, LookupError, TypeError):
            return cls.of(unknown, stored=text)
        return cls.of(unknown, stored=text) if found.reason is unknown else found


class Hold(_Reasoned[HoldReason]):
    """Why a row is held."""

    __slots__ = ()
    reasons = HoldReason


class Note(_Reasoned[NoteReason]):
    """A change made to a row's text, or another remark on the row."""

    __slots__ = ()
    reasons = NoteReason


@dataclass(frozen=True, slots=True)
class Row:
    """A device to bind, or a text that is not a valid device yet.

    `number` identifies the row for good: it counts from 1 in the order of arrival and is never reused in a sheet
    (in `bindtool bind` it is the line of the file). `arrived` is the whole text as it came in; `note` says how it
    was changed. `held`: the reason that one tick removes. `saved`: the row is on disk.
    """

    number: int
    device_id: str
    label: str
    source: Source
    added_at: datetime
    operator: str = ""
    arrived: str = ""
    note: Note | None = None
    held: Hold | None = None
    saved: bool = False
    outcome: Outcome = field(default=Outcome())

    @property
    def held_for(self) -> HoldReason | None:
        """The reason why it is held, or None."""
        return None if self.held is None else self.held.reason

    @property
    def let_in(self) -> Hold | None:
        """Why the row was held before somebody let it in; None where nobody has."""
        if self.note is None or self.note.reason is not NoteReason.LET_IN:
            return None
        return Hold.from_json(str(dict(self.note.parameters)["why"]))

    def included(self) -> Row:
        """Return the row as one that may go although it was held; unless it has a note, it notes why it was."""
        if self.held is None:
            return self
        note = self.note or Note.of(NoteReason.LET_IN, why=self.held.to_json())
        return replace(self, held=None, note=note)

    def with_outcome(self, outcome: Outcome) -> Row:
        """Return the row with another outcome.

        All fields are named: `dataclasses.replace` takes twice as long, and a run changes each row twice.
        """
        return Row(
            self.number,
            self.device_id,
            self.label,
            self.source,
            self.added_at,
            self.operator,
            self.arrived,
            self.note,
            self.held,
            self.saved,
            outcome,
        )


@dataclass(frozen=True, slots=True)
class SheetHead:
    """The values of a whole sheet.

    `profile` is the name of its profile, "" while there is none. `expected`: the number of devices that the job
    has, None if not given. `origin`: "window", or the name of the file that `bindtool bind` read.
    """

    sheet_id: int
    created_at: datetime
    profile: str = ""
    job: str = ""
    expected: int | None = None
    operator: str = ""
    origin: str = "window"

    def off_plan(self, count: int) -> Message | None:
        """Return by how much `count` differs from the expected number; None if it does not or none is known."""
        if self.expected is None or count == self.expected:
            return None
        words = "planned.fewer" if count < self.expected else "planned.more"
        return Message.of(words, n=abs(count - self.expected), count=count, expected=self.expected)
