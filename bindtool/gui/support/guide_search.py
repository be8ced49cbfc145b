"""Search in the guide: finds a text on all pages, marks it on the current one, and goes to the next hit.

Searches the displayed text, without Markdown's syntax; ignores case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLineEdit, QTextBrowser, QWidget

from bindtool.gui.common.theme import high_contrast, theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bindtool.i18n.catalogue import Texts

_MARK_SIZE = 20
_COUNT_WIDTH = 110
_FROM_TOP = 3
"""A hit that was out of sight is scrolled to the page's height divided by this, from the top."""


class GuideSearch(QWidget):
    """A field, the number of the current hit, and buttons to the others. It scrolls and marks the page in `text`.

    Signals:
        page_wanted(int): the next hit is on that page. The receiver shows the page and calls `take_page`.
        counted(hits): a tuple with the number of hits on each page.
    """

    page_wanted = Signal(int)
    counted = Signal(object)

    def __init__(self, texts: Texts, read_all: Callable[[], Sequence[str]], text: QTextBrowser) -> None:
        """`read_all`: returns the displayed text of each page, in display order."""
        super().__init__()
        self._texts = texts
        self._read_all = read_all
        self._pages: list[str] = []
        self._text = text
        self._length = 0
        self._hits: list[tuple[int, int]] = []
        """Page and position of each hit."""
        self._at = -1
        self._page = 0
        self.field = _SearchField()
        self.field.setAccessibleName(texts("guide.search"))
        self.field.setPlaceholderText(texts("guide.search"))
        self.field.setToolTip(texts("guide.search_keys"))
        self.field.setMinimumHeight(theme.TARGET)
        self.field.textChanged.connect(self._search)
        self.field.step_wanted.connect(self.step)
        self.field.left.connect(text.setFocus)
        self._count = ElidedLabel("", Tone.QUIET, name=texts("guide.search_count"))
        theme.resize(self._count, fixed_width=_COUNT_WIDTH)
        self.buttons = (
            ActionButton(texts("guide.previous"), clicked=lambda: self.step(-1)),
            ActionButton(texts("guide.next"), clicked=lambda: self.step(1)),
        )
        mark = MarkLabel(_MARK_SIZE, Mark.FIND)
        layouts.row(mark, (self.field, 1), self._count, *self.buttons, on=self, spacing=theme.GAP)
        self._show_count()

    def add_keys(self, window: QWidget) -> None:
        """Enable the search shortcuts everywhere in a window."""
        for keys, called in (
            (QKeySequence.StandardKey.Find, self.begin),
            (QKeySequence.StandardKey.FindNext, lambda: self.step(1)),
            (QKeySequence.StandardKey.FindPrevious, lambda: self.step(-1)),
        ):
            QShortcut(QKeySequence(keys), window, called)

    def begin(self) -> None:
        """Move the focus to the field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def step(self, by: int) -> None:
        """Show the hit `by` places further on; the first follows the last."""
        if self._hits:
            self._go((self._at + by) % len(self._hits))

    def take_page(self, page: int) -> None:
        """Mark the hits on a page now shown; if the user has chosen the page, show its first hit."""
        self._page = page
        if self._hits and self._hits[self._at][0] != page:
            first = next((at for at, (where, _) in enumerate(self._hits) if where == page), None)
            if first is not None:
                self._go(first)
                return
        self._mark()

    def changeEvent(self, event: QEvent) -> None:
        """Mark anew when the colour scheme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._mark()
        super().changeEvent(event)

    def _mark(self) -> None:
        marked = []
        for at, (page, position) in enumerate(self._hits):
            if page == self._page:
                cursor = self._cursor(position)
                cursor.setPosition(position + self._length, QTextCursor.MoveMode.KeepAnchor)
                one = QTextBrowser.ExtraSelection()
                one.cursor = cursor  # type: ignore[attr-defined]  # PySide's stubs leave both out
                one.format = self._look(current=at == self._at)  # type: ignore[attr-defined]
                marked.append(one)
        self._text.setExtraSelections(marked)

    def _search(self, text: str) -> None:
        if not self._pages:
            self._pages = [page.lower() for page in self._read_all()]
        wanted = text.strip().lower()
        self._length = len(wanted)
        self._hits = [(page, at) for page, words in enumerate(self._pages) for at in _positions(words, wanted)]
        pages = [page for page, _ in self._hits]
        self._at = -1
        self.counted.emit(tuple(map(pages.count, range(len(self._pages)))))
        if self._hits:
            # On the current page, or after it.
            self._go(next((at for at, page in enumerate(pages) if page >= self._page), 0))
        else:
            self._mark()
            self._show_count()

    def _go(self, at: int) -> None:
        self._at = at
        page, position = self._hits[at]
        if page == self._page:
            self._mark()
        else:
            self.page_wanted.emit(page)
        self._show_count()
        text, cursor = self._text, self._cursor(position)
        seen = text.viewport().rect().contains(text.cursorRect(cursor))
        text.setTextCursor(cursor)
        if not seen:
            bar = text.verticalScrollBar()
            bar.setValue(bar.value() + text.cursorRect().top() - text.viewport().height() // _FROM_TOP)

    def _cursor(self, position: int) -> QTextCursor:
        cursor = QTextCursor(self._text.document())
        cursor.setPosition(position)
        return cursor

    def _look(self, *, current: bool) -> QTextCharFormat:
        colours, look = self.palette(), QTextCharFormat()
        if current:
            look.setBackground(colours.highlight())
            look.setForeground(colours.highlightedText())
        else:
            look.setBackground(theme.flash(Tone.UNSURE, colours))
            # In high contrast there is only one background colour.
            look.setFontUnderline(high_contrast.is_contrast_palette(colours))
        return look

    def _show_count(self) -> None:
        texts, searched = self._texts, bool(self.field.text().strip())
        found = texts("guide.search_at", at=self._at + 1, of=len(self._hits))
        self._count.setText(found if self._hits else texts("guide.search_none") if searched else "")
        for button in self.buttons:
            button.allow(bool(self._hits), texts("guide.search_none" if searched else "guide.search_first"))


class _SearchField(QLineEdit):
    """Return goes to the next hit, Shift+Return to the previous; the down arrow enters the page, and Esc clears the
    text.

    Signals:
        step_wanted(by): asks for the next hit, or the previous.
        left(): asks to focus the page.
    """

    step_wanted = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the keys that lead elsewhere; type others."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.step_wanted.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


def _positions(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted))
