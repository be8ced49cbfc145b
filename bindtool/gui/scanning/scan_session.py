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
    """The result of a scan, or of a run that has ended: `ALL_WELL` and `NEEDS_YOU`."""

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
        """The icon of the result; the scan bar flashes in its colour."""
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
    """The last scan or list: its id ("" for a list, and for a scan without one), its result and its time.

    `sheet_id`: the sheet that was open. `row`: the number of the row it became, None for none; `label`: the label
    it gave this row, "" for none; `gone`: the row is no longer in the sheet.
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
    """The state of scanning, which outlives the widgets.

    `lines`: the latest code, which may have more lines to come. `next_label`: handles scanned labels. `shown`: the
    last scan in the scan bar. `time`: the time of the latest scan; `missed_since`: the time of the first scan
    missed since then. `endless`: the scan without an end key in the scan field. `looked_up`: the latest scan of the
    current look-up. `set_aside`: the scan field's text before the look-up.
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
