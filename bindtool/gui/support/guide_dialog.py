"""The guide: a page for each task, available offline.

The pages are Markdown in `resources/guide`, `NAME.md` and `NAME.zh.md`, with their pictures beside them. A link to
a page is its file's name, optionally with `#` and a heading's anchor; any other link opens in the browser.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QPalette,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QDialog, QListWidget, QTextBrowser, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import resize_within_screen
from bindtool.gui.support.guide_search import GuideSearch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bindtool.i18n.catalogue import Texts

_TITLES = {
    "start": "guide.start",
    "technician": "guide.technician",
    "keys": "guide.keys",
    "report": "guide.report",
    "trouble": "guide.trouble",
    "channel": "guide.channel",
    "profile": "guide.profile",
    "sign-in": "guide.sign_in",
    "rolling-out": "guide.rolling_out",
    "network": "guide.network",
    "privacy": "guide.privacy",
    "care": "guide.care",
    "ledger": "guide.ledger",
    "command-line": "guide.command_line",
    "nightly": "guide.nightly",
    "domain-laptop": "guide.domain_laptop",
    "accessibility": "guide.accessibility",
}
PAGES = tuple(_TITLES)
"""The pages by file name, in display order: the technician's come first."""

_SIZE = (1160, 640)
_MARGIN = 20
_CELL = 5
_BETWEEN_PAGES = 4
_ABOVE_HEADING = 18
_LINE_HEIGHT = 115
"""Percent of the font's own line height."""
_PICTURE = "\ufffc"
"""The character that stands for a picture in a text."""
# Markdown turns a line end into a space; Chinese has none.
_BREAK_IN_CHINESE = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef“”)])\n *(?=(?:\[|\*\*)?[\u3000-\u9fff\uff00-\uffef“”])"
)

_NO_ANCHOR = re.compile(r"[^\w\- ]")


class GuideDialog(QDialog):
    """Open it with `show()`: scanning goes on while it is read.

    `open_page`: opens the URL of a link that leads out of the guide.
    """

    def __init__(
        self, texts: Texts, folder: Path, open_page: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._open_page = open_page
        self._files = [page_file(folder, name, texts.language) for name in PAGES]
        self.setWindowTitle(texts("guide.title"))
        self.setAccessibleName(texts("guide.title"))
        resize_within_screen(self, QSize(*_SIZE))
        self.pages = QListWidget()
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages.setSpacing(_BETWEEN_PAGES)
        self.pages.setAccessibleName(texts("guide.pages"))
        self._names = [texts(id_) for id_ in _TITLES.values()]
        self.pages.addItems(self._names)
        room_for_hits = self.fontMetrics().horizontalAdvance(_with_hits("", 99))
        widest = self.pages.sizeHintForColumn(0) + room_for_hits + theme.MARGIN
        theme.resize(self.pages, fixed_width=round(widest / theme.scale()))
        self.text = QTextBrowser(openLinks=False)
        self.text.setAccessibleName(texts("guide.title"))
        self.text.document().setDocumentMargin(_MARGIN)
        self.text.document().setBaseUrl(QUrl.fromLocalFile(f"{folder}/"))
        self.text.anchorClicked.connect(self._follow)
        self.pages.currentRowChanged.connect(self._show)
        self.search = GuideSearch(texts, self._read_all, self.text)
        self.search.page_wanted.connect(self.pages.setCurrentRow)
        self.search.counted.connect(self._show_hits)
        self.search.add_keys(self)
        close = ActionButton(texts("button.close"), clicked=self.reject)
        side = layouts.column((self.pages, 1), close)
        layouts.row(
            side,
            (layouts.column(self.search, (self.text, 1), spacing=theme.GAP), 1),
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.GAP, theme.MARGIN, theme.MARGIN),
        )
        for one, following in pairwise((self.pages, self.search.field, *self.search.buttons, self.text, close)):
            QWidget.setTabOrder(one, following)
        self.text.setFocus()
        self.turn_to(PAGES[0])

    def turn_to(self, name: str) -> None:
        """Show a page, one of `PAGES`, from its beginning."""
        self.pages.setCurrentRow(PAGES.index(name))

    def _scroll_to(self, anchor: str) -> None:
        # Qt lays out a long page only up to the cursor, so move it to the end.
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        document = self.text.document()
        blocks = map(document.findBlockByNumber, range(document.blockCount()))
        heading = next(b for b in blocks if b.blockFormat().headingLevel() and anchor_of(b.text()) == anchor)
        self.text.setTextCursor(QTextCursor(heading))
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.value() + self.text.cursorRect().top() - theme.GAP)

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the tables' lines when the colour scheme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_tables()
        super().changeEvent(event)

    def _show(self, at: int) -> None:
        self.text.setMarkdown(self._read(at))
        self.text.setAccessibleDescription(self._names[at])
        self._space_out()
        self._draw_tables()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.search.take_page(at)

    def _read(self, at: int) -> str:
        return _BREAK_IN_CHINESE.sub("", self._files[at].read_text(encoding="utf-8"))

    def _read_all(self) -> list[str]:
        return [_plain_text(self._read(at)) for at in range(len(PAGES))]

    def _show_hits(self, hits: tuple[int, ...]) -> None:
        for at, (name, n) in enumerate(zip(self._names, hits, strict=True)):
            self.pages.item(at).setText(_with_hits(name, n))

    def _space_out(self) -> None:
        """Increase the spacing of lines and headings; lines of code and pictures stay together."""
        block = self.text.document().begin()
        while block.isValid():
            spaced = block.blockFormat()
            if spaced.headingLevel():
                spaced.setTopMargin(_ABOVE_HEADING)
                spaced.setBottomMargin(theme.GAP)
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
                drawn.setTopMargin(theme.TIGHT)
                drawn.setBottomMargin(theme.GAP)
                drawn.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
                frame.setFormat(drawn)

    def _follow(self, link: QUrl) -> None:
        """Follow a link: to a page of the guide here, any other in the browser."""
        if not link.isRelative():
            self._open_page(link.toString(QUrl.ComponentFormattingOption.FullyEncoded))
            return
        names = [file.name for file in self._files]
        if link.path():
            self.pages.setCurrentRow(names.index(link.path()))
        if link.hasFragment():
            anchor = link.fragment(QUrl.ComponentFormattingOption.FullyDecoded)
            # Only then does the page have its final width, and a heading its final position.
            QTimer.singleShot(0, self, lambda: self._scroll_to(anchor))


def _with_hits(name: str, n: int) -> str:
    return f"{name} ({n})" if n else name


def _plain_text(markdown: str) -> str:
    document = QTextDocument()
    document.setMarkdown(markdown)
    return document.toPlainText()


def page_file(folder: Path, name: str, language: str) -> Path:
    """Return the path of the page `name` in one of the program's languages."""
    return folder / (f"{name}.md" if language == "en" else f"{name}.zh.md")


def anchor_of(heading: str) -> str:
    """Return a heading's anchor, the part of a link after `#`; the web site of the pages forms it alike."""
    return _NO_ANCHOR.sub("", heading.lower()).replace(" ", "-")
