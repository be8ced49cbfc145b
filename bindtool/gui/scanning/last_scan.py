"""The last scan or list: what is known of it, and its line of the scan bar."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from bindtool.core.common.safe_text import evident
from bindtool.core.scanner.debounce import Debouncer
from bindtool.gui.common.audio.cues import Cue, Sounds
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import BarButton
from bindtool.gui.common.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.gui.common.shell.session_state import InputModeService
    from bindtool.gui.scanning.code_lines import CodeLines
    from bindtool.gui.scanning.next_label import NextLabel
    from bindtool.i18n.catalogue import Texts

TAIL = 6
"""How many of an id's last characters are shown: enough to compare with a sticker."""

_MARK_SIZE = 24


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


class LastScanView(QWidget):
    """One line: the end of an id in large type, its result with icon and sound, and the time; `undo` for a list."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._tail = QLabel()
        self._mark = MarkLabel(_MARK_SIZE)
        self._words = ElidedLabel("", points=theme.LINE_POINTS)
        self._time = QLabel()
        self._quiet = QLabel()
        self.undo = BarButton(texts("import.undo"), theme.StyleKind.LINK)
        self._tail.setTextFormat(Qt.TextFormat.PlainText)
        theme.resize_text(self._tail, theme.STRIP_POINTS, bold=True)
        for small in (self._time, self._quiet, self.undo):
            theme.resize_text(small, theme.LINE_POINTS)
        for quiet in (self._time, self._quiet):
            theme.set_style(quiet, tone=Tone.QUIET)
        parts = (self._tail, self._mark, self._words, self.undo, self._time, self._quiet)
        layouts.row(*parts, 1, on=self, spacing=theme.STEP)
        self.show_nothing()

    def resize_strip(self, points: float) -> None:
        """Change the size of what is large."""
        theme.resize_text(self._tail, points, bold=True)

    def show_nothing(self, earlier: str = "") -> None:
        """Say that nothing has been scanned into this sheet, or what came `earlier`, before it was opened."""
        self._words.setText(earlier or self._texts("scan.nothing_yet"))
        theme.set_style(self._words, tone=Tone.QUIET)
        self._time.clear()
        for part in (self._mark, self._tail, self.undo):
            part.hide()

    def show_scan(self, device_id: str, words: str, result: ScanResult, time: datetime) -> None:
        """Show a scan, or with no id a list."""
        self.undo.hide()
        device_id = evident(device_id)
        cut = device_id[-TAIL:]
        self._tail.setText(cut if cut == device_id else f"…{cut}")
        self._tail.setToolTip(device_id)
        self._mark.show_mark(result.mark)
        self._words.setText(words)
        theme.set_style(self._words, tone=result.mark.tone)
        self._time.setText(f"{time:%H:%M:%S}")
        self._mark.show()
        self._tail.setVisible(bool(device_id))

    def show_quiet(self, words: str) -> None:
        """Say for how long there was no scan, "" for a moment."""
        self._quiet.setText(words)


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
