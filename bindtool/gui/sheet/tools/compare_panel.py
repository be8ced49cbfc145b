"""The panel beside the table that compares it with a list: what is not scanned, and what is not in the list.

The list and the comparison are `compare_controller`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QStringListModel, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QListView, QTabBar

from bindtool.core.common.safe_text import evident
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.clipboard import SafeCopy
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import ElidedLabel, Header, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QKeyEvent

    from bindtool.i18n.catalogue import Texts

_WIDTH = 380
_LEAST_OF_LIST = 72


class Side(StrEnum):
    """What can be looked at; the words of its tab are "compare." and the name."""

    MISSING = "missing"
    EXTRA = "extra"
    REPEATS = "repeats"


@dataclass(frozen=True, slots=True)
class CompareView:
    """What is to be shown.

    `name`: of the list, None where there is none yet. `count`: its devices. `lines`: what stands on each side, a
    line each. `gaps`: numbers that are missing in the sheet as it is, in words, a line each. `left_out`: lines of
    the list that may be devices and are not compared.
    """

    name: str | None = None
    count: int = 0
    lines: Mapping[Side, Sequence[str]] = field(default_factory=dict)
    gaps: Sequence[str] = ()
    left_out: int = 0


class ComparePanel(QFrame):
    """A list against the sheet. Hidden until somebody shows it.

    Signals:
        paste_requested(), open_requested(): a list is to be taken from the clipboard, or from a file.
        copy_requested(), save_requested(): the side that is looked at is wanted as a text, or as a file.
        select_requested(): the rows that are not in the list are to be selected.
        closed(): a person has closed it.
        announced(str): what a comparison has found, in words.
    """

    paste_requested = Signal()
    open_requested = Signal()
    copy_requested = Signal()
    save_requested = Signal()
    select_requested = Signal()
    closed = Signal()
    announced = Signal(str)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._view = CompareView()
        self.setAccessibleName(texts("compare.name"))
        theme.set_style(self, StyleKind.BESIDE)
        close = MarkButton(Mark.CLOSE)
        close.setAccessibleName(texts("compare.close"))
        close.setToolTip(texts("compare.close"))
        close.clicked.connect(self._leave)
        self.paste_button = ActionButton(texts("compare.paste"), clicked=self.paste_requested)
        self._open = ActionButton(texts("compare.open"), clicked=self.open_requested)
        self._about = line(tone=Tone.QUIET)
        self._sum = ElidedLabel(points=theme.LINE_POINTS, bold=True)
        self._tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self._tabs.setAccessibleName(texts("compare.sides"))
        for side in Side:
            self._tabs.addTab(texts(f"compare.{side}", count=0))
        self._tabs.currentChanged.connect(self._show_side)
        self._lines = QStringListModel()
        self._list = QListView()
        self._list.setModel(self._lines)
        self._list.setAccessibleName(texts("compare.lines"))
        self._list.setUniformItemSizes(True)
        self._list.setMinimumHeight(_LEAST_OF_LIST)
        SafeCopy(self._list)
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._copy = ActionButton(texts("compare.copy"), clicked=self.copy_requested)
        self._save = ActionButton(texts("compare.save"), clicked=self.save_requested)
        self._select = ActionButton(texts("compare.select"), clicked=self.select_requested)
        layouts.column(
            Header(texts("compare.name"), "", close, points=theme.LINE_POINTS),
            layouts.row((self.paste_button, 1), (self._open, 1), spacing=theme.GAP),
            self._about,
            self._sum,
            self._tabs,
            (self._list, 1),
            layouts.row((self._copy, 1), (self._save, 1), spacing=theme.GAP),
            self._select,
            0,
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP),
        )
        self.show_view(self._view)
        self.hide()

    def sizeHint(self) -> QSize:
        """Be as wide as the tabs with their counts need."""
        return QSize(max(theme.scaled(_WIDTH), self.minimumSizeHint().width()), super().sizeHint().height())

    def begin(self) -> None:
        """Show it, with the keys where a list is taken from."""
        self.show()
        self.paste_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+V takes the list wherever the keys are in here."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        else:
            super().keyPressEvent(event)

    @property
    def side(self) -> Side:
        return list(Side)[self._tabs.currentIndex()]

    def look_at(self, side: Side) -> None:
        self._tabs.setCurrentIndex(list(Side).index(side))

    def show_view(self, view: CompareView) -> None:
        """Show how things are."""
        self._view = view
        compared = view.name is not None
        for at, side in enumerate(Side):
            self._tabs.setTabText(at, self._texts(f"compare.{side}", count=len(view.lines.get(side, ()))))
        self._about.setText(self._about_words())
        missing = len(view.lines.get(Side.MISSING, ()))
        whole = self._texts("compare.all_compared" if view.left_out else "compare.all")
        self._sum.setText(self._texts("compare.not_scanned", n=missing) if missing else whole)
        theme.set_style(self._sum, tone=Tone.UNSURE if missing or view.left_out else Tone.GOOD)
        self.setAccessibleDescription(self._sum.text() if compared else self._about.text())
        for part in (self._sum, self._tabs, self._list, self._copy, self._save):
            part.setVisible(compared)
        self._show_side()

    def tell(self) -> None:
        """Say what was found: the list is a new one."""
        self.announced.emit(self.accessibleDescription())

    def _about_words(self) -> str:
        view, texts = self._view, self._texts
        if view.name is not None:
            words = texts("compare.list", name=view.name or texts("compare.pasted"), n=view.count)
            return f"{words}\n{texts('compare.left_out', n=view.left_out)}" if view.left_out else words
        gaps = ["", texts("compare.gaps"), *view.gaps] if view.gaps else []
        return "\n".join([texts("compare.begin"), *gaps])

    def _show_side(self) -> None:
        lines = [evident(text) for text in self._view.lines.get(self.side, ())]
        if lines != self._lines.stringList():
            self._lines.setStringList(lines)
        compared = self._view.name is not None
        for button in (self._copy, self._save, self._select):
            button.allow(bool(lines), self._texts("compare.nothing"))
        self._select.setVisible(compared and self.side is Side.EXTRA)

    def _leave(self) -> None:
        self.hide()
        self.closed.emit()
