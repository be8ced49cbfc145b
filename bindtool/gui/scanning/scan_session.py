"""What scans work with, and what is known of the last one: its result, with icon and sound.

It outlasts the widgets in a change of language. `last_scan` shows it, `controller` changes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.scanner.debounce import Debouncer
from bindtool.gui.common.audio.cues import Cue, Sounds
from bindtool.gui.common.theme.icons import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.gui.common.shell.session_state import InputModeService
    from bindtool.gui.scanning.code_lines import CodeLines
    from bindtool.gui.scanning.next_label import NextLabel
    from bindtool.i18n.catalogue import Texts


class ScanResult(StrEnum):
    """The result of a scan, or at its end of a run: `ALL_WELL` and `NEEDS_YOU`."""

    ADDED = "added"
    LABELLED = "labelled"
    REPEAT = "repeat"
    BOUNCE = "bounce"
    HELD = "held"
    REFUSED = "refused"
    ALL_WELL = "all_well"
    NEEDS_YOU = "needs_you"

    @property
    def mark(self) -> Mark:
        """The icon of the result, whose colour the scan bar flashes."""
        return _FEEDBACK[self][0]

    @property
    def cue(self) -> Cue:
        return _FEEDBACK[self][1]


_FEEDBACK: Mapping[ScanResult, tuple[Mark, Cue]] = MappingProxyType(
    {
        ScanResult.ADDED: (Mark.BOUND, Cue.ADDED),
        ScanResult.LABELLED: (Mark.BOUND, Cue.LABELLED),
        ScanResult.REPEAT: (Mark.REPEAT, Cue.REPEATED),
        ScanResult.BOUNCE: (Mark.INFO, Cue.BOUNCE),
        ScanResult.HELD: (Mark.HELD, Cue.REFUSED),
        ScanResult.REFUSED: (Mark.REFUSED, Cue.REFUSED),
        ScanResult.ALL_WELL: (Mark.BOUND, Cue.ALL_WELL),
        ScanResult.NEEDS_YOU: (Mark.HELD, Cue.NEEDS_YOU),
    }
)


@dataclass(frozen=True, slots=True)
class LastScan:
    """The last scan or list: its id, "" for a list and where there is none, and what became of it, and when.

    `sheet_id`: the sheet that was open. `row`: the number of the row that it became, None for none; `label`: the
    label that it gave this row, "" for none; `gone`: the sheet has no such row any more.
    """

    device_id: str
    words: Callable[[Texts], str]
    result: ScanResult
    time: datetime
    is_list: bool = False
    sheet_id: int | None = None
    row: int | None = None
    label: str = ""
    gone: bool = False


@dataclass(slots=True)
class ScanSession:
    """What scans work with, and what is known of those that came; it outlasts the widgets.

    `lines`: the code that came last, which may have more lines. `next_label`: the labels that are scanned.
    `shown`: what the scan bar says of the last one. `time`: when the last one came; `missed_since`: since when some
    have come to nothing. `endless`: the one that lies in the scan field without its end. `looked_up`: the last
    one of this look-up. `set_aside`: what stood in the scan field before it.
    """

    clock: Clock
    sounds: Sounds
    input_mode: InputModeService
    lines: CodeLines
    next_label: NextLabel
    debouncer: Debouncer = field(init=False)
    shown: LastScan | None = None
    time: datetime | None = None
    missed_since: datetime | None = None
    endless: str = ""
    looked_up: str = ""
    set_aside: str = ""

    def __post_init__(self) -> None:
        self.debouncer = Debouncer(self.clock)
        self.input_mode.entered.connect(self.next_label.forget)
