"""The guide: a page each for the technician, the IT person and the integration engineer, read without a network.

Owns the window and how a page looks. The pages are Markdown in `resources/guide`, `NAME.md` and `NAME.zh.md`, with
their pictures beside them; a link from page to page is a file's name, any other one goes to the browser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, QUrl, Signal
from PySide6.QtGui import QPalette, QTextBlockFormat, QTextCursor, QTextFrameFormat, QTextLength, QTextTable
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTabBar, QTextBrowser, QVBoxLayout

from bindtool.gui import look
from bindtool.gui.parts.action_button import ActionButton

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from bindtool.texts import Texts

PAGES = ("technician", "rolling-out", "engineer")
"""The pages by the names of their files, in the order in which they are offered."""

_SIZE = (880, 600)
_MARGIN = 20
_CELL = 5
_ABOVE_HEADING = 18
_LINE_HEIGHT = 115
"""Per cent of the font's own."""
_PICTURE = "\ufffc"
"""What stands in a text for a picture."""
# Markdown makes a space of the end of a line; Chinese has none.
_BREAK_IN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef“”])\n *(?=[\u3000-\u9fff\uff00-\uffef“”])")


class Guide(QDialog):
    """To be shown with `show()`: one reads in it beside the window.

    Signals:
        outside_wanted(QUrl): a link that leads out of the guide was clicked.
    """

    outside_wanted = Signal(QUrl)

    def __init__(self, texts: Texts, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = texts("guide.keys")
        self._files = [page_file(folder, name, texts.language) for name in PAGES]
        self.setWindowTitle(texts("guide.title"))
        self.setAccessibleName(texts("guide.title"))
        self.resize(*_SIZE)
        self.tabs = QTabBar(drawBase=False, expanding=False)
        self.tabs.setAccessibleName(texts("guide.pages"))
        for name in PAGES:
            self.tabs.addTab(texts(f"guide.{name.replace('-', '_')}"))
        self.text = QTextBrowser(openLinks=False)
        self.text.setAccessibleName(texts("guide.title"))
        self.text.document().setDocumentMargin(_MARGIN)
        self.text.document().setBaseUrl(QUrl.fromLocalFile(f"{folder}/"))
        self.text.anchorClicked.connect(self._follow)
        self.tabs.currentChanged.connect(self._show)
        close = ActionButton(texts("guide.close"))
        close.clicked.connect(self.reject)
        top = QHBoxLayout()
        top.addWidget(self.tabs)
        top.addStretch(1)
        top.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.MARGIN, look.GAP, look.MARGIN, look.MARGIN)
        column.setSpacing(look.GAP)
        column.addLayout(top)
        column.addWidget(self.text, 1)
        self.text.setFocus()
        self._show(0)

    def show_keys(self) -> None:
        """Turn to the technician's page, where it says which keys there are."""
        self.tabs.setCurrentIndex(PAGES.index("technician"))
        # Only then the page is as wide as it will be, and a place in it where it stays.
        QTimer.singleShot(0, self, self._scroll_to_keys)

    def _scroll_to_keys(self) -> None:
        # A long page is laid out as far as somebody has come: to its end, then.
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        document = self.text.document()
        blocks = map(document.findBlockByNumber, range(document.blockCount()))
        heading = next(b for b in blocks if b.blockFormat().headingLevel() and b.text() == self._keys)
        self.text.setTextCursor(QTextCursor(heading))
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.value() + self.text.cursorRect().top() - look.GAP)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the tables' lines anew in the colours of the system's new scheme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_tables()
        super().changeEvent(event)

    def _show(self, at: int) -> None:
        written = self._files[at].read_text(encoding="utf-8")
        self.text.setMarkdown(_BREAK_IN_CHINESE.sub("", written))
        self.text.setAccessibleDescription(self.tabs.tabText(at))
        self._space_out()
        self._draw_tables()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _space_out(self) -> None:
        """Give lines and headings air; lines of code and pictures keep together."""
        block = self.text.document().begin()
        while block.isValid():
            spaced = block.blockFormat()
            if spaced.headingLevel():
                spaced.setTopMargin(_ABOVE_HEADING)
                spaced.setBottomMargin(look.GAP)
            elif not spaced.nonBreakableLines() and block.text() != _PICTURE:
                spaced.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            QTextCursor(block).setBlockFormat(spaced)
            block = block.next()

    def _draw_tables(self) -> None:
        edge = self.palette().brush(QPalette.ColorRole.Mid)
        for frame in self.text.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                drawn = frame.format()
                drawn.setBorder(1)
                drawn.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                drawn.setBorderBrush(edge)
                drawn.setBorderCollapse(True)
                drawn.setCellPadding(_CELL)
                drawn.setCellSpacing(0)
                drawn.setTopMargin(look.GAP // 2)
                drawn.setBottomMargin(look.GAP)
                drawn.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
                frame.setFormat(drawn)

    def _follow(self, link: QUrl) -> None:
        """A page of the guide is shown here, anything else by whoever has a browser."""
        names = [file.name for file in self._files]
        if link.isRelative():
            self.tabs.setCurrentIndex(names.index(link.path()))
        else:
            self.outside_wanted.emit(link)


def page_file(folder: Path, name: str, language: str) -> Path:
    """Return where the page `name` lies in a language of the program's."""
    return folder / (f"{name}.md" if language == "en" else f"{name}.zh.md")
