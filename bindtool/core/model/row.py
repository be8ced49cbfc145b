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
    """Why a person has to check a row. The database stores the value, which ends the text's id after "reason."."""

    ABOVE_HEADER = "above_header"
    BEYOND_ASCII = "beyond_ascii"
    BOUND_BEFORE = "bound_before"
    BOUND_THERE = "bound_there"
    CAPS_LOCK = "caps_lock"
    CELL_AMOUNT = "cell_amount"
    CELL_BOOLEAN = "cell_boolean"
    CELL_DATE = "cell_date"
    CELL_DIGITS = "cell_digits"
    CELL_ERROR = "cell_error"
    CELL_FORMULA = "cell_formula"
    CELL_LONG = "cell_long"
    CELL_MERGED = "cell_merged"
    CELL_SCIENTIFIC = "cell_scientific"
    CHECK_DIGIT = "check_digit"
    CLAIMED = "claimed"
    CODE_TOO_LONG = "code_too_long"
    DROPPED = "dropped"
    GS1_NO_ELEMENT = "gs1_no_element"
    GS1_NO_END = "gs1_no_end"
    GS1_UNREAD = "gs1_unread"
    HEADER_AGAIN = "header_again"
    HIDDEN_ROW = "hidden_row"
    ID_AMOUNT = "id_amount"
    ID_DATE = "id_date"
    ID_IS_LABEL = "id_is_label"
    ID_MERGED = "id_merged"
    ID_NO_VALUE = "id_no_value"
    ID_NUMBERED = "id_numbered"
    ID_OR_LABEL = "id_or_label"
    ID_REPEATED = "id_repeated"
    ID_ROUNDED = "id_rounded"
    ID_SIGN = "id_sign"
    ID_UNSEEN = "id_unseen"
    ID_ZEROS_LOST = "id_zeros_lost"
    JOINED = "joined"
    KEYBOARD = "keyboard"
    LABEL_BOUND = "label_bound"
    LABEL_IN_ROW = "label_in_row"
    LABEL_LONG = "label_long"
    LABEL_UNSEEN = "label_unseen"
    LINES = "lines"
    MORE_CELLS = "more_cells"
    NO_DEVICE = "no_device"
    NO_NUMBER = "no_number"
    ODD_ONE_OUT = "odd_one_out"
    OTHER_CASE = "other_case"
    OTHER_COLUMNS = "other_columns"
    OTHER_LENGTH = "other_length"
    OTHER_PATTERN = "other_pattern"
    PART_EMPTY = "part_empty"
    PART_IS_ADDRESS = "part_is_address"
    PART_NO_ADDRESS = "part_no_address"
    PART_NO_FIELD = "part_no_field"
    PART_NO_JSON = "part_no_json"
    PART_NO_PATTERN = "part_no_pattern"
    PART_NO_PLACE = "part_no_place"
    PART_PLAIN = "part_plain"
    PART_TWICE = "part_twice"
    PASTE_DIGITS = "paste_digits"
    PAUSED = "paused"
    RUN_TOGETHER = "run_together"
    SECOND_TABLE = "second_table"
    SHIFT_LOST = "shift_lost"
    STRUCK_OUT = "struck_out"
    SUM = "sum"
    TRADE_ITEM = "trade_item"
    UNKNOWN = "unknown"
    """A hold reason of another version that this version does not know."""


class NoteReason(StrEnum):
    """A remark on a row. The database stores the value, which ends the text's id after "note."."""

    APOSTROPHE = "apostrophe"
    CHANGED = "changed"
    CHANGED_MARK = "changed_mark"
    CHANGED_SPACES = "changed_spaces"
    HIDDEN_REMOVED = "hidden_removed"
    KEYBOARD = "keyboard"
    LABEL_BOUND = "label_bound"
    LABEL_IN_ROW = "label_in_row"
    LABEL_LONG = "label_long"
    LABEL_NOT_KNOWN = "label_not_known"
    LET_IN = "let_in"
    """Somebody has ticked the row, which was held: `Row.let_in` says for what."""
    MENDED = "mended"
    OLD_ID_BOUND = "old_id_bound"
    PUT_BACK = "put_back"
    TOKEN_REMOVED = "token_removed"  # noqa: S105 - a reason, not a token
    UNKNOWN = "unknown"
    """A note of another version that this version does not know."""


Reason = TypeVar("Reason", HoldReason, NoteReason)


@dataclass(frozen=True, slots=True)
class _Reasoned(Generic[Reason]):
    """A reason and the parameters of its text; `stored`: the database's value, for an unknown reason."""

    reason: Reason
    parameters: tuple[tuple[str, Parameter], ...] = ()
    reasons: ClassVar[type[Any]]
    area: ClassVar[str]

    @classmethod
    def of(cls, reason: Reason, /, **parameters: Parameter) -> Self:
        """Create one with its parameters in a fixed order, so that equal ones compare equal."""
        return cls(reason, tuple(sorted(parameters.items())))

    @property
    def message(self) -> Message:
        """The text for a person."""
        return Message(f"{self.area}.{self.reason}", self.parameters)

    def to_json(self) -> str:
        """Return the form for a database column; `from_json` reads it."""
        values = dict(self.parameters)
        if self.reason is self.reasons.UNKNOWN:
            return str(values["stored"])
        return json.dumps({"reason": self.reason, "values": values}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse the form of `to_json`; an unreadable text becomes an unknown reason and is kept unchanged."""
        unknown = cls.reasons.UNKNOWN
        try:
            stored = json.loads(text)
            found = cls.of(cls.reasons(stored["reason"]), **stored["values"])
        except (ValueError, LookupError, TypeError):
            return cls.of(unknown, stored=text)
        return cls.of(unknown, stored=text) if found.reason is unknown else found


class Hold(_Reasoned[HoldReason]):
    """Why a row is held."""

    __slots__ = ()
    reasons = HoldReason
    area = "reason"


class Note(_Reasoned[NoteReason]):
    """A change made to a row's text, or another remark on the row."""

    __slots__ = ()
    reasons = NoteReason
    area = "note"


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
